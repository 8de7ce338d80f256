"""What is read out of a value, step by step: names, numbers in lists, and changes between an object and its text."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Form(Enum):
    """PARSED: the object that a text says, as ``json.loads`` reads it; WRITTEN: the text that says an object; BODY: all
    of the body of a request or a response; JOINED: all the elements of a list, as one text."""

    PARSED = "parsed"
    WRITTEN = "written"
    BODY = "body"
    JOINED = "joined"


class Each(NamedTuple):
    """A step into the elements of a list that a loop goes over, one by one: the loop's file and its block, or -1 where
    something else goes over it. ``is_made``: the list was made of what is read, which is one of its elements."""

    path: str
    block: int
    is_made: bool = False


Step = str | int | Form | Each | None
Path = tuple[Step, ...]

# A step into some element of a list, or to a computed key.
ANY = None


def parsed(path: Path) -> Path:
    """How a text is read, given how the object that it says is."""
    return path[1:] if path[:1] == (Form.WRITTEN,) else (Form.PARSED, *path)


def written(path: Path) -> Path:
    """How an object is read, given how the text that says it is."""
    return path[1:] if path[:1] == (Form.PARSED,) else (Form.WRITTEN, *path)


def reads_all(path: Path) -> bool:
    """Whether a path may read every element of a list, or of what a mapping holds."""
    return path[:1] in ((), (ANY,), (Form.WRITTEN,), (Form.JOINED,)) or isinstance(path[0], Each)


def reads_text(path: Path) -> bool:
    """Whether a path reads the text that something says, and none of what it holds by name."""
    return path[:1] == (Form.WRITTEN,) or all(step is Form.JOINED or isinstance(step, Each) for step in path)


def reads_elements(path: Path) -> bool:
    """Whether a path reads what lists hold, and nothing by name."""
    return all(step is ANY or step is Form.JOINED or isinstance(step, Each) for step in path)


def inside(path: Path) -> Path:
    """How what a list or a mapping holds is read, given how itself is: its text is made of theirs, and what is read of
    it one by one stays so, whatever loop it was made in."""
    step = path[0] if path else None
    if step is Form.WRITTEN:
        return path
    if isinstance(step, Each):
        return (*path[1:], step._replace(is_made=True))
    return (*path[1:], ANY) if path[:1] == (ANY,) else path[1:]


def one_by_one(path: Path) -> Path:
    """What of a path still holds for the parts of a text: the loops that go over it."""
    return tuple(step for step in path if isinstance(step, Each))


def names(path: Path) -> list[str]:
    return [step for step in path if isinstance(step, str)]
