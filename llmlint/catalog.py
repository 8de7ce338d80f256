"""The catalogue: ``rules/`` read into rules, incidents, operations and retry helpers.

Files of SDKs and libraries are loaded only for the modules that a project imports; their ``modules`` lines alone
say which those are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from llmlint import schema
from llmlint.entries import Shelf
from llmlint.errors import CatalogError
from llmlint.findings import Severity
from llmlint.schema import Named, OneOf

if TYPE_CHECKING:
    from llmlint.apis import Apis, Sample
    from llmlint.keys import Keys
    from llmlint.libraries import Libraries
    from llmlint.resources import Resources

_LANGUAGES = OneOf("python", "typescript", "terraform", "yaml")
_EXAMPLE = {"title": str, "language?": _LANGUAGES, "path?": str, "risky": str, "safe": str}
_RULE = {
    "code": str,
    "name": str,
    "severity": OneOf("error", "warning", "info"),
    "opt-in?": bool,
    "summary": str,
    "why": str,
    "messages": Named(str),
    "fix": Named(str),
    "notes?": Named(str),
    "edits?": str,
    "options?": Named({"default": (int, str, bool), "help": str}),
    "incidents": [str],
    "examples?": [_EXAMPLE],
}
_INCIDENT = {
    "id": str,
    "title": str,
    "date?": str,
    "cost": str,
    "line": str,
    "happened": str,
    "figures": [{"what": str, "value": str}],
    "root-causes": [str],
    "contradictions?": [str],
    "repairs?": [str],
}
_MODELS = {
    "families": [{"prefixes": [str], "maker": str, "stop": bool, "reasons": bool, "source": str}],
    "makers": Named(str),
    "media": [str],
}
# The kinds of words whose use in a function is a fact of its own.
_LOOKED_FOR = ("finish", "quota", "cache-mark", "deliveries", "partial-batch")
_MODULES_LINE = re.compile(rb"^modules: \[([^\]]*)\]", re.M)
_NEEDS_LINE = re.compile(rb"^needs: \[([^\]]*)\]", re.M)
_SETTINGS_LINE = re.compile(rb"^settings-names: \[([^\]]*)\]", re.M)
_QUEUE_LINE = re.compile(rb"^(?:tasks|task-settings|consumers):", re.M)
_TYPES_LINE = re.compile(rb"^types: \[([^\]]*)\]", re.M)
_DOT = re.compile(r"\.")
_STEP = re.compile(r"[./]|$")


def rules_directory() -> Path:
    """``rules/`` as it was installed with the package, or beside it in a checkout."""
    installed = Path(__file__).parent / "rules"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "rules"


class RuleOption(NamedTuple):
    default: int | str | bool
    help: str


class Example(NamedTuple):
    title: str
    language: str
    path: str
    risky: str
    safe: str


class Rule(NamedTuple):
    """A rule's metadata. ``messages``, ``fix`` and ``notes`` are templates by variant. ``edits``: what ``--fix`` does
    about it; empty where that is left to people."""

    code: str
    name: str
    severity: Severity
    is_opt_in: bool
    summary: str
    why: str
    messages: Mapping[str, str]
    fix: Mapping[str, str]
    notes: Mapping[str, str]
    options: Mapping[str, RuleOption]
    incidents: tuple[str, ...]
    examples: tuple[Example, ...]
    edits: str = ""

    @property
    def module(self) -> str:
        """The check module's name."""
        return self.name.replace("-", "_")

    def fix_for(self, variant: str) -> str:
        return self.fix.get(variant) or self.fix["default"]


class Incident(NamedTuple):
    """``line``: the incident in one line. ``figures`` as the document states them, with what they count;
    ``contradictions``: what does not add up in it."""

    id: str
    title: str
    date: str
    line: str
    happened: str
    figures: tuple[tuple[str, str], ...]
    contradictions: tuple[str, ...]


# A word of a path: ``Vertex`` and ``AI`` of ``ChatVertexAI``.
_PATH_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


