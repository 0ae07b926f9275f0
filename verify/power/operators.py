"""The mistakes people make, as changes of one node of the syntax tree."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

Change = tuple[str, ast.expr]


def changes(node: ast.AST, fields: frozenset[str]) -> Iterator[Change]:
    """(name of the mistake, what stands in the node's place) for every mistake that applies to ``node``.

    ``fields`` are the names of the state's fields, for mistakes with a stale iterate.
    """
    if isinstance(node, ast.BinOp):
        yield from _arithmetic(node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
        yield "sign", node.operand
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield from _comparison(node)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        yield from _operation(node, node.func.attr)
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "state":
        if node.attr in fields:
            yield "fresh for stale iterate", ast.Name(node.attr, ast.Load())
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in fields:
        yield "stale iterate", ast.Attribute(ast.Name("state", ast.Load()), node.id, ast.Load())


def _arithmetic(node: ast.BinOp) -> Iterator[Change]:
    left, op, right = node.left, node.op, node.right
    if isinstance(op, ast.Add | ast.Sub):
        opposite: ast.operator = ast.Sub() if isinstance(op, ast.Add) else ast.Add()
        yield "sign", ast.BinOp(left, opposite, right)
        off = isinstance(right, ast.Constant) and right.value == 1
        yield "off by one" if off else "dropped term", left
    if isinstance(op, ast.Div) and isinstance(right, ast.Constant):
        yield "missing half", left
    if isinstance(op, ast.Mult):
        constant = next((s for s in (left, right) if isinstance(s, ast.Constant)), None)
        if constant is None:
            yield "dropped factor", left
        else:
            yield "missing two", right if constant is left else left


def _comparison(node: ast.Compare) -> Iterator[Change]:
    strict = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
    side = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}
    kind = type(node.ops[0])
    if kind in strict:
        yield "strictness", ast.Compare(node.left, [strict[kind]()], node.comparators)
        yield "wrong side", ast.Compare(node.left, [side[kind]()], node.comparators)


def _operation(node: ast.Call, name: str) -> Iterator[Change]:
    if name in ("minimum", "maximum"):
        renamed = copy.deepcopy(node)
        renamed.func.attr = "minimum" if name == "maximum" else "maximum"  # type: ignore[attr-defined]
        yield "min for max", renamed
        if name == "maximum" and isinstance(node.args[1], ast.Constant) and node.args[1].value == 0:
            yield "missing positive part", node.args[0]
    if name in ("sqrt", "abs"):
        yield f"missing {name}", node.args[0]
    if name == "where":
        swapped = copy.deepcopy(node)
        swapped.args[1], swapped.args[2] = swapped.args[2], swapped.args[1]
        yield "wrong branch", swapped
