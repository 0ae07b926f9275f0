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


def angle_minus_sine(theta: Any, xp: Any) -> Any:
    """theta - sin theta for 0 <= theta <= pi without its cancellation: below 1 by the Taylor series.

    Twenty terms, the first left out below 1e-52, so that the replay in 50 digits runs the same line as float64.
    """
    square, series = theta * theta, xp.full_like(theta, 1)
    for n in range(20, 0, -1):
        series = 1 - square * series / ((2 * n + 2) * (2 * n + 3))
    return xp.where(theta < 1, theta * square * series / 6, theta - xp.sin(theta))
