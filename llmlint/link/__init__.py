"""Joins the facts of a project's files into what the checks are written against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from llmlint.catalog import Catalog
from llmlint.cycles import dismantle
from llmlint.facts import FileFacts
from llmlint.link.background import BackgroundWork
from llmlint.link.blocks import function_index
from llmlint.link.bodies import Bodies
from llmlint.link.budgets import BudgetFinder
from llmlint.link.calls import Called, CallGraph, CallLinker, owner, reads_around
from llmlint.link.configurations import Configurations
from llmlint.link.deadlines import Deadlines
from llmlint.link.flows import Flows
from llmlint.link.flows.caches import PromptCaches
from llmlint.link.flows.calls import CallReader
from llmlint.link.flows.histories import Histories
from llmlint.link.handlers import Handlers
from llmlint.link.images import ImageRuns
from llmlint.link.leaks import LeakFinder
from llmlint.link.limits import Limits
from llmlint.link.loop_sites import LoopSites
from llmlint.link.loops import LoopAnalysis
from llmlint.link.meanings import External
from llmlint.link.mocks import is_mocked
from llmlint.link.nesting import NestingFinder
from llmlint.link.origins import Origins
from llmlint.link.pace import Pace
from llmlint.link.parses import ParseFinder, note_fallbacks
from llmlint.link.queues import Queues
from llmlint.link.reach import ReachIndex
from llmlint.link.recursion import RecursionFinder
from llmlint.link.repeats import Failures
from llmlint.link.replies import Replies
from llmlint.link.resolver import Resolver
from llmlint.link.retries import RetryFinder, note_inner
from llmlint.link.retry_loops import RetryLoops
from llmlint.link.settings import Settings
from llmlint.link.sizes import Sizes
from llmlint.link.targets import TargetNoter
from llmlint.link.wrappers import Wrappers
from llmlint.linked import LinkedFile
from llmlint.model_calls import UNKNOWN, ModelCall, SettingValue, Site
from llmlint.modules import Modules
from llmlint.operations import Option
from llmlint.scripts import LANGUAGE, RUNTIME
from llmlint.values import Attribute, Result, Value


def modules_of(files: Iterable[FileFacts], catalog: Catalog) -> set[str]:
    """The modules that files import by their full names or hold the settings of, and what stands for the names of their
    languages."""
    files = list(files)
    own = {RUNTIME for facts in files if facts.language == LANGUAGE}
    own.update(
        module
        for facts in files
        for setting in facts.named_settings
        for module in catalog.settings.get(setting.name, ())
    )
    return own | {imp.module for facts in files for imp in facts.imports if not imp.module.startswith(".")}


def resolver_for(files: Mapping[str, FileFacts], modules: Modules, catalog: Catalog) -> Resolver:
    """A resolver that knows the parts of the catalogue that a project's imports ask for."""
    imported = modules_of(files.values(), catalog)
    return Resolver(files, modules, catalog.apis(imported), catalog.libraries(imported))


