"""Which channels must stay, and what is left of each layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import fx, nn

from deep.shrink.channels import channels
from deep.shrink.constants import Values, constants, pattern, survives_padding
from deep.shrink.graph import Graph, sources

Index = NDArray[np.int64]
SELECTING = 0.75  # a convolution picks its inputs where it reads at most this share of what arrives: picking copies them


@dataclass(frozen=True)
class Cut:
    """What is left of a layer: its outputs and inputs (places in the original), where the inputs are among the channels that
    arrive (None: they are all that arrive), and which of all original inputs are constants that go into the bias."""

    outputs: Index
    inputs: Index
    select: Index | None
    folded: NDArray[np.bool_]


@dataclass(frozen=True)
class Plan:
    """Cuts by layer, kept channels by batch norm; ``values`` are the constants that arrive at each layer. ``held`` counts the
    channels that are constant and stay because a padded convolution reads them."""

    cuts: dict[fx.Node, Cut]
    norms: dict[fx.Node, Index]
    values: dict[fx.Node, Values]
    held: int


@dataclass(frozen=True)
class _Reader:
    """A layer with the classes of its channels and what it must read: ``reads`` (outputs, inputs)."""

    node: fx.Node
    layer: Any
    inputs: Index
    outputs: Index
    values: Values
    folded: NDArray[np.bool_]
    reads: NDArray[np.bool_]

    def needs(self, alive: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return np.logical_or.reduce(self.reads[alive[self.outputs]], axis=0)


def plan(graph: Graph) -> Plan:
    """The fewest channels that give the same outputs by zeros and constants alone.

    A channel lives if what is not known reads it, or the output, or an output that lives of a layer whose weights on it are not
    all zero and for which it is no constant. Layers are gone through from the output back: a filter that none reads goes, then
    the inputs that only it read, and so on. Where nothing lives one channel stays, to be read by none.
    """
    labels, count = channels(graph)
    known = constants(graph)
    readers = [_reader(graph, node, labels, known) for node in graph.of("layer")]
    alive = _pinned(graph, labels, count)
    for reader in reversed(readers):  # all that read a layer's outputs have been here before it
        alive[reader.inputs[reader.needs(alive)]] = True
    kept = alive.copy()
    for of_node in labels.values():
        if not kept[of_node].any():
            kept[of_node[0]] = True
    return Plan(
        cuts={reader.node: _cut(reader, alive, kept) for reader in readers},
        norms={node: np.flatnonzero(kept[labels[node]]) for node in graph.of("norm")},
        values={reader.node: reader.values for reader in readers},
        held=len({label for r in readers for label in r.inputs[r.needs(alive) & ~np.isnan(r.values)].tolist()}),
    )


def _reader(graph: Graph, node: fx.Node, labels: dict[fx.Node, Index], known: dict[fx.Node, Values]) -> _Reader:
    layer, (source,) = graph.layer(node), sources(node)
    folded = survives_padding(layer, known[source])
    return _Reader(node, layer, labels[source], labels[node], known[source], folded, pattern(layer) & ~folded)


def _pinned(graph: Graph, labels: dict[fx.Node, Index], count: int) -> NDArray[np.bool_]:
    pinned = np.zeros(count, dtype=bool)
    for node in graph.of("input", "output", "other"):
        for touched in (node, *node.all_input_nodes):
            if touched in labels:
                pinned[labels[touched]] = True
    return pinned


def _cut(reader: _Reader, alive: NDArray[np.bool_], kept: NDArray[np.bool_]) -> Cut:
    arriving = np.flatnonzero(kept[reader.inputs])
    needed = reader.needs(alive)[arriving]
    if not needed.any():
        needed[0] = True
    least = len(arriving) * SELECTING if isinstance(reader.layer, nn.Conv2d) else len(arriving) - 1
    select = np.flatnonzero(needed) if needed.sum() <= least else None
    inputs = arriving if select is None else arriving[select]
    return Cut(np.flatnonzero(kept[reader.outputs]), inputs, select, reader.folded)
