"""Small pieces of margins: the worst of several, relative sizes, squares, columns, soft thresholding."""

from __future__ import annotations

from typing import Any


def least(*values: Any, xp: Any) -> Any:
    """The elementwise minimum of several margins."""
    smallest = values[0]
    for value in values[1:]:
        smallest = xp.minimum(smallest, value)
    return smallest


def relative(margin: Any, size: Any, xp: Any) -> Any:
    """margin/size, and the margin itself where the size is 0."""
    return margin / xp.where(size > 0, size, 1 + 0 * size)


def square(x: Any, xp: Any) -> Any:
    """|x|^2 over the last axis."""
    return xp.sum(x * x, axis=-1)


def column(x: Any) -> Any:
    """x with one more axis at the end, so that one number a case broadcasts against its vector."""
    return x[..., None]


def soft(z: Any, t: Any, xp: Any) -> Any:
    """argmin over x of |x - z|^2/2 + t|x|, apart from the penalty that runs."""
    return xp.copysign(xp.maximum(xp.abs(z) - t, 0), z)
