"""The reports on several projects: one after the other, then each whole in a process, once there is enough to do."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from llmlint.cli.asked import Asked, Run, extracting
from llmlint.cli.narrowing import Narrowing
from llmlint.cli.options import configuration
from llmlint.output import Context

if TYPE_CHECKING:
    from llmlint.cli.fixing import Fixing
    from llmlint.discover import Discovery
    from llmlint.extractors import Extractor
    from llmlint.findings import Report
    from llmlint.workers import Workers
    from llmlint.workspace import Part

# What every process loads before it judges its first project.
_NEEDED = ("yaml", "llmlint.languages.python", "llmlint.link.second_round", "llmlint.checking")
# The files with facts that a process may hold one after the other: each leaves about a megabyte in pieces.
_AFFORDABLE = 100


class Outcome(NamedTuple):
    """``gone``: how many findings of the baseline are no longer found."""

    report: Report
    gone: int


class Plan(NamedTuple):
    """How projects are checked, in plain values that can travel. ``options``: those that make up a configuration."""

    options: dict[str, Any]
    since: str | None
    baseline: Path | None
    cache_dir: Path | None
    no_cache: bool

    def outcome(
        self,
        asked: Asked,
        whole: Context,
        extractor: Extractor,
        fixing: Fixing | None = None,
        found: Discovery | None = None,
        *,
        is_hidden: bool = False,
    ) -> Outcome:
        """``found``: the files of the project, if they are known already."""
        narrowing = Narrowing(self.since, self.baseline)
        with asked.cache(self.cache_dir, self.no_cache) as cache:
            run = Run.of(asked, whole, extractor, cache, found, is_hidden=is_hidden)
            check = narrowing.check_of(run)
            report = check({}) if fixing is None else fixing.run(check, asked, run.context)
        return Outcome(report, narrowing.gone)


def outcomes(
    plan: Plan, asked: Sequence[Asked], whole: Context, fixing: Fixing | None, jobs: int | None, cluster: str | None
) -> Iterator[tuple[Asked, Outcome]]:
    """What comes of each project, in order. Raises LlmlintError."""
    from llmlint.extractors import sweep, unhindered
    from llmlint.workers import Enough, Workers, overlapped

    with unhindered(), extracting(asked[0].catalog, jobs, cluster) as extractor:

        def here(each: Asked, found: Discovery | None = None) -> Outcome:
            return plan.outcome(each, whole, extractor, fixing, found)

        gc.freeze()  # what is loaded by now stays loaded
        for number, each in enumerate(asked, 1):
            others = asked[number:]
            if number > 1:
                sweep()
            if not isinstance(extractor, Workers) or fixing is not None:
                yield each, here(each)
                continue
            found = each.found()
            if cluster is None:
                extractor.others = cache(partial(_others, found, others, extractor.jobs))
            try:
                outcome = here(each, found)
            except Enough:
                yield from _apart(plan, [each, *others], extractor, here)
                return
            yield each, outcome
            if extractor.has_begun:
                # The machines of a cluster see no files: the next project is read there while this one is linked here.
                on_cluster = zip(others, overlapped(here, others), strict=True)
                yield from on_cluster if cluster is not None else _apart(plan, others, extractor, here)
                return


def _others(found: Discovery, others: Sequence[Asked], jobs: int) -> int:
    """The files of other projects, as far as they have to be counted; none if all but one of so many processes would
    find less to do in them than that one in the project that was ``found``."""
    from llmlint.workers import MANY_FILES

    share = (jobs - 1) * len(found.files.project)
    count = 0
    for other in others:
        count += len(other.found().files.project)
        if count >= max(share, MANY_FILES):
            break
    return count if count >= share else 0


def _apart(
    plan: Plan, asked: Sequence[Asked], workers: Workers, here: Callable[[Asked], Outcome]
) -> Iterator[tuple[Asked, Outcome]]:
    """What comes of projects that processes check whole. Where one of them died, this process finds out the file."""
    from llmlint.extractors import load_for_copies, sweep

    sweep()  # what this process holds, the others are copies of
    load = partial(load_for_copies, _NEEDED)
    found = workers.whole(partial(_whole, plan), [each.part for each in asked], _cost, _AFFORDABLE, load)
    for each, outcome in zip(asked, found, strict=True):
        yield each, outcome or here(each)


def _whole(plan: Plan, part: Part) -> Outcome:
    """What a worker does with a project."""
    from llmlint.extractors import Alone, sweep, unhindered

    asked = Asked(part, *configuration(part.paths, plan.options))
    context = Context(asked.catalog, asked.root, Path.cwd())
    with unhindered():
        outcome = plan.outcome(asked, context, Alone(asked.catalog), is_hidden=True)
        if _cost(outcome) <= _AFFORDABLE:
            sweep()
    return outcome


def _cost(outcome: Outcome) -> int:
    return outcome.report.parsed