class Linker:
    """Links the files of one project, whose ``calls`` are linked."""

    def __init__(self, files: Mapping[str, FileFacts], calls: CallLinker, catalog: Catalog) -> None:
        self.files = files
        self._catalog = catalog
        self.words = catalog.words
        self.keys = catalog.keys
        self.resolver = calls.resolver
        self.libraries = self.resolver.libraries
        self.graph: CallGraph = calls.graph(files.values())
        self.settings = Settings(self.resolver, self._module_settings())
        mocked = {path for path, facts in files.items() if is_mocked(facts, self.resolver, self.libraries)}
        self._wrappers = Wrappers(self.resolver, mocked)
        self._later = self._calls_on_objects()
        self._targets = TargetNoter(self.resolver, self.settings, catalog.models)
        self._makers: list[tuple[ModelCall, Site]] = []
        self.model_calls = {path: [] if path in mocked else self._model_calls(path) for path in files}
        self._join_makers()
        self.reach = ReachIndex(files, self.graph, self.model_calls)
        self.reach.note_roles(self.resolver, self.libraries)
        self.reach.note_waits(self._inputs())
        self.origins = Origins(
            self.libraries,
            self.reach.reaches,
            self.graph.outside,
            self.resolver.results.callees,
        )

    # -- model calls ------------------------------------------------------------------------------------------

    def _module_settings(self) -> dict[str, list[tuple[FileFacts, Value]]]:
        found: dict[str, list[tuple[FileFacts, Value]]] = defaultdict(list)
        for facts in self.files.values():
            for setting in facts.settings:
                for meaning in self.resolver.meanings(facts, setting.target):
                    if isinstance(meaning, External):
                        found[f"{meaning.path}.{setting.name}"].append((facts, setting.value))
        return found

    def _calls_on_objects(self) -> dict[Site, list[Site]]:
        """For each call that builds an object, the calls made on that object."""
        found: dict[Site, list[Site]] = defaultdict(list)
        for facts in self.files.values():
            for index in range(len(facts.calls)):
                site = Site(facts, index)
                if site in self.graph.external:
                    for meaning in self.resolver.results.callees(site):
                        if isinstance(meaning, External):
                            for maker in meaning.chain:
                                if maker is not None:
                                    found[maker].append(site)
        return found

    def _model_calls(self, path: str) -> list[ModelCall]:
        return [self._model_call(called) for called in self.graph.operations.get(path, ()) if not self._is_idle(called)]

    def _is_idle(self, called: Called) -> bool:
        """``ChatOpenAI().get_num_tokens(text)``: a model that is built to be asked something else, and then gone."""
        if called.operation.kind != "model":
            return False
        built = called.site
        return any(
            isinstance(site.call.callee, Attribute)
            and site.call.callee.base == Result(built.index)
            and built.place.span.end <= site.callee.span.end
            and built.place.span.start == site.callee.span.start
            and not any(map(self._leads_to_model, self.graph.external[site]))
            for site in self._later.get(built.plain, ())
            if site.facts is built.facts
        )

    def _leads_to_model(self, path: str) -> bool:
        """Whether a method of a model asks it, or gives back something that does."""
        apis = self.resolver.apis
        operation = apis.operations.get(apis.aliased(path))
        step = (path.partition(".")[0], path.rpartition(".")[2])
        hands_on = step in apis.fluent or step in apis.transparent
        return hands_on or (operation is not None and operation.is_billed)

    def _model_call(self, called: Called) -> ModelCall:
        operation, site = called.operation, called.site
        later = self._later.get(site.plain, ())
        settings = {role: self.settings.read(option, called, later) for role, option in operation.options.items()}
        call = ModelCall(site, operation, called.path, settings)
        cap = operation.options.get("cap")
        if cap is not None and operation.is_billed and not cap.required and settings["cap"].state == "unknown":
            call.passed.extend(self._wrappers.passed(call, lambda: self._cap(cap, called, later)))
        if called.chain and called.chain[0] is not None:
            self._makers.append((call, called.chain[0]))
        self._targets.note(call)
        index, reads = function_index(site.facts, site.call.block), reads_around(site)
        call.is_async = index >= 0 and site.facts.functions[index].is_async
        call.reads_finish = bool(reads & self.words["finish"])
        call.reads_quota = bool(reads & self.words["quota"])
        return call

    def _cap(self, cap: Option, called: Called, later: Iterable[Site]) -> SettingValue:
        """The cap of a call; nothing can be said of one where pictures or sound are asked for."""
        modalities = called.operation.options.get("modalities")
        if modalities is not None and self._targets.asks_for_media(self.settings.read(modalities, called, later)):
            return UNKNOWN
        return self.settings.read(cap, called, later)

    def _join_makers(self) -> None:
        """Tell each model call what built its client, and the client what is called with it."""
        by_site = {call.site: call for calls in self.model_calls.values() for call in calls if call.operation.builds}
        for call, site in self._makers:
            maker = by_site.get(site)
            if maker is not None and maker is not call:
                call.maker = maker
                maker.users.append(call)

    def _inputs(self) -> list[Site]:
        return [
            site for site, paths in self.graph.external.items() if any(path in self.libraries.inputs for path in paths)
        ]

    @cached_property
    def exporters(self) -> set[str]:
        """The files whose top level binds a client or a model."""
        return {
            path
            for path, calls in self.model_calls.items()
            if any(
                call.operation.builds and function_index(call.site.facts, call.site.call.block) < 0 for call in calls
            )
        }

    # -- everything together ----------------------------------------------------------------------------------

    def link(
        self, infrastructure: Callable[[], Mapping[str, FileFacts]] = dict, *, is_judged: bool = False
    ) -> dict[str, LinkedFile]:
        """``infrastructure``: gives that of the project, if something of it matters; ``is_judged``: some of it is
        judged itself."""
        linked = self._link_programs()
        serves_model = any(call.operation.is_billed for file in linked.values() for call in file.model_calls)
        may_declare = self._catalog.may_declare_queues(modules_of(self.files.values(), self._catalog))
        is_of_use = is_judged or may_declare or any(file.consumers for file in linked.values())
        declared = infrastructure() if is_of_use else {}
        for path, facts in declared.items():
            linked[path] = LinkedFile(facts)
        for file in linked.values():
            file.serves_model = serves_model
        if not declared and not may_declare:
            return linked
        resources, configurations = self._catalog.resources, Configurations(declared)
        Queues(configurations, self.resolver, self.graph, resources).note(linked, self.reach)
        for budget in BudgetFinder(configurations, resources.budgets).find():
            linked[budget.place.facts.path].budgets.append(budget)
        return linked

    def close(self) -> None:
        for calls in self.model_calls.values():
            for call in calls:
                call.users.clear()
                call.passed.clear()
        dismantle(self.resolver)

    def _link_programs(self) -> dict[str, LinkedFile]:
        calls = CallReader(self.resolver, self.graph)
        parses = ParseFinder(Replies(calls, self.model_calls, self.words), self.words["finish"])
        bodies, sizes = Bodies(), Sizes(self.resolver)
        handlers = Handlers(self.resolver, self.origins, bodies)
        limits = Limits(self.resolver, bodies)
        loops = LoopAnalysis(self.origins, handlers, limits)
        retries = RetryFinder(self.resolver, self.reach, handlers, sizes, self.words)
        retry_loops = RetryLoops(retries, self.graph, Failures(loops), bodies, self.words)
        recursions = RecursionFinder(self.files, self.graph, self.reach, self.origins, limits, bodies)
        nestings = NestingFinder(self.files, self.graph, self.reach, loops, sizes, self.words)
        deadlines = Deadlines(self.files, self.graph, self.resolver)
        images = ImageRuns(self.resolver, self.graph, loops, sizes, self.words["image-models"])
        pace = Pace(self.graph, self.reach, self.libraries)
        loop_sites = LoopSites(loops, retries, retry_loops, pace)
        histories = Histories(self.resolver, loops, sizes, pace)
        flows = Flows(calls, self.model_calls, self.reach, histories)
        caches = PromptCaches(self.resolver, self.graph, self.words["cache-mark"])
        leaks = LeakFinder(self.files, self.resolver, self.graph, self.reach, self.keys)
        linked = {}
        for facts in self.files.values():
            parses.note(facts)
        for path, facts in self.files.items():
            file = LinkedFile(facts, self.model_calls[path])
            note_fallbacks(file.model_calls)
            self._note_surroundings(file, deadlines, loops)
            loop_sites.note(file)
            file.retries.extend(retries.of_file(facts))
            file.recursions.extend(recursions.of_file(facts))
            file.nestings.extend(nestings.of_file(facts))
            file.spoken.extend(flows.spoken(file.model_calls))
            file.prompted.extend(flows.prompted(file.model_calls))
            file.image_runs.extend(images.of_calls(file.model_calls))
            file.cache_misses.extend(caches.misses(file.model_calls))
            file.static_prompts.extend(caches.static(file.model_calls))
            leaks.note(file)
            linked[path] = file
        _note_texts(linked, flows)
        note_inner(linked.values(), self.graph)
        BackgroundWork(self.files, self.graph, self.reach, handlers, bodies, self.words).note(linked)
        return linked

    def _note_surroundings(self, file: LinkedFile, deadlines: Deadlines, loops: LoopAnalysis) -> None:
        for call in file.model_calls:
            call.role = self.reach.roles.get(owner(call.site), "")
            call.is_waited_for = deadlines.covers(call.site)
            call.is_cut_short = "steps" in call.operation.options and loops.leaves_by_count(call.site)


def _note_texts(linked: Mapping[str, LinkedFile], flows: Flows) -> None:
    """Note in each file what only all the files together say of texts, histories and caps."""
    for history in flows.histories(linked.values()):
        linked[history.place.facts.path].histories.append(history)
    flows.count_once(linked.values())
    for file in linked.values():
        for encoding in flows.encodings(file):
            linked[encoding.place.facts.path].encodings.append(encoding)
        for passed in (passed for call in file.model_calls for passed in call.passed):
            linked[passed.place.facts.path].passed.append(passed)
