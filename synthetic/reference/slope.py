"""Is an instance's gradient that of its loss? Nothing else holds the two together: what is certified rests on the gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from synthetic.problems.instance import Instance
from synthetic.reference.flat import Flat, norm

AWAY = 0.1  # from the start, where a kink may lie
DIFFERENCE = 1e-6  # both relative to |start|, or to |grad f(start)|/L where that is longer
AGREE = 1e-3
ROUNDING = 1e3 * np.finfo(float).eps


def check_gradient(instance: Instance) -> None:
    """Raises ValueError unless (f(w + hv) - f(w - hv))/2h = <grad f(w), v>, to 1e-3 |grad f(w)| and rounding, for each run.

    w is a random point near the start, v the gradient's direction there plus a random one. A difference quotient of a loss
    with kinks, such as ReLU's, is off by no more than the share of samples that have theirs between the two points.
    """
    flat = Flat(instance)
    start = flat.pack(instance.start())
    aside, random = (_unit(a) for a in np.random.default_rng(0).normal(size=(2, 1, start.shape[1])))
    length = np.maximum(norm(start), flat.t * flat.scale)[:, None]
    length = np.where(length > 0, length, 1)
    w = start + AWAY * length * aside
    g = flat.gradient(w)
    v, h = _unit(g) + random, DIFFERENCE * length
    above, below = (instance.loss(flat.unpack(w + s * v)) for s in (h, -h))
    found, given = (above - below) / (2 * h[:, 0]), np.einsum("ri,ri->r", g, v)
    allowed = AGREE * norm(g) + ROUNDING * np.maximum(np.abs(above), np.abs(below)) / h[:, 0]
    if (wrong := np.abs(found - given) > allowed).any():
        run = int(np.argmax(wrong))
        raise ValueError(
            f"gradient is not that of loss: along one direction loss rises by {found[run]:.6g}, "
            f"and by gradient it would by {given[run]:.6g}"
        )


def _unit(x: Any) -> Any:
    size = norm(x)[:, None]
    return x / np.where(size > 0, size, 1)
