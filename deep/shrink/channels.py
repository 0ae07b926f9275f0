"""Which channels stand or fall together: those that one channel becomes on its way between layers."""

from __future__ import annotations

from math import prod

import numpy as np
from numpy.typing import NDArray
from torch import fx

from deep.shrink.graph import Graph, shape, sources

Labels = NDArray[np.int64]


def channels(graph: Graph) -> tuple[dict[fx.Node, Labels], int]:
    """For each node the class of each of its channels, and how many classes there are.

    Batch norm, ReLU and pooling keep a channel's class. Flattening gives a channel's class to its h w columns. Addition joins
    the classes of what is added. Concatenation lines them up. All else gives new ones.
    """
    parent: list[int] = []

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = i = parent[parent[i]]
        return i

    found: dict[fx.Node, Labels] = {}
    for node, kind in graph.kinds.items():
        size = shape(node)
        if len(size) < 2:
            continue
        given = [found[source] for source in sources(node)] if kind not in ("input", "output", "layer", "other") else []
        if kind in ("norm", "pointwise", "pool"):
            found[node] = given[0]
        elif kind == "flatten":
            found[node] = np.repeat(given[0], prod(shape(sources(node)[0])[2:]))
        elif kind == "cat":
            found[node] = np.concatenate(given)
        elif kind == "add":
            for i, j in zip(*given, strict=True):
                parent[root(int(j))] = root(int(i))
            found[node] = given[0]
        else:
            found[node] = np.arange(len(parent), len(parent) + size[1])
            parent.extend(range(len(parent), len(parent) + size[1]))
    roots = np.array([root(i) for i in range(len(parent))], dtype=np.int64)
    return {node: roots[labels] for node, labels in found.items()}, len(parent)
