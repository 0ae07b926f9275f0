"""How a density of the whole network is shared among its layers."""

from __future__ import annotations

import math
from collections.abc import Sequence


def uniform(shapes: Sequence[Sequence[int]], density: float) -> list[float]:
    """The same density in every layer."""
    return [_checked(density)] * len(shapes)


def erdos_renyi_kernel(shapes: Sequence[Sequence[int]], density: float) -> list[float]:
    """ERK (Evci, Gale, Menick, Castro and Elsen 2020, Sect. 3; after Mocanu et al. 2018): a density for each shape.

    Layer l has the density min(1, eps r_l), r_l = (sum of its sizes)/(product of its sizes): for a convolution
    (filters + channels + height + width)/(filters channels height width). eps is such that the kept weights are ``density``
    of all; layers that would be more than dense are dense, and the rest share what is left.
    """
    counts = [math.prod(shape) for shape in shapes]
    shares = [sum(shape) for shape in shapes]  # r_l times the number of weights
    budget = _checked(density) * sum(counts)
    dense: set[int] = set()
    while len(dense) < len(shapes):
        rest = [i for i in range(len(shapes)) if i not in dense]
        eps = (budget - sum(counts[i] for i in dense)) / sum(shares[i] for i in rest)
        full = {i for i in rest if eps * shares[i] > counts[i]}
        if not full:
            return [1.0 if i in dense else eps * shares[i] / counts[i] for i in range(len(shapes))]
        dense |= full
    return [1.0] * len(shapes)


def _checked(density: float) -> float:
    if not 0 < density <= 1:
        raise ValueError(f"density must be in (0, 1]; got {density}")
    return density