class Models:
    """Families of models, told by the whole name: the longest prefix that ends at a word decides. ``makers``: whose
    models alone an SDK reaches, by a word of its operations' paths; ``media``: words in the names of models that do not
    answer in text."""

    def __init__(
        self, families: Sequence[Mapping[str, Any]], makers: Mapping[str, str], media: Collection[str]
    ) -> None:
        self._families = sorted(
            ((prefix, family) for family in families for prefix in family["prefixes"]),
            key=lambda entry: len(entry[0]),
            reverse=True,
        )
        self._makers = makers
        self._media = frozenset(media)

    def known(self, name: str, path: str) -> tuple[bool, bool]:
        """Whether the model that is called by the operation at ``path`` accepts a stop sequence, and whether it
        reasons; False where that is not known, or where the SDK does not reach a model of this name."""
        bare = name.lower().rpartition("/")[2]
        # A provider may be named before the model: openai:gpt-5.5.
        names = (bare, bare.partition(":")[2])
        for prefix, family in self._families:
            if any(each.startswith(prefix) and not each[len(prefix) :][:1].isalnum() for each in names):
                foreign = not name.lower().startswith(family["maker"]) and self._maker(path) not in (
                    "",
                    family["maker"],
                )
                return (False, False) if foreign else (family["stop"], family["reasons"])
        return False, False

    def _maker(self, path: str) -> str:
        """Whose models alone are reached by a path; nothing for those of anybody."""
        words = [word.lower() for word in _PATH_WORD.findall(path)]
        return next((own for begin, own in self._makers.items() if any(word.startswith(begin) for word in words)), "")

    def writes_text(self, name: str) -> bool:
        """Whether a model answers in text, as far as its name tells."""
        return self._media.isdisjoint(re.split(r"[^a-z]+", name.lower()))


class Catalog:
    """All of ``rules/``, each part read when it is first asked for. ``extra``: API files that the user added."""

    def __init__(self, directory: Path | None = None, extra: Sequence[Path] = ()) -> None:
        self.directory = directory or rules_directory()
        self.extra = tuple(extra)

    # -- rules and incidents ----------------------------------------------------------------------------------

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """Every rule by code. Raises CatalogError."""
        found = {}
        for path in sorted(self.directory.glob("LLM[0-9][0-9][0-9].yaml")):
            data = schema.load(path, _RULE)
            if data["code"] != path.stem:
                raise CatalogError(str(path), f"code is {data['code']}, but the file is {path.name}", 1)
            found[path.stem] = _rule(data)
        return found

    @cached_property
    def incidents(self) -> dict[str, Incident]:
        found = {}
        for path in sorted((self.directory / "incidents").glob("*.yaml")):
            data = schema.load(path, _INCIDENT)
            found[data["id"]] = _incident(data)
        return found

    # -- SDKs and libraries -----------------------------------------------------------------------------------

    @cached_property
    def _apis(self) -> Shelf[Apis]:
        from llmlint.apis import Apis

        return Shelf(Apis)

    @cached_property
    def _libraries(self) -> Shelf[Libraries]:
        from llmlint.libraries import Libraries

        return Shelf(Libraries)

    @cached_property
    def api_files(self) -> dict[Path, tuple[str, ...]]:
        """Each API file and the modules it is about."""
        return {path: _modules(path) for path in (*sorted((self.directory / "apis").glob("*.yaml")), *self.extra)}

    @cached_property
    def prefilter_modules(self) -> dict[str, tuple[str, ...]]:
        """The modules that a file with model calls imports, each with the words one of which it must hold too."""
        found: dict[str, tuple[str, ...]] = {}
        keys = self.directory / "keys.yaml"
        for path, modules in (*self.api_files.items(), (keys, _modules(keys))):
            words = _listed(path, _NEEDS_LINE) or ()
            found.update({m: (*found.get(m, ()), *words) for m in modules if words or m not in found})
        return found

    @cached_property
    def _resource_files(self) -> dict[Path, tuple[str, ...]]:
        return {path: _modules(path) for path in sorted((self.directory / "infrastructure").glob("*.yaml"))}

    @cached_property
    def resource_types(self) -> frozenset[str]:
        """The types of declarations in infrastructure files that something is known of."""
        return frozenset(type_ for path in self._resource_files for type_ in _listed(path, _TYPES_LINE) or ())

    def may_declare_queues(self, modules: Collection[str]) -> bool:
        """Whether code that imports some modules may declare queues."""
        is_used = _use_of(modules)
        return any(is_used(module) for own in self._resource_files.values() for module in own)

    @cached_property
    def resources(self) -> Resources:
        """What is known of the resources of infrastructure."""
        from llmlint.resources import Resources

        found = Resources()
        for path in self._resource_files:
            found.add(path)
        return found

    @cached_property
    def queue_modules(self) -> dict[str, tuple[str, ...]]:
        """The modules of libraries for tasks and queues, as in ``prefilter_modules``."""
        libraries = {p: own for p, own in self.library_files.items() if _QUEUE_LINE.search(p.read_bytes())}
        found: dict[str, tuple[str, ...]] = {}
        for path, modules in (*libraries.items(), *self._resource_files.items()):
            words = _listed(path, _NEEDS_LINE) or ()
            for module in modules:
                # One of which every file is wanted needs no word at all.
                found[module] = (*found.get(module, ()), *words) if words and found.get(module) != () else ()
        return found

    @cached_property
    def settings(self) -> dict[str, tuple[str, ...]]:
        """The names by which such libraries find their settings in a project's modules, and the modules of each."""
        files = self.library_files.items()
        return {name: modules for path, modules in files for name in _listed(path, _SETTINGS_LINE) or ()}

    @cached_property
    def setting_names(self) -> frozenset[str]:
        return frozenset(self.settings)

    @cached_property
    def interest(self) -> frozenset[str]:
        """The words whose use in a function is a fact of its own."""
        return frozenset[str]().union(*(self.words[kind] for kind in _LOOKED_FOR))

    def apis(self, modules: Iterable[str] | None = None) -> Apis:
        """The operations of the SDKs that some of ``modules`` belong to; of all SDKs without an argument."""
        is_used = _use_of(modules or ())
        paths = tuple(path for path, own in self.api_files.items() if modules is None or any(map(is_used, own)))
        return self._apis.of(paths)

    def check_extra(self) -> None:
        """Read the files that the user added. Raises CatalogError for one that breaks the schema."""
        for path in self.extra:
            self._apis.read(path)

    def extra_samples(self) -> list[Sample]:
        """The samples in the files that the user added."""
        return [sample for path in self.extra for sample in self._apis.read(path).samples]

    @cached_property
    def words(self) -> dict[str, frozenset[str]]:
        """The names and words that rules look for in code, by what they tell."""
        data = schema.load(self.directory / "words.yaml", Named([str]))
        return {kind: frozenset(words) for kind, words in data.items()}

    @cached_property
    def models(self) -> Models:
        """What is known of models by their names."""
        data = schema.load(self.directory / "models.yaml", _MODELS)
        return Models(data["families"], data["makers"], data["media"])

    @cached_property
    def keys(self) -> Keys:
        """What keys of providers look like."""
        from llmlint.keys import Keys

        return Keys(self.directory / "keys.yaml")

    @cached_property
    def library_files(self) -> dict[Path, tuple[str, ...]]:
        return {path: _modules(path) for path in sorted((self.directory / "libraries").glob("*.yaml"))}

    def libraries(self, modules: Iterable[str] | None = None) -> Libraries:
        """What the libraries among ``modules``, and the standard library, do to calls."""
        is_used = _use_of(modules or ())
        files = self.library_files.items()
        paths = tuple(path for path, own in files if modules is None or not own or any(map(is_used, own)))
        return self._libraries.of(paths)


