"""Files that no parser likes: each is reported or read, and what stands beside it is judged all the same."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from command import CALL, check, run, spawn, write

SDK = "import openai\nclient = openai.OpenAI(timeout=30, max_retries=0)\n"
ASK = 'client.responses.create(input="hi")\n'


def beside(folder: Path, content: bytes | str) -> list[tuple[int, int, str, str]]:
    """Line, column, code and message of each finding in a file; one beside it is judged all the same."""
    write(folder, {"bad.py": content, "good.py": CALL})
    *bad, good = check(folder).json["findings"]
    assert (good["path"], good["code"]) == ("good.py", "LLM101")
    return [(found["line"], found["column"], found["code"], found["message"]) for found in bad]


def unread(folder: Path, content: bytes | str) -> tuple[int, int, str]:
    """Line, column and message of the one finding in a file, an LLM000."""
    ((line, column, code, message),) = beside(folder, content)
    assert code == "LLM000"
    return line, column, message


# -- syntax ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sdk", ["", SDK], ids=["without an SDK", "with one"])
@pytest.mark.parametrize(
    ("program", "line", "column"),
    [
        ("x = 1\nif x\n    y\n", 2, 5),
        ("print 'hello'\n", 1, 1),
        ("x = 1\nraise E, 'x'\n", 2, 8),
        ("exec 'x'\n", 1, 1),
        ("x = 0777\n", 1, 5),
        ("def f(:\n    pass\n", 1, 7),
        ("x = (1,\n", 1, 5),
        ("x = '''a\n", 1, 5),
        ("if True:\npass\n", 2, 1),
        ("if True:\n    a\n  b\n", 3, 4),
        ("<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other\n", 1, 1),
        ("PK\x03\x04 no text at all \x01\x02", 1, 3),
        ("<html><body>404</body></html>\n", 1, 1),
    ],
)
def test_syntax_errors(tmp_path: Path, sdk: str, program: str, line: int, column: int) -> None:
    found, at, message = unread(tmp_path, sdk + program)
    assert message.startswith("syntax error: ")
    assert (found, at) == (line + sdk.count("\n"), column)


NEWER = {
    "match": "match client:\n    case 1:\n        pass\n",
    "except star": "try:\n    pass\nexcept* ValueError:\n    pass\n",
    "type parameters": "def f[T](x: T) -> T: ...\nclass A[T]: ...\ntype B = int\n",
    "quotes in a formatted string": 'x = f"{client["a"]}"\n',
    "with in parentheses": "with (open('a') as a, open('b') as b):\n    pass\n",
}


@pytest.mark.parametrize("syntax", NEWER)
@pytest.mark.parametrize("sdk", ["", SDK + ASK], ids=["without an SDK", "with one"])
def test_syntax_newer_than_the_running_python(tmp_path: Path, sdk: str, syntax: str) -> None:
    """Parsed, or said to be a syntax error; never both, and never neither."""
    found = beside(tmp_path, sdk + NEWER[syntax])
    assert [code for _, _, code, _ in found] == (["LLM101"] if sdk else [])


def test_syntax_that_no_parser_here_knows(tmp_path: Path) -> None:
    _, _, message = unread(tmp_path, SDK + "x = lazy import y\n")
    assert message.startswith("syntax error: ")


def test_a_broken_module_that_others_import(tmp_path: Path) -> None:
    files = {"bad.py": SDK + "x = = 1\n", "__init__.py": "from .bad import *\nfrom . import bad\n"}
    use = "from bad import client, ask\nfrom bad import *\nimport bad\nbad.client.responses.create()\nask()\n"
    write(tmp_path, {**files, "use.py": use + CALL})
    assert [(path, code) for path, _, code in check(tmp_path).findings] == [("bad.py", "LLM000"), ("use.py", "LLM101")]


def test_warnings_of_the_parser_are_not_printed(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "x = '\\d'\nassert (1, '')\n1 is 2\n", "b.py": SDK + "x = '\\d' = 3\n"})
    assert spawn("check", cwd=tmp_path, PYTHONWARNINGS="always").stderr == ""


# -- bytes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"\n", b"   \n\t\n", b"\xef\xbb\xbf", b"# a comment", b"\x0c"])
def test_nothing_to_read(tmp_path: Path, content: bytes) -> None:
    assert beside(tmp_path, content) == []


LATIN = "x = 'caf\xe9'\n".encode("latin-1")


@pytest.mark.parametrize(
    ("cookie", "encoding"),
    [
        ("# -*- coding: latin-1 -*-\n", "latin-1"),
        ("#!/usr/bin/python\n# vim: set fileencoding=iso-8859-15 :\n", "latin-1"),
        ("#!/usr/bin/python\r\n# coding: cp1252\r\n", "latin-1"),
        ("\r# coding: latin-1\r", "latin-1"),
        ("# coding: utf-8\n", "utf-8"),
        ("# coding: utf_8_sig\n", "utf-8"),
        ("# coding: euc-jp\n", "euc-jp"),
        ("# coding: cp437\n", "cp437"),
        ("", "utf-8"),
        ("", "utf-8-sig"),
        ("# coding: utf-8\n", "utf-8-sig"),
    ],
)
def test_encodings(tmp_path: Path, cookie: str, encoding: str) -> None:
    newline = "\r" if cookie.startswith("\r") else "\n"
    program = cookie + SDK.replace("\n", newline) + f"x = 'é'; {ASK}"
    lines = program.replace("\r\n", "\n").replace("\r", "\n")[: -len(ASK)].count("\n") + 1
    found = beside(tmp_path, program.encode(encoding))
    assert [(line, column, code) for line, column, code, _ in found] == [(lines, 10, "LLM101")]


@pytest.mark.parametrize("sdk", [b"", SDK.encode()], ids=["without an SDK", "with one"])
@pytest.mark.parametrize(
    ("content", "line", "column", "message"),
    [
        (LATIN, 1, 9, "not valid UTF-8, and no other encoding is declared"),
        (b"x = 1\n\xff", 2, 1, "not valid UTF-8, and no other encoding is declared"),
        (b"x = 1\n\ny = '\0'\n", 3, 6, "contains a NUL byte"),
    ],
)
def test_bytes_that_are_no_text(
    tmp_path: Path, sdk: bytes, content: bytes, line: int, column: int, message: str
) -> None:
    assert unread(tmp_path, sdk + content) == (line + sdk.count(b"\n"), column, message)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"# coding: latin-42\n", "unknown encoding: latin-42"),
        (b"# coding: hex\n6162\n", "hex is no encoding of text"),
        (b"# coding: rot13\n", "rot13 is no encoding of text"),
        (b"# coding: ascii\n" + LATIN, "not valid ascii, which the file declares"),
        (b"\xef\xbb\xbf# coding: latin-1\n", "encoding problem: utf-8"),
        (SDK.encode("utf-16"), "encoded in UTF-16, not UTF-8"),
        (SDK.encode("utf-16-be"), "contains a NUL byte"),
        (b"\xfe\xff", "encoded in UTF-16, not UTF-8"),
        (SDK.encode("utf-32"), "encoded in UTF-16, not UTF-8"),
    ],
)
def test_encodings_that_cannot_be_read(tmp_path: Path, content: bytes, message: str) -> None:
    assert unread(tmp_path, content)[2] == message


def test_a_lone_surrogate(tmp_path: Path) -> None:
    content = f"# coding: unicode_escape\nx = '\\ud800'; y = 1\n{SDK}{ASK}".encode()
    assert [(line, code) for line, _, code, _ in beside(tmp_path, content)] == [(5, "LLM101")]


# -- size and depth -------------------------------------------------------------------------------------------


def test_a_generated_file_of_five_megabytes(tmp_path: Path) -> None:
    table = "TABLE = [\n" + "    [1, 2, 3, 'four', 5.0],\n" * 180_000 + "]\n"
    assert len(table) > 5_000_000 - 200_000
    assert beside(tmp_path, table) == []
    assert unread(tmp_path, SDK + table) == (1, 1, "larger than 1,000,000 bytes (max-file-size): not parsed")


def chain(link: str, count: int) -> str:
    return "x = a" + link * count + "\n"


DEEP = {
    "2,000 brackets": ("x = " + "(" * 2000 + ")" * 2000 + "\n", "brackets nested more than 200 deep"),
    "2,000 open brackets": ("x = " + "[" * 2000 + "\n", "brackets nested more than 200 deep"),
    "20,000 terms": (chain(" + a", 20_000), "one expression with more than 1,000 parts"),
    "20,000 strings": ("x = (" + "'a'\n" * 20_000 + ")\n", "one expression with more than 1,000 parts"),
    "2,000 calls": (chain(".f()", 2000), "one expression with more than 1,000 parts"),
    "2,000 calls on lines of their own": (
        f"x = (a{chr(10)}{'.f()' + chr(10)}" * 2000,
        "brackets nested more than 200 deep",
    ),
    "5,000 signs": ("x = " + "-" * 5000 + "a\n", "one expression with more than 1,000 parts"),
    "5,000 lambdas": ("x = " + "lambda: " * 5000 + "a\n", "one expression with more than 1,000 parts"),
    "5,000 conditions": ("x = " + "a if b else " * 5000 + "c\n", "one expression with more than 1,000 parts"),
    "20,000 branches": ("if a: b\n" + "elif c: d\n" * 20_000, "one if with more than 2,000 branches"),
    "20 patterns": (
        "match a:\n    case " + "{'a': " * 20 + "b" + "}" * 20 + ": c\n",
        "patterns nested more than 8 deep",
    ),
}


@pytest.mark.parametrize("shape", DEEP)
def test_too_deep_to_parse(tmp_path: Path, shape: str) -> None:
    program, reason = DEEP[shape]
    line, _, message = unread(tmp_path, SDK + program + ASK)
    assert message == f"{reason}: not parsed"
    assert line > 2


@pytest.mark.parametrize("shape", DEEP)
def test_too_deep_to_parse_and_without_an_sdk(tmp_path: Path, shape: str) -> None:
    """Nothing of it is judged: it may stay unread, but not end the run."""
    assert len(beside(tmp_path, DEEP[shape][0])) <= 1


BROAD = {
    "1,500 branches": "if a: b\n" + "elif c: d\n" * 1500,
    "190 brackets": "x = " + "(" * 190 + "1" + ")" * 190 + "\n",
    "900 terms": chain(" + a", 900),
    "450 calls": chain(".f()", 450),
    "a list of 5,000 sums": "x = [" + "a + b, " * 5000 + "]\n",
    "95 levels": "".join(" " * depth + "if a:\n" for depth in range(95)) + " " * 95 + "b\n",
    "900 conditions": chain(" and b", 900),
    "5,000 statements on a line": "a = 1; " * 5000 + "\n",
    "a string of 300,000 characters": f"x = '{'a' * 300_000}'\n",
}


@pytest.mark.parametrize("shape", BROAD)
def test_large_but_not_too_large(tmp_path: Path, shape: str) -> None:
    program = SDK + BROAD[shape] + ASK
    assert [(line, code) for line, _, code, _ in beside(tmp_path, program)] == [(program.count("\n"), "LLM101")]


LONG = {
    "names": "a0 = client\n" + "".join(f"a{i} = a{i - 1}\n" for i in range(1, 1500)) + ASK.replace("client", "a1499"),
    "methods": f"client = client{'.with_options(timeout=3)' * 300}\n{ASK}",
    "classes": "class A0:\n    client = client\n"
    + "".join(f"class A{i}(A{i - 1}): pass\n" for i in range(1, 1500))
    + f"class B(A1499):\n    def ask(self):\n        self.{ASK}",
    "functions": "def f0(x): return " + ASK + "".join(f"def f{i}(x): return f{i - 1}(x)\n" for i in range(1, 1500)),
}


@pytest.mark.parametrize("thing", LONG)
def test_long_ways_to_a_client(tmp_path: Path, thing: str) -> None:
    assert [code for _, _, code, _ in beside(tmp_path, SDK + LONG[thing])] == ["LLM101"]


def test_dicts_laid_over_each_other(tmp_path: Path) -> None:
    """Each holds all of the other twice as often as before."""
    program = SDK + "a = {}\nb = {}\n" + "a.update(b)\nb.update(a)\n" * 60 + ASK.replace('input="hi"', "**a")
    assert {code for _, _, code, _ in beside(tmp_path, program)} <= {"LLM101"}


def test_names_in_a_circle(tmp_path: Path) -> None:
    circle = "a = b\nb = a\nclass C(D): pass\nclass D(C): pass\ndef f(): return g()\ndef g(): return f()\nk = {**k}\n"
    use = "a.responses.create()\nC().responses.create()\nf().responses.create()\n"
    assert [code for _, _, code, _ in beside(tmp_path, SDK + circle + use + ASK)] == ["LLM101"]


def test_a_parser_that_panics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import libcst

    class PanicException(BaseException):
        """As the native parser raises it: no Exception."""

    original = libcst.parse_module

    def panics(text: str) -> libcst.Module:
        if "boom" in text:
            raise PanicException("index out of bounds")
        return original(text)

    monkeypatch.setattr(libcst, "parse_module", panics)
    assert unread(tmp_path, SDK + "boom boom\n")[2] == "the parser gave up: index out of bounds"


# -- the file system ------------------------------------------------------------------------------------------


def test_a_file_that_vanishes_during_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a.py": CALL, "b.py": CALL, "c.py": CALL})
    original = Path.read_bytes

    def vanishes(path: Path) -> bytes:
        if path.name == "b.py":
            path.unlink(missing_ok=True)
        return original(path)

    monkeypatch.setattr(Path, "read_bytes", vanishes)
    found = check(tmp_path).json["findings"]
    assert [(item["path"], item["code"]) for item in found] == [
        ("a.py", "LLM101"),
        ("b.py", "LLM000"),
        ("c.py", "LLM101"),
    ]
    assert found[1]["message"] == "can't be read: No such file or directory"


def test_a_file_that_vanishes_before_it_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from llmlint.output import text

    write(tmp_path, {"a.py": CALL})
    original = text.render

    def late(*arguments: object) -> str:
        (tmp_path / "a.py").unlink()
        return original(*arguments)

    monkeypatch.setattr(text, "render", late)
    done = run("check", cwd=tmp_path)
    assert done.code == 1
    assert "a.py:4:1: warning LLM101" in done.out


def is_denied(path: Path) -> bool:
    """Whether the rights of a path hold for whoever runs the tests: they do not for root."""
    path.chmod(0)
    return not os.access(path, os.R_OK)


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    write(tmp_path, {"secret.py": CALL, "z.py": CALL})
    if not is_denied(tmp_path / "secret.py"):
        pytest.skip("whoever runs this may read everything")
    found = check(tmp_path).json["findings"]
    assert [(item["path"], item["code"]) for item in found] == [("secret.py", "LLM000"), ("z.py", "LLM101")]
    assert found[0]["message"] == "can't be read: Permission denied"


def test_a_folder_that_may_not_be_listed(tmp_path: Path) -> None:
    write(tmp_path, {"secret/a.py": CALL, "z.py": CALL})
    if not is_denied(tmp_path / "secret"):
        pytest.skip("whoever runs this may read everything")
    try:
        found = check(tmp_path).json["findings"]
    finally:
        (tmp_path / "secret").chmod(0o700)
    assert [(item["path"], item["code"]) for item in found] == [("secret", "LLM000"), ("z.py", "LLM101")]


def test_a_folder_that_may_not_be_entered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").mkdir()
    originals = {name: getattr(os, name) for name in ("stat", "lstat", "scandir")}

    def refusing(name: str) -> Callable[..., object]:
        def refused(path: object = ".", **options: object) -> object:
            inside = str(path).partition("secret")[2]
            if inside or (name == "scandir" and str(path).endswith("secret")):
                raise PermissionError(13, "Permission denied", str(path))
            return originals[name](path, **options)

        return refused

    for name in originals:
        monkeypatch.setattr(os, name, refusing(name))
    monkeypatch.delenv("LLMLINT_NO_CACHE")
    (found,) = check(tmp_path, "secret").json["findings"]
    assert (found["path"], found["message"]) == ("secret", "this folder can't be listed: Permission denied")


def test_reading_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for whom rights hold; here the system refuses by itself."""
    write(tmp_path, {"a.py": CALL, "z.py": CALL})
    original = Path.read_bytes

    def refused(path: Path) -> bytes:
        if path.name == "a.py":
            raise PermissionError(13, "Permission denied")
        return original(path)

    monkeypatch.setattr(Path, "read_bytes", refused)
    found = check(tmp_path).json["findings"]
    assert [(item["path"], item["code"]) for item in found] == [("a.py", "LLM000"), ("z.py", "LLM101")]


def test_a_folder_that_cannot_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"secret/a.py": CALL, "z.py": CALL})
    original = os.scandir

    def refused(path: str) -> object:
        if str(path).endswith("secret"):
            raise PermissionError(13, "Permission denied", str(path))
        return original(path)

    monkeypatch.setattr(os, "scandir", refused)
    found = check(tmp_path).json["findings"]
    assert [(item["path"], item["code"]) for item in found] == [("secret", "LLM000"), ("z.py", "LLM101")]
    assert found[0]["message"] == "this folder can't be listed: Permission denied"


@pytest.mark.skipif(sys.platform == "win32", reason="file names of this kind")
def test_names_that_are_no_text(tmp_path: Path) -> None:
    write(tmp_path, {"a\nb.py": CALL, "c\td.py": "def"})
    assert [(path, code) for path, _, code in check(tmp_path).findings] == [
        ("a\nb.py", "LLM101"),
        ("c\td.py", "LLM000"),
    ]
    assert run("check", "--format", "concise", cwd=tmp_path).out.count("\n") == 3
