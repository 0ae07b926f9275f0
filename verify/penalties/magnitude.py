"""Penalties that are functions of |x|."""

from __future__ import annotations

from typing import Any


def slopes(x: Any, slope: Any, xp: Any) -> tuple[Any, Any]:
    """The interval (lower, upper) of subgradients of p(|x|), given ``slope`` = p'(|x|) >= 0: [-slope, slope] where x = 0, the
    point sign(x) slope elsewhere."""
    return xp.where(x > 0, slope, -slope), xp.where(x < 0, -slope, slope)
