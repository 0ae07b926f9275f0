"""How clearly a stationary point shows its structure: how far the rest is from joining it, and how large its least part is."""

from __future__ import annotations

from typing import Any

import numpy as np

from synthetic.reference.flat import Flat
from verify.penalties import BinaryW

BISECTIONS = 50
FURTHEST = 1e6


def margin(flat: Flat, x: Any) -> Any:
    """The nondegeneracy margin (R,): 1 - 1/s, s the largest factor such that prox_t(x - s t grad f(x)) still has x's pattern.

    Over the inactive groups or coordinates, the smallest. For l1 and group LASSO this is 1 - |g_i|/lam and
    1 - |g_group|/(lam w_group): the distance of -g to the relative boundary of the subdifferential, relative to the weight.
    For nonconvex penalties it depends on t = 1/L through the prox map's threshold. 1 where nothing is inactive.
    """
    g = flat.gradient(x)
    here, held = flat.pattern(x), ~flat.free(x).astype(bool)

    def kept(s: Any) -> Any:
        return flat.pattern(flat.prox(x - s * flat.t[:, None] * g, flat.t)) == here

    low, high = np.full_like(x, 0.5), np.full_like(x, FURTHEST)
    for _ in range(BISECTIONS):
        middle = np.sqrt(low * high)
        stays = kept(middle)
        low, high = np.where(stays, middle, low), np.where(stays, high, middle)
    share = 1 - 1 / np.maximum(low, 1)
    return np.min(np.where(held, share, 1), axis=1)


def smallest(flat: Flat, x: Any) -> Any:
    """The least size (R,) of what is active: the norm of a group, or |x_i| of a coordinate of a penalty without groups; for
    BinaryW the distance of x_i to -1 and 1. inf where nothing is active."""
    least = np.full(len(x), np.inf)
    for name, v in flat.unpack(x).items():
        penalty = flat.instance.blocks[name]
        size = penalty.group_norms(v)
        size = np.abs(size - 1) if isinstance(penalty, BinaryW) else size
        size = np.where(size > 0, size, np.inf)
        least = np.minimum(least, np.min(size.reshape(len(x), -1), axis=1))
    return least
