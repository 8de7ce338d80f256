"""Operators of ``ast`` as libcst's nodes, one for all places where each stands."""

from __future__ import annotations

import ast

import libcst as cst

_BINARY = {
    ast.Add: "Add",
    ast.BitAnd: "BitAnd",
    ast.BitOr: "BitOr",
    ast.BitXor: "BitXor",
    ast.Div: "Divide",
    ast.FloorDiv: "FloorDivide",
    ast.LShift: "LeftShift",
    ast.MatMult: "MatrixMultiply",
    ast.Mod: "Modulo",
    ast.Mult: "Multiply",
    ast.Pow: "Power",
    ast.RShift: "RightShift",
    ast.Sub: "Subtract",
}
OPERATORS: dict[type[ast.AST], cst.CSTNode] = {
    **{kind: getattr(cst, name)() for kind, name in _BINARY.items()},
    ast.And: cst.And(),
    ast.Or: cst.Or(),
    ast.Invert: cst.BitInvert(),
    ast.Not: cst.Not(),
    ast.UAdd: cst.Plus(),
    ast.USub: cst.Minus(),
    ast.Eq: cst.Equal(),
    ast.Gt: cst.GreaterThan(),
    ast.GtE: cst.GreaterThanEqual(),
    ast.In: cst.In(),
    ast.Is: cst.Is(),
    ast.IsNot: cst.IsNot(),
    ast.Lt: cst.LessThan(),
    ast.LtE: cst.LessThanEqual(),
    ast.NotEq: cst.NotEqual(),
    ast.NotIn: cst.NotIn(),
}
# Those of ``+=`` and its like.
AUGMENTED: dict[type[ast.AST], cst.CSTNode] = {kind: getattr(cst, f"{name}Assign")() for kind, name in _BINARY.items()}
