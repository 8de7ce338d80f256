"""libcst's tree of a program, without its layout, made of the one that Python parses: in about a quarter of the time.

``ast`` tells less than libcst only of strings that are formatted or put together of several: libcst reads these."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from llmlint.languages.python.trees.expressions import UnknownSyntaxError
from llmlint.languages.python.trees.nodes import as_name, dotted, made, name, optional_name
from llmlint.languages.python.trees.operators import AUGMENTED
from llmlint.languages.python.trees.patterns import Patterns

__all__ = ["Statements", "UnknownSyntaxError"]

_ASYNCHRONOUS = cst.Asynchronous()
_DOT = cst.Dot()


class Statements(Patterns):
    """Makes the tree of a program."""

    def module(self, tree: ast.Module) -> cst.Module:
        """Raises UnknownSyntaxError."""
        return made(cst.Module, body=self._statements(tree.body))

    def _statements(self, nodes: Sequence[ast.stmt]) -> list[cst.CSTNode]:
        return list(map(self._statement, nodes))

    def _statement(self, node: ast.stmt) -> cst.CSTNode:
        maker = _MAKERS.get(type(node))
        if maker is None:
            raise UnknownSyntaxError(type(node).__name__)
        statement = maker(self, node)
        self.origins[id(statement)] = node
        return made(cst.SimpleStatementLine, body=[statement]) if type(node) in _SMALL else statement

    def _block(self, nodes: Sequence[ast.stmt]) -> cst.IndentedBlock:
        return made(cst.IndentedBlock, body=self._statements(nodes))

    def _else(self, nodes: Sequence[ast.stmt]) -> cst.Else | None:
        return made(cst.Else, body=self._block(nodes)) if nodes else None

    def _expression(self, node: ast.Expr) -> cst.CSTNode:
        return made(cst.Expr, value=self.expression(node.value))

    # -- definitions ------------------------------------------------------------------------------------------

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> cst.CSTNode:
        return made(
            cst.FunctionDef,
            name=name(node.name),
            params=self.parameters(node.args),
            body=self._block(node.body),
            decorators=self._decorators(node.decorator_list),
            returns=self.annotation(node.returns),
            asynchronous=_ASYNCHRONOUS if type(node) is ast.AsyncFunctionDef else None,
        )

    def _class(self, node: ast.ClassDef) -> cst.CSTNode:
        return made(
            cst.ClassDef,
            name=name(node.name),
            body=self._block(node.body),
            bases=list(map(self.argument, node.bases)),
            keywords=list(map(self.argument, node.keywords)),
            decorators=self._decorators(node.decorator_list),
        )

    def _decorators(self, nodes: Sequence[ast.expr]) -> list[cst.Decorator]:
        return [made(cst.Decorator, decorator=self.expression(node)) for node in nodes]

    def _return(self, node: ast.Return) -> cst.CSTNode:
        return made(cst.Return, value=self.optional(node.value))

    # -- branches and loops -----------------------------------------------------------------------------------

    def _if(self, node: ast.If) -> cst.CSTNode:
        test, body = self.expression(node.test), self._block(node.body)
        # ``else`` around nothing but an ``if`` is taken for ``elif``.
        is_chain = len(node.orelse) == 1 and type(node.orelse[0]) is ast.If
        orelse = self._statement(node.orelse[0]) if is_chain else self._else(node.orelse)
        return made(cst.If, test=test, body=body, orelse=orelse)

    def _while(self, node: ast.While) -> cst.CSTNode:
        test, body = self.expression(node.test), self._block(node.body)
        return made(cst.While, test=test, body=body, orelse=self._else(node.orelse))

    def _for(self, node: ast.For | ast.AsyncFor) -> cst.CSTNode:
        return made(
            cst.For,
            target=self.expression(node.target),
            iter=self.expression(node.iter),
            body=self._block(node.body),
            orelse=self._else(node.orelse),
            asynchronous=_ASYNCHRONOUS if type(node) is ast.AsyncFor else None,
        )

    def _with(self, node: ast.With | ast.AsyncWith) -> cst.CSTNode:
        items = [
            made(
                cst.WithItem,
                item=self.expression(item.context_expr),
                asname=as_name(self.optional(item.optional_vars)),
            )
            for item in node.items
        ]
        asynchronous = _ASYNCHRONOUS if type(node) is ast.AsyncWith else None
        return made(cst.With, items=items, body=self._block(node.body), asynchronous=asynchronous)

    def _match(self, node: ast.Match) -> cst.CSTNode:
        cases = [
            made(
                cst.MatchCase,
                pattern=self.pattern(case.pattern),
                body=self._block(case.body),
                guard=self.optional(case.guard),
            )
            for case in node.cases
        ]
        return made(cst.Match, subject=self.expression(node.subject), cases=cases)

    def _break(self, _: ast.Break) -> cst.CSTNode:
        return made(cst.Break)

    def _continue(self, _: ast.Continue) -> cst.CSTNode:
        return made(cst.Continue)

    def _pass(self, _: ast.Pass) -> cst.CSTNode:
        return made(cst.Pass)

    # -- exceptions -------------------------------------------------------------------------------------------

    def _try(self, node: Any) -> cst.CSTNode:
        is_group = type(node) is not ast.Try
        return made(
            cst.TryStar if is_group else cst.Try,
            body=self._block(node.body),
            handlers=[self._handler(handler, is_group=is_group) for handler in node.handlers],
            orelse=self._else(node.orelse),
            finalbody=made(cst.Finally, body=self._block(node.finalbody)) if node.finalbody else None,
        )

    def _handler(self, node: ast.ExceptHandler, *, is_group: bool) -> cst.CSTNode:
        kind = cst.ExceptStarHandler if is_group else cst.ExceptHandler
        bound, type_ = as_name(optional_name(node.name)), self.optional(node.type)
        handler = made(kind, body=self._block(node.body), type=type_, name=bound)
        self.origins[id(handler)] = node
        return handler

    def _raise(self, node: ast.Raise) -> cst.CSTNode:
        cause = made(cst.From, item=self.expression(node.cause)) if node.cause is not None else None
        return made(cst.Raise, exc=self.optional(node.exc), cause=cause)

    def _assert(self, node: ast.Assert) -> cst.CSTNode:
        return made(cst.Assert, test=self.expression(node.test), msg=self.optional(node.msg))

    # -- bindings ---------------------------------------------------------------------------------------------

    def _assign(self, node: ast.Assign) -> cst.CSTNode:
        targets = [made(cst.AssignTarget, target=self.expression(target)) for target in node.targets]
        return made(cst.Assign, targets=targets, value=self.expression(node.value))

    def _annotated(self, node: ast.AnnAssign) -> cst.CSTNode:
        return made(
            cst.AnnAssign,
            target=self.expression(node.target),
            annotation=self.annotation(node.annotation),
            value=self.optional(node.value),
        )

    def _augmented(self, node: ast.AugAssign) -> cst.CSTNode:
        target, value = self.expression(node.target), self.expression(node.value)
        return made(cst.AugAssign, target=target, operator=AUGMENTED[type(node.op)], value=value)

    def _type_alias(self, node: Any) -> cst.CSTNode:
        return made(cst.TypeAlias, name=self.expression(node.name), value=self.expression(node.value))

    def _delete(self, node: ast.Delete) -> cst.CSTNode:
        targets = list(map(self.expression, node.targets))
        if len(targets) == 1:
            return made(cst.Del, target=targets[0])
        return made(cst.Del, target=made(cst.Tuple, elements=[made(cst.Element, value=part) for part in targets]))

    def _names(self, names: Sequence[str]) -> list[cst.NameItem]:
        return [made(cst.NameItem, name=name(item)) for item in names]

    def _global(self, node: ast.Global) -> cst.CSTNode:
        return made(cst.Global, names=self._names(node.names))

    def _nonlocal(self, node: ast.Nonlocal) -> cst.CSTNode:
        return made(cst.Nonlocal, names=self._names(node.names))

    # -- imports ----------------------------------------------------------------------------------------------

    def _alias(self, node: ast.alias) -> cst.ImportAlias:
        return made(cst.ImportAlias, name=dotted(node.name), asname=as_name(optional_name(node.asname)))

    def _import(self, node: ast.Import) -> cst.CSTNode:
        return made(cst.Import, names=list(map(self._alias, node.names)))

    def _import_from(self, node: ast.ImportFrom) -> cst.CSTNode:
        is_star = node.names[0].name == "*"
        return made(
            cst.ImportFrom,
            module=dotted(node.module) if node.module is not None else None,
            names=made(cst.ImportStar) if is_star else list(map(self._alias, node.names)),
            relative=[_DOT] * node.level,
        )


_SMALL_MAKERS: dict[type[ast.AST], Callable[[Statements, Any], cst.CSTNode]] = {
    ast.Expr: Statements._expression,
    ast.Assign: Statements._assign,
    ast.AnnAssign: Statements._annotated,
    ast.AugAssign: Statements._augmented,
    ast.Return: Statements._return,
    ast.Raise: Statements._raise,
    ast.Assert: Statements._assert,
    ast.Delete: Statements._delete,
    ast.Import: Statements._import,
    ast.ImportFrom: Statements._import_from,
    ast.Global: Statements._global,
    ast.Nonlocal: Statements._nonlocal,
    ast.Pass: Statements._pass,
    ast.Break: Statements._break,
    ast.Continue: Statements._continue,
}
if hasattr(ast, "TypeAlias"):
    _SMALL_MAKERS[ast.TypeAlias] = Statements._type_alias
_SMALL = frozenset(_SMALL_MAKERS)
_MAKERS: dict[type[ast.AST], Callable[[Statements, Any], cst.CSTNode]] = {
    **_SMALL_MAKERS,
    ast.FunctionDef: Statements._function,
    ast.AsyncFunctionDef: Statements._function,
    ast.ClassDef: Statements._class,
    ast.If: Statements._if,
    ast.While: Statements._while,
    ast.For: Statements._for,
    ast.AsyncFor: Statements._for,
    ast.With: Statements._with,
    ast.AsyncWith: Statements._with,
    ast.Try: Statements._try,
    ast.Match: Statements._match,
}
if hasattr(ast, "TryStar"):
    _MAKERS[ast.TryStar] = Statements._try
