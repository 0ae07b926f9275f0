"""Angles and projections that keep their digits, over the last axis."""

from __future__ import annotations

from typing import Any


def angle(a: Any, b: Any, xp: Any) -> Any:
    """The angle between a and b in [0, pi], by 2 atan2(|a' - b'|, |a' + b'|) with a', b' brought to equal lengths.

    arccos of the normalised inner product loses half the digits near 0 and pi; this form does not. A zero vector gives
    pi/2 beside a nonzero one.
    """
    length_a = xp.norm(a, axis=-1, keepdims=True)
    length_b = xp.norm(b, axis=-1, keepdims=True)
    one = xp.full_like(length_a, 1)
    p = a / xp.where(length_a > 0, length_a, one)
    q = b / xp.where(length_b > 0, length_b, one)
    return 2 * xp.atan2(xp.norm(p - q, axis=-1), xp.norm(p + q, axis=-1))


def unit(v: Any, xp: Any) -> Any:
    """v over its norm; v must not be 0."""
    return v / xp.norm(v, axis=-1, keepdims=True)
