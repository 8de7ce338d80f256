"""Keys of providers: found in the bytes of any text, told from placeholders, and never repeated whole.

Most texts are done with after one look: a key is a long run of letters and digits, and few of those hold a mark of a
provider, or stand after a name that has to do with one. The formats are read only for the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from llmlint import schema
from llmlint.randomness import entropy_of, sequences

_STRINGS = [str]
_FORMAT = {
    "keywords?": _STRINGS,
    "pattern": str,
    "prefixes?": _STRINGS,
    "entropy?": (int, float),
    "assigned?": bool,
    "alone?": bool,
    "beside?": _STRINGS,
    "unless?": _STRINGS,
    "samples": _STRINGS,
    "lookalikes": _STRINGS,
}
_PROVIDER = {
    "provider": str,
    "words?": _STRINGS,
    "names?": _STRINGS,
    "shared?": _STRINGS,
    "hosts?": _STRINGS,
    "variable?": str,
    "formats?": [_FORMAT],
}
SCHEMA = {
    "modules": _STRINGS,
    "needs": _STRINGS,
    "providers": [_PROVIDER],
    "endings": _STRINGS,
    "telling": _STRINGS,
    "exposing": _STRINGS,
    "parameters": _STRINGS,
    "holders": _STRINGS,
    "placeholders": _STRINGS,
    "published": _STRINGS,
}
_LISTS = re.compile(rb"^[ -]*(keywords|endings|exposing|hosts): \[(.*)\]$", re.M)

# The shortest key has 20 characters; what is longer than any is a picture or a program, and no key.
_SHORTEST, _LONGEST = 20, 4000
_IN_KEY = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+/"
_RUNS = bytes(ord("x") if char in _IN_KEY else ord(" ") for char in range(256))
_RUN = b"x" * _SHORTEST
# How far before a value its name may begin, and how far around a key the words that say what it is for.
_NAME_REACH, _WORD_REACH = 90, 400
_SHOWN = 4

# Not inside a longer word; an escaped newline or a percent-encoded character may stand before it.
_BEGIN = r"(?:(?<![A-Za-z0-9_-])|(?<=\\[nrt])|(?<=%[0-9A-F][0-9A-F]))"
_END = r"(?![A-Za-z0-9_-])"
_DIGIT = re.compile(rb"[0-9]")
_DIGITS = re.compile(rb"(?:[0-9][^0-9]*){3}")
_BETWEEN = b" \t\"'`=:,(>])"
_QUOTES = (b'"', b"'", b"`")
_AFTER = (b"", b" ", b"\t", b"\r", b"\n", b"<", b"\\", b"&", b"#", b";", b",", b'"', b"'", b"`")
_NAME = re.compile(rb"[A-Za-z][A-Za-z0-9_-]*$")
# What a value is given to where its name stands before it: in a list of variables, or a variable of Terraform.
_VALUES = (b"value", b"default")
_NAME_ABOVE = re.compile(rb"(?<=name[\"']:[ \t][\"'])[\w-]+|(?<=\bname:[ \t])[\w-]+|(?<=\bvariable \")[\w-]+")
_VALUE = re.compile(rb"[A-Za-z0-9_.~+/=|-]{20,400}")
_DOTTED = re.compile(rb"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$")
_WORDY = re.compile(rb"[a-z]+(?:[_.-][a-z0-9]+)+$", re.I)
_PUBLIC = re.compile(r"PUBLIC_?KEY|PUBLISHABLE|_ANON_")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_OTHER = re.compile(r"[^a-z0-9]+")
_ALLOWED = (b"gitleaks:allow", b"pragma: allowlist secret", b"trufflehog:ignore")


class Format(NamedTuple):
    """``marks``: one of them is in every such key. ``assigned``: it has none, and counts only as the value of a name of
    its provider; ``alone``: and no other value of such a name does."""

    provider: str
    marks: tuple[bytes, ...]
    pattern: re.Pattern[bytes]
    prefixes: tuple[bytes, ...]
    entropy: float
    assigned: bool
    alone: bool
    beside: re.Pattern[bytes] | None
    unless: re.Pattern[bytes] | None


class Key(NamedTuple):
    """A key at bytes ``start`` to ``end``. ``provider`` is empty where only its name says that it is one; ``shown`` is
    all of it that is ever printed; ``name``: what it is given to, if that is what it was told by."""

    provider: str
    start: int
    end: int
    shown: str
    name: str = ""


class Keys:
    """What is known of keys, out of ``rules/keys.yaml``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        lists: dict[str, list[str]] = {}
        for kind, words in _LISTS.findall(path.read_bytes()):
            found = lists.setdefault(kind.decode(), [])
            found.extend(word.strip(" \"'") for word in words.decode().split(", "))
        self._marks = re.compile(
            "|".join(sorted(map(re.escape, set(lists["keywords"])), key=len, reverse=True)).encode()
        )
        self._endings = tuple(word.encode() for word in lists["endings"])
        self._leading = self._endings + _VALUES
        prefixes = lists["exposing"]
        whole = [one for one in prefixes if not any(one != other and one.endswith(other) for other in prefixes)]
        self._exposing = [prefix.encode() for prefix in whole]
        self._lists = lists

    # -- finding ----------------------------------------------------------------------------------------------

    def find(self, data: bytes) -> list[Key]:
        """The keys in a text, in order; those of no known provider, but given to a name that holds one, too."""
        found: list[Key] = []
        for start, end in _runs(data):
            if self._marks.search(data, max(start - _SHOWN, 0), end):
                found.extend(key for key in self._marked(data, start, end) if not found or key.start >= found[-1].end)
            if (not found or found[-1].end <= start) and _DIGIT.search(data, start, end):
                key = self._given(data, start)
                if key is not None:
                    found.append(key)
        return found

    def redacted(self, text: str) -> str:
        """A text in which each key shows no more than its public beginning and its end, and keeps its length."""
        data = text.encode("utf-8", "surrogatepass")
        masked = self.masked(data, self.find(data))
        return text if masked is data else masked.decode("utf-8", "surrogatepass")

    @staticmethod
    def masked(data: bytes, keys: Sequence[Key]) -> bytes:
        """The bytes with what is not to be shown of each key hidden; all stays where it is."""
        parts, position = [], 0
        for key in keys:
            first, last = (part.encode() for part in key.shown.split("..."))
            hidden = b"*" * (key.end - key.start - len(first) - len(last))
            parts += [data[position : key.start], first, hidden, last]
            position = key.end
        return b"".join([*parts, data[position:]])

    def is_key(self, value: str) -> bool:
        """Whether the literal that somebody gives for a key can be one, and no placeholder."""
        data = value.encode("utf-8", "replace")
        return _VALUE.fullmatch(data) is not None and self._is_random(data)

    def may_expose(self, data: bytes) -> bool:
        """Whether a text names a variable that a build writes into what everybody downloads."""
        return any(prefix in data for prefix in self._exposing)

    @cached_property
    def exposed(self) -> re.Pattern[bytes]:
        """Such a variable: its prefix, and the rest of its name."""
        prefixes = "|".join(self._lists["exposing"])
        return re.compile(rf"\b({prefixes})([A-Z0-9_]{{1,60}}(?:KEY|TOKEN|SECRET))\b".encode())

    @cached_property
    def hosts(self) -> re.Pattern[bytes]:
        """The address of a provider."""
        names = "|".join(map(re.escape, self._lists["hosts"]))
        return re.compile(rf"https://(?:[\w-]{{1,40}}\.)?(?:{names})(?![\w-])".encode())

    def is_spent_with(self, variable: str, data: bytes) -> bool:
        """Whether a variable of a text holds a key that costs its owner money; others share the names of some."""
        provider = "" if _PUBLIC.search(variable) else self.holds_key(variable)
        entry = next((entry for entry in self.providers if entry["provider"] == provider), None)
        if entry is None or variable not in entry.get("shared", ()):
            return entry is not None
        words = [word.encode() for kind in ("words", "hosts") for word in entry.get(kind, ())]
        return any(word in data.lower() for word in words)

    def _marked(self, data: bytes, start: int, end: int) -> Iterator[Key]:
        """Keys that a mark of their provider tells, and that begin between two bytes."""
        first, last = max(start - _SHOWN, 0), min(end + _WORD_REACH, len(data))
        text = data[first:last]
        for form in self.formats:
            if not any(mark in text for mark in form.marks):
                continue
            for match in form.pattern.finditer(data, first, last):
                if match.start() >= end:
                    break
                prefix = max((p for p in form.prefixes if match[0].startswith(p)), key=len, default=b"")
                if self._is_made_up(match[0], prefix, form.entropy) or not _fits(form, data, match):
                    continue
                yield Key(form.provider, match.start(), match.end(), _shown(match[0], prefix))
                return

    def _given(self, data: bytes, start: int) -> Key | None:
        """A key that is told by the name that it is given to."""
        text = data[max(start - _NAME_REACH, 0) : start]
        head = text.rstrip(_BETWEEN)
        between = text[len(head) :]
        # What follows a closing bracket and a comma is something else: (os.environ["KEY"], "model").
        closed = max(between.rfind(b"]"), between.rfind(b")"))
        signs = b"=:>" if closed >= 0 else b"=:,(>"
        if not head.lower().endswith(self._leading) or not any(sign in between[closed + 1 :] for sign in signs):
            return None
        value, name = _VALUE.match(data, start), _NAME.search(head)
        if name is not None and name[0] in _VALUES:
            name = _name_above(data, start)
        if value is None or name is None or not name[0].lower().endswith(self._endings):
            return None
        closing, quote = data[value.end() : value.end() + 1], between[-1:]
        if closing != quote if quote in _QUOTES else b"_" in value[0] or closing not in _AFTER:
            return None
        provider = self._provider_of(name[0].decode())
        known = next((form for form in self._assigned(provider) if form.pattern.fullmatch(value[0])), None)
        if known is not None:
            is_key = not self._is_made_up(value[0], b"", known.entropy)
        else:
            is_key = not self._is_alone(provider) and self._is_random(value[0])
        if not is_key:
            return None
        return Key(provider, start, value.end(), _shown(value[0], b""), name[0].decode())

    # -- judging ----------------------------------------------------------------------------------------------

    def _is_random(self, value: bytes) -> bool:
        if not _DIGITS.search(value) or _DOTTED.match(value) or b"://" in value or value.count(b"/") > len(value) // 12:
            return False
        is_words = _WORDY.match(value) and len(_DIGITS.findall(value)) < len(value) // 8
        return not is_words and not self._is_made_up(value, b"", 3.2) and not value.startswith(self._beginnings)

    def _is_made_up(self, value: bytes, prefix: bytes, entropy: float) -> bool:
        """Whether a text of a key's form is a placeholder, an example, or typed in order along the keyboard."""
        body = value[len(prefix) :]
        if entropy_of(body) < entropy:
            return True
        shortest = 3 if len(body) <= 64 else 4
        if sum(length for length in sequences(body) if length >= shortest) * 2 > len(body):
            return True
        lower = body.decode("ascii", "replace").lower()
        whole = f" {_OTHER.sub(' ', lower)} "
        if any(word in (whole if " " in word else lower) for word in self._data["placeholders"]):
            return True
        import hashlib  # not for runs that find no key

        return hashlib.sha256(value).hexdigest()[:16] in self._data["published"]

    @cached_property
    def _beginnings(self) -> tuple[bytes, ...]:
        """What begins keys of a known form alone: a text that begins so, and goes on in another way, is made up."""
        return tuple(prefix for form in self.formats for prefix in form.prefixes if len(prefix) > _SHOWN)

    # -- what the file says -----------------------------------------------------------------------------------

    @cached_property
    def _data(self) -> Any:
        return schema.load(self._path, SCHEMA)

    @cached_property
    def providers(self) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = self._data["providers"]
        return found

    @cached_property
    def formats(self) -> list[Format]:
        return [_format(entry["provider"], form) for entry in self.providers for form in entry.get("formats", ())]

    @cached_property
    def parameters(self) -> frozenset[str]:
        """The parameters of clients that take a key."""
        return frozenset(self._data["parameters"])

    @cached_property
    def holders(self) -> frozenset[str]:
        """The settings of modules that hold a key."""
        return frozenset(self._data["holders"])

    def _assigned(self, provider: str) -> list[Format]:
        return [form for form in self.formats if form.assigned and form.provider == provider]

    def _is_alone(self, provider: str) -> bool:
        return any(form.alone for form in self._assigned(provider))

    @cached_property
    def _by_name(self) -> list[tuple[re.Pattern[str], str]]:
        """Providers by the names of their keys, those that are told by the whole name first."""
        return [
            (re.compile(form.format(_flexible(word)), re.I), provider)
            for kind, form in (("names", r"(?:^|.*[^a-z]){}$"), ("words", r".*{}"))
            for word, provider in sorted(self._words(kind), key=lambda pair: len(pair[0]), reverse=True)
        ]

    def _words(self, kind: str) -> Iterator[tuple[str, str]]:
        for entry in self.providers:
            for word in entry.get(kind, ()):
                yield word, entry["provider"]

    def _provider_of(self, name: str) -> str:
        return next((provider for pattern, provider in self._by_name if pattern.match(name)), "")

    def variable(self, provider: str, name: str = "") -> str:
        """The variable of the environment that a key is kept in: the one that its provider's SDK reads, or that its
        name already is; empty where neither says."""
        if _VARIABLE.fullmatch(name):
            return name
        entry = next((entry for entry in self.providers if entry["provider"] == provider), {})
        usual = [*entry.get("names", ()), *(f"{word.upper()}_API_KEY" for word in entry.get("words", ()))]
        return str(entry.get("variable", next(iter(usual), "")))

    def variable_for(self, path: str) -> str:
        """The variable that keeps the key of an SDK, by the path of what it is given to."""
        return self.variable(self._provider_of(path))

    def holds_key(self, name: str) -> str:
        """The provider whose key a variable or a setting of this name holds, or nothing."""
        is_key = name.lower().endswith(tuple(self._data["endings"])) and self._telling.match(name) is None
        return self._provider_of(name) if is_key else ""

    @cached_property
    def _telling(self) -> re.Pattern[str]:
        """The first word of a name that says something of a key: ``NoOpenAIKey``, ``has_openai_key``."""
        words = "|".join(f"{word}|{word.capitalize()}" for word in self._data["telling"])
        return re.compile(rf"_*(?:(?:{words})(?=[A-Z_-])|(?:{words.upper()})[_-])")


