"""Places agree with those of libcst's own provider, which is slow and right."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from pathlib import Path

import libcst as cst
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from libcst.metadata import MetadataWrapper, PositionProvider
from support import CATALOG, check

from llmlint.catalog import Example
from llmlint.facts import FileFacts, Span
from llmlint.languages.python import extract, parsing

PROGRAMS = {
    "nested calls": "f(g(h(1), i(2)), j(3))(4)(k(5))\nf(a)(b)(c)\n",
    "arguments": """
        f(1, *a, b=g(2), **c)
        f(
            1,
            b=(2),
            *a,
            **h(c),
        )
        f((x for x in g()))
        f(x for x in y)
    """,
    "methods": "a.b(c).d(e).f(g)\n(\n    a\n    .b(1)\n    .c(2)\n)\n",
    "decorators": """
        @one
        @two(g(1))
        def first(a=f(1), *b, c: g(2) = h(3), **d) -> i(4):
            return j(5)

        @three(lambda: k(1))
        class Second(l(2), metaclass=m(3)):
            @four
            async def third(self):
                await n(6)
    """,
    "nested functions": """
        def one():
            first(1)
            def two():
                second(2)
                def three():
                    third(3)
                fourth(4)
            fifth(5)
        def six():
            sixth(6)
        class Seven:
            def eight(self):
                eighth(8)
            seventh(7)
    """,
    "formatted strings": """
        f"{a(1)} and {b(2)!r:>{c(3)}}"
        d(f"{e(4)}" f"{g(5)}")
        d(f"{e( 4 , k=5 )} {g (6)} {e( 4 , k=5 )}")
        h(f'''
            {i(6)}
        ''', j(7))
    """,
    "long strings": '''
        f("""
        g(1)
        """, h(2))
        f("a" "b"
          "c", g(3))
    ''',
    "lambdas": "f(lambda x: g(x), lambda: h(1))\nk = lambda a=f(1): (lambda b: g(a, b))\n",
    "comprehensions": """
        [f(x) for x in g(y) if h(x)]
        {f(k): g(v) for k, v in h(x) if i(k) for z in j(v)}
        {f(x) async for x in g(y)}
        k(l(x) for x in [m(z) for z in n()])
        [[f(y) for y in g(x)] for x in h()]
    """,
    "walrus": "if (n := f(1)) and (m := g(n)):\n    pass\nwhile (n := f(n)) < g(5):\n    h(n)\n",
    "assignments": """
        a[f(1)] = b.c(2).d = g(3)
        f(1).x, g(2)[h(3)] = i(4)
        a: f(1) = g(2)
        a[f(1)] += g(2)
        del a[f(1)], b[g(2)]
    """,
    "loops": """
        for a in f(1):
            g(2)
        else:
            h(3)
        async def run():
            async for b[i(4)] in j(5):
                pass
            while k(6) : l(7)
    """,
    "handlers": """
        try:
            f(1)
        except g(2) as e:
            h(3)
        except (A, B):
            i(4)
        except:
            j(5)
        else:
            k(6)
        finally:
            l(7)
    """,
    "with": "with f(1) as a, g(2) as b[h(3)]:\n    i(4)\nwith suppress(f(1)):\n    g(2)\n",
    "match": """
        match f(1):
            case A(b=1) if g(2):
                h(3)
            case [x, *y] | {"k": x, **y}:
                i(4)
            case _:
                j(5)
    """,
    "conditions": """
        f(1) if g(2) else h(3)
        assert f(1), g(2)
        a = b or f(1) and not g(2)
        f(1) < g(2) < h(3)
    """,
    "yield and await": """
        async def run():
            await f(g(1))
            yield h(2)
            x = yield
        def other():
            yield from f(1)
            return (yield g(2))
    """,
    "raise": "def run():\n    raise f(1) from g(2)\n",
    "slices": "a[f(1):g(2), h(3):i(4):j(5)]\na[f(1)](g(2))\n",
    "dicts": "{f(1): g(2), **h(3), 'a': i(4)}\ndict(a=f(1), **g(2))\n{f(1), *g(2)}\n",
    "builtins": """
        print(len(f(1)), str(g(2)))
        x = {}
        x.update(f(1))
        x.get('a', g(2))
        int(f(3))
    """,
    "patterns": """
        match f(1):
            case [A(b=c), *d] as e if g(2):
                h(3)
            case {"k": (1 | 2) as i, **j}:
                k(4)
    """,
    "tabs": "def f():\n\tif g(1):\n\t\treturn h(2)\n\tfor a in b(3):\n\t\tc(4)\n",
    "unicode": """
        é = f('ü', g('漢字'), '😀'); h(é)
        f('😀').ü(g(1))
        class Ä(é):
            def ö(self): f('ß', g(1))
    """,
    "windows": "f(1)\r\ndef g():\r\n    h(2)\r\n    while True:\r\n        i('é', j(3))\r\n",
    "semicolons": "f(1); g(2); h(3)\nif a: f(1); g(2)\n",
    "backslashes": "a = f(1) + \\\n    g(2)\nf(1,\\\n  g(2))\n",
    "parentheses": "(f)(1)\n((f(1)))\n(f(1)).g((2))\n(\n  f\n)(\n  1\n)\n",
    "type comments": "x = f(1)  # type: ignore\n# f(2)\ng(3)  # h(4)\n",
    "form feeds": "f(1)\n\x0c\ng(2)\n",
    "print with a star": "f(*g(1), *h(2), **i(3), **j(4))\nf(a=1, *b(2))\n",
    "class bodies": """
        class A(f(1)):
            x = g(2)
            @h(3)
            def m(self, a=i(4)): j(5)
            class B(k(6)):
                y = l(7)
    """,
    "operators": """
        a = b @ c >> d << e ^ ~f | g & h // 3 ** -1 % +2
        a //= 1
        b <<= 2
        c @= d
        e ^= not f is not g in h
    """,
    "numbers": """
        f(0x1F, 1_000, 1e400, 2.5, 3j, 10**19)
        while 1: g(0)
    """,
    "strings": '''
        f(b"a", r"\\d", "it's", 'a\\'b', "", """a"b""", u"c", "a" 'b' """c""", ("d"
        "e"), f"{a!r:>{b}} {{c}}" "d")
    ''',
    "parameters": """
        def f(a, b: int, /, c=1, *d, e, g: str = 'h', **i) -> None: ...
        j = lambda *, k=2: k
        def l(*, m): f(m)
    """,
    "imports": """
        import a.b, c as d
        from . import e
        from ..f.g import h as i, j
        from k import *
    """,
    "branches": """
        if a: f(1)
        elif b: g(2)
        else:
            if c: h(3)
            else: i(4)
        try: f(1)
        finally: g(2)
    """,
    "targets": """
        a, *b = c = d[1], e.f = g()
        (h) = [i, j] = k
        del a, b[1]
        del (c)
        x: int
        y.z: 'List[int]' = f(1)
    """,
    "subscripts": """
        a[1, 2:3, ...]
        b[(c, d)]
        b[(c,)].f(1)
        e[()]
        f[g:]
        h['i']['j']
    """,
    "names": """
        def f():
            global a, b
            a = b = g(1)
            def h():
                nonlocal i
                i = f(i)
            i = 2
    """,
    "coroutines": """
        async def f():
            async with a(1) as b, c: d(2)
            async for e in g(3): pass
            return [h async for h in i if j]
    """,
    "generators": """
        f(x for x in y for z in x if z if not x)
        {**a, 'b': c}
        {d: e for d, e in a.items() if e}
    """,
    "tests": """
        a = b if c and d or not e else (f or g) and h
        assert a, b
        if (n := len(c)) > 4 and n < 3 <= 5: pass
    """,
    "several on a line": """
        f(1); a = 2; g(a)
        if b: h(3); i(4)
        while f(a): a = g(a)
    """,
}


def agrees_unasked(text: str) -> None:
    """The facts agree with libcst's provider without having asked it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsing, "Provided", None)
        facts = extract("main.py", text, frozenset())
    agrees(text, facts)


def agrees(text: str, facts: FileFacts) -> None:
    """Every call and argument, loop and handler that the facts place stands where libcst says."""
    assert not facts.faults
    expected = Expected(text, facts.line_starts)
    for call in facts.calls:
        found = [facts.span(call.span + number) for number in range(2 + len(call.arguments))]
        same = [other for other in expected.calls if expected.are_alike(found, other)]
        assert same, [text[span.start : span.end] for span in found]
        expected.calls.remove(same[0])
    numbers = [fact.span for fact in (*facts.functions, *facts.classes, *facts.loops, *facts.handlers)]
    for span in [facts.span(number) for number in numbers if number >= 0]:
        assert any(expected.are_alike([span], [head]) for head in expected.heads), text[span.start : span.end]


class Expected(cst.CSTVisitor):
    """The places of a text by libcst's provider. Parentheses around an expression, and the name of an argument, may
    belong to it or not."""

    def __init__(self, text: str, line_starts: Sequence[int]) -> None:
        wrapper = MetadataWrapper(cst.parse_module(text))
        self.text = text
        self.line_starts = line_starts
        self.ranges = wrapper.resolve(PositionProvider)
        self.strings = 0
        self.calls: list[list[Span]] = []
        self.heads: list[Span] = []
        wrapper.module.visit(self)

    def are_alike(self, found: Sequence[Span], expected: Sequence[Span]) -> bool:
        return len(found) == len(expected) and all(map(self._is_inside, found, expected))

    def _is_inside(self, found: Span, outer: Span) -> bool:
        start, inner_start = sorted((outer.start, found.start))
        inner_end, end = sorted((outer.end, found.end))
        before, after = self.text[start:inner_start], self.text[inner_end:end]
        return re.fullmatch(r"[(\s\\]*(?:\w+=|\*{1,2})?[(\s\\]*", before) is not None and not after.strip(") \\\r\n")

    def place(self, first: cst.CSTNode, last: cst.CSTNode) -> Span:
        start, end = self.ranges[first].start, self.ranges[last].end
        return Span(self.line_starts[start.line - 1] + start.column, self.line_starts[end.line - 1] + end.column)

    def visit_Call(self, node: cst.Call) -> None:  # noqa: N802
        self.calls.append([self.place(part, part) for part in (node, node.func, *node.args)])
        self.heads.append(self.place(node, node))

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:  # noqa: N802
        self.heads.append(self.place(node.name, node.name))

    def visit_ClassDef(self, node: cst.ClassDef) -> None:  # noqa: N802
        self.heads.append(self.place(node.name, node.name))

    def visit_While(self, node: cst.While) -> None:  # noqa: N802
        self.heads.append(self.place(node, node.test))

    def visit_For(self, node: cst.For) -> None:  # noqa: N802
        self.heads.append(self.place(node, node.iter))

    def visit_ExceptHandler(self, node: cst.ExceptHandler) -> None:  # noqa: N802
        place = self.place(node, node.type or node)
        self.heads.append(place if node.type else Span(place.start, place.start + len("except")))


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_places(program: str) -> None:
    agrees_unasked(textwrap.dedent(program))


EXAMPLES = [
    example
    for rule in CATALOG.rules.values()
    for example in rule.examples
    if example.language == "python" and (example.path or "example.py").endswith(".py")
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_places_in_the_examples(example: Example) -> None:
    for text in (example.risky, example.safe):
        agrees(text, extract("main.py", text, frozenset()))


NAMES = st.sampled_from(["f", "g", "x.y", "self.ü"])
EXPRESSIONS = st.recursive(
    NAMES | st.sampled_from(["1", "'é'", "'''a\nb'''", "(1, 2)"]),
    lambda inner: st.one_of(
        st.builds("{}({})".format, NAMES, inner),
        st.builds("{}({}, k={})".format, NAMES, inner, inner),
        st.builds("{}(*{}, **{})".format, NAMES, inner, inner),
        st.builds("({}).m({})".format, inner, inner),
        st.builds("[{} for z in {} if {}]".format, inner, inner, inner),
        st.builds("{{{}: {} for z in {}}}".format, inner, inner, inner),
        st.builds("(lambda a={}: {})".format, inner, inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("(n := {})".format, inner),
        st.builds("{{'k': {}, **{}}}".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("x[{}:{}]".format, inner, inner),
        st.builds("len({})".format, inner),
        st.builds("dict(k={})".format, inner),
    ),
    max_leaves=8,
)
BLOCKS = st.recursive(
    st.one_of(
        st.builds("{}\n".format, EXPRESSIONS),
        st.builds("v = w[{}] = {}\n".format, EXPRESSIONS, EXPRESSIONS),
        st.builds("v[{}] += {}\n".format, EXPRESSIONS, EXPRESSIONS),
        st.builds("v: {} = {}\n".format, NAMES, EXPRESSIONS),
        st.builds("assert {}, {}\n".format, EXPRESSIONS, EXPRESSIONS),
    ),
    lambda inner: st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("while {}:\n{}".format, EXPRESSIONS, inner.map(lambda text: indented(text))),
        st.builds("for v in {}:\n{}".format, EXPRESSIONS, inner.map(lambda text: indented(text))),
        st.builds("if {}:\n{}".format, EXPRESSIONS, inner.map(lambda text: indented(text))),
        st.builds("with {} as v:\n{}".format, EXPRESSIONS, inner.map(lambda text: indented(text))),
        st.builds(
            "try:\n{}except {}:\n{}".format,
            inner.map(lambda text: indented(text)),
            EXPRESSIONS,
            inner.map(lambda text: indented(text)),
        ),
        st.builds("@d({})\ndef h(a={}):\n{}".format, EXPRESSIONS, EXPRESSIONS, inner.map(lambda text: indented(text))),
        st.builds("class C({}):\n{}".format, EXPRESSIONS, inner.map(lambda text: indented(text))),
    ),
    max_leaves=6,
)


def indented(text: str) -> str:
    """Indented as a block; inside a long string, too, which changes nothing that is asked."""
    return textwrap.indent(text, "    ", lambda line: True)


@given(BLOCKS)
@settings(max_examples=60, deadline=None)
def test_places_in_any_program(program: str) -> None:
    try:
        compile(program, "main.py", "exec")
    except SyntaxError:
        return
    agrees_unasked(program)


def test_syntax_that_the_running_python_may_not_know(tmp_path: Path) -> None:
    """Where ``ast`` can't help, the places come from libcst itself."""
    text = textwrap.dedent("""
        from openai import OpenAI
        type Text[T = str] = list[T]
        def run[T = str](text: T) -> T:
            return OpenAI().responses.create(input=f"{text["a"]}")
    """).lstrip()
    (finding,) = check(tmp_path, {"main.py": text}, "LLM101")
    assert (finding.location.line, finding.location.column) == (4, 12)
    assert finding.location.end_column == 12 + len("OpenAI().responses.create")


@pytest.mark.parametrize(
    "program",
    [
        "if kind(a).name == 'b':\n    c()\n",
        "b = a if isinstance(a, (C, kind(None))) else c()\n",
        "if len(kind(a).text) > 400:\n    c()\n",
        "while count(kind(a).text) < 400:\n    pass\n",
    ],
)
def test_a_call_in_a_test_is_one_fact(program: str) -> None:
    assert len(extract("main.py", program, frozenset()).calls) == 2
