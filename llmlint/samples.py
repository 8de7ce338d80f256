"""The samples of API files: each has to be seen as a call of the very entry that it stands in."""

from __future__ import annotations

from collections.abc import Iterable

from llmlint.apis import Sample
from llmlint.catalog import Catalog
from llmlint.config import Config
from llmlint.engine import Engine, Request, Setup
from llmlint.errors import CatalogError
from llmlint.link import resolver_for
from llmlint.link.calls import CallLinker
from llmlint.modules import Modules
from llmlint.scripts import PREFIX


def resolve(samples: Iterable[Sample], catalog: Catalog) -> None:
    """Raises CatalogError for a sample in which no run would see the operation of its entry."""
    engine = Engine(Setup.of(catalog, Config().max_file_size), catalog)
    for sample in samples:
        reason = _objection(sample, engine, catalog)
        if reason:
            raise CatalogError(str(sample.file), f"the sample {reason}", sample.line)


def _objection(sample: Sample, engine: Engine, catalog: Catalog) -> str:
    """What is wrong with a sample; nothing where all is well."""
    wanted = sample.operation.name
    path = "sample.ts" if wanted.startswith(PREFIX) else "sample.py"
    facts = engine.run(Request(path, sample.code.encode())).facts
    if facts is None:
        return "imports none of the file's 'modules', or holds none of the words of 'needs'"
    if facts.faults:
        return f"can't be parsed: {facts.faults[0].reason}"
    graph = CallLinker(resolver_for({path: facts}, Modules([path]), catalog)).link([facts])
    found = {call.operation.name for call in graph.operations[path]}
    return "" if wanted in found else f"calls {', '.join(sorted(found)) or 'nothing that is known'}, not {wanted}"