def _use_of(modules: Iterable[str]) -> Callable[[str], bool]:
    """What tells of a module whether one of ``modules`` is it, lies in it or holds it."""
    imported = set(modules)
    around = {module[: step.start()] for module in imported for step in _STEP.finditer(module)}
    return lambda module: module in around or any(module[: dot.start()] in imported for dot in _DOT.finditer(module))


def _modules(path: Path) -> tuple[str, ...]:
    modules = _listed(path, _MODULES_LINE)
    if modules is None:
        raise CatalogError(str(path), "has no line 'modules: [...]'", 1)
    return modules


def _listed(path: Path, line: re.Pattern[bytes]) -> tuple[str, ...] | None:
    """The words of a one-line list at the top of a file, read without the rest of it."""
    try:
        match = line.search(path.read_bytes())
    except OSError as error:
        raise CatalogError(str(path), f"can't be read: {error.strerror}") from None
    if match is None:
        return None
    return tuple(word.strip().strip("'\"") for word in match[1].decode("utf-8", "replace").split(",") if word.strip())


def _rule(data: dict[str, Any]) -> Rule:
    return Rule(
        data["code"],
        data["name"],
        Severity[data["severity"].upper()],
        data.get("opt-in", False),
        data["summary"].strip(),
        data["why"].strip(),
        data["messages"],
        data["fix"],
        data.get("notes", {}),
        {name: RuleOption(option["default"], option["help"]) for name, option in data.get("options", {}).items()},
        tuple(data["incidents"]),
        tuple(
            Example(item["title"], item.get("language", "python"), item.get("path", ""), item["risky"], item["safe"])
            for item in data.get("examples", ())
        ),
        data.get("edits", "").strip(),
    )


def _incident(data: dict[str, Any]) -> Incident:
    return Incident(
        data["id"],
        data["title"],
        data.get("date", ""),
        data["line"],
        data["happened"].strip(),
        tuple((figure["what"], figure["value"]) for figure in data["figures"]),
        tuple(data.get("contradictions", ())),
    )
