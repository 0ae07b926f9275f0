"""A traced step in parts: what is before an iteration, one round of it for all tensors together, and what is after.

A compiler then has one round to compile, where a step in one piece repeats them all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.fx import Graph, GraphModule, Node
from torch.utils._pytree import tree_leaves

from deep.optim.fast.values import Unsupported
from verify.arrays.torch import TorchArrays


@torch.library.custom_op("proxproof::rounds", mutates_args=())  # type: ignore[untyped-decorator]
def _rounds(values: list[Tensor], count: int) -> list[Tensor]:
    """The values unchanged. In a graph it marks where ``count`` rounds begin, each from the values of the one before, and with
    0 where they end."""
    return [v.clone() for v in values]


@_rounds.register_fake
def _(values: list[Tensor], count: int) -> list[Tensor]:
    return [torch.empty_like(v) for v in values]


MARK = torch.ops.proxproof.rounds.default


class MarkedArrays(TorchArrays):
    """PyTorch's namespace, of whose iterations a graph shows one round between two marks."""

    @staticmethod
    def iterate(step: Callable[..., tuple[Any, ...]], start: tuple[Any, ...], count: int) -> tuple[Any, ...]:
        return tuple(MARK(list(step(*MARK(list(start), count))), 0))


@dataclass
class _Part:
    """A function of the tensors ``taken`` that returns those ``given``; ``first`` and ``again`` are pairs of a node and the one
    whose value it has in the first round and in later ones."""

    function: Callable[..., Any]
    taken: list[Node]
    given: list[Node]
    count: int
    first: list[tuple[Node, Node]]
    again: list[tuple[Node, Node]]


class Parts:
    """The function of a graph of tensors, cut at its marks; each part is what ``make`` makes of it."""

    def __init__(self, graph: Graph, make: Callable[[GraphModule], Callable[..., Any]]) -> None:
        self.inputs = [n for n in graph.nodes if n.op == "placeholder"]
        (self.results,) = (tree_leaves(n.args[0]) for n in graph.nodes if n.op == "output")
        number = _numbers(graph)
        self.parts = [self._part(number, k, make) for k in range(max(number.values()) + 1)]

    def _part(self, number: dict[Any, int], k: int, make: Callable[[GraphModule], Callable[..., Any]]) -> _Part:
        graph, known, taken = Graph(), dict[Node, Node](), list[Node]()

        def value(n: Node) -> Node:
            if n not in known:
                taken.append(n)
                known[n] = graph.placeholder(f"x{len(taken)}")
            return known[n]

        nodes = [n for n in number if number[n] == k and all(v.target is not MARK for v in [n, *n.all_input_nodes])]
        for n in nodes:
            known[n] = graph.node_copy(n, value)
        given = [n for n in nodes if n in self.results or any(number.get(user, k) > k for user in n.users)]
        graph.output(tuple(known[n] for n in given))
        begins, ends = ([n for n in number if n.target is MARK and number[n] == i] for i in (k, k + 1))
        counts = {n.args[1] for n in begins} or {0}
        if len(counts) > 1:
            raise Unsupported("iterations of different lengths")
        (count,) = counts
        first, again = _pairs(begins, begins), _pairs(begins, ends) if count else []
        return _Part(make(GraphModule({}, graph)), taken, given, max(1, count), first, again)

    def __call__(self, *inputs: Any) -> list[Tensor]:
        """The tensors that the graph's function returns."""
        known = dict(zip(self.inputs, tree_leaves(inputs), strict=True))
        for part in self.parts:
            known |= {n: known[v] for n, v in part.first}
            for _ in range(part.count):
                known |= zip(part.given, part.function(*(known[n] for n in part.taken)), strict=True)
                known |= {n: known[v] for n, v in part.again}
        return [known[n] for n in self.results]


def _pairs(marks: list[Any], others: list[Any]) -> list[tuple[Node, Node]]:
    """The values of marks, each with what enters the other mark in its place."""
    return [(n, other.args[0][n.args[1]]) for mark, other in zip(marks, others, strict=True) for n in mark.users]


def _numbers(graph: Graph) -> dict[Any, int]:
    """The part of each node that computes something: the first in which all that it needs is there. A tensor is written once,
    when nothing before reads it any more."""
    found: dict[Any, int] = {}
    repeated = set()
    for n in graph.nodes:
        if n.op == "call_function":
            writes, marks = n.target is torch.ops.aten.copy_.default, n.target is MARK
            needed = [*n.all_input_nodes, *(reader for reader in (_readers(n.args[0]) if writes else ()) if reader in found)]
            last = max((found.get(v, 0) for v in needed), default=0)
            found[n] = last + (marks or (writes and last in repeated))
            if marks and n.args[1]:
                repeated.add(found[n])
    return found


def may_be_written(n: Node) -> bool:
    """Whether this input enters an operation that writes to what it is given."""
    return any(user.target._schema.is_mutable for user in n.users if user.op == "call_function")  # type: ignore[union-attr]


def _readers(n: Any) -> list[Any]:
    """The nodes that read a tensor's memory, through views of it too."""
    views = [user for user in n.users if any(r.alias_info for r in user.target._schema.returns)]
    return [*n.users, *(reader for view in views for reader in _readers(view))]
