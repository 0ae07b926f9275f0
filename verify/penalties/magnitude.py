"""Penalties that are functions of |x|."""

from __future__ import annotations

from typing import Any


def slopes(x: Any, slope: Any, xp: Any) -> tuple[Any, Any]:
    """(lower, upper) of the subgradients of p(|x|), ``slope`` = p'(|x|) >= 0: all of [-slope, slope] at 0, else one."""
    return xp.where(x > 0, slope, -slope), xp.where(x < 0, -slope, slope)