def _runs(data: bytes) -> Iterator[tuple[int, int]]:
    """The runs of characters that keys are made of, long enough for one."""
    classes = data.translate(_RUNS)
    start = classes.find(_RUN)
    while start >= 0:
        end = classes.find(b" ", start + _SHORTEST)
        end = end if end >= 0 else len(classes)
        if end - start <= _LONGEST:
            yield start, end
        start = classes.find(_RUN, end)


def _format(provider: str, entry: Mapping[str, Any]) -> Format:
    return Format(
        provider,
        tuple(word.encode() for word in entry.get("keywords", ())),
        re.compile(f"{_BEGIN}(?:{entry['pattern']}){_END}".encode()),
        tuple(prefix.encode() for prefix in entry.get("prefixes", ())),
        entry.get("entropy", 3),
        entry.get("assigned", False),
        entry.get("alone", False),
        _any_of(entry.get("beside", ())),
        _any_of(entry.get("unless", ())),
    )


def _any_of(words: Sequence[str]) -> re.Pattern[bytes] | None:
    if not words:
        return None
    return re.compile(rf"(?<![a-z])(?:{'|'.join(map(re.escape, words))})".encode(), re.I)


def _fits(form: Format, data: bytes, match: re.Match[bytes]) -> bool:
    """Whether the words near a key allow it to be one of this form."""
    around = data[max(match.start() - _WORD_REACH, 0) : match.end() + _WORD_REACH]
    return (form.beside is None or bool(form.beside.search(around))) and not (
        form.unless and form.unless.search(around)
    )


def is_allowed(data: bytes, key: Key) -> bool:
    """Whether the line says to another scanner that the key on it is meant to be there."""
    rest = data[key.end : key.end + _WORD_REACH].split(b"\n", 1)[0]
    return any(mark in rest for mark in _ALLOWED)


def _name_above(data: bytes, start: int) -> re.Match[bytes] | None:
    """The name that stands nearest before a value, in the same object."""
    names = [*_NAME_ABOVE.finditer(data, max(start - _WORD_REACH, 0), start)]
    return names[-1] if names and b"}" not in data[names[-1].end() : start] else None


def _flexible(word: str) -> str:
    """A name in any of its spellings: API_KEY, api-key, apiKey."""
    return re.sub(r"[_-]", "[_-]?", word)


def _shown(key: bytes, prefix: bytes) -> str:
    return f"{prefix.decode()}...{key[-_SHOWN:].decode()}"


def ending_of(key: str) -> str:
    """What is shown of a key that has no public beginning."""
    return f"...{key[-_SHOWN:]}"
