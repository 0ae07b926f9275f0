from __future__ import annotations

from typing import Any


class Squares:
    """(s - y)^2/2 of a score s and a response y, elementwise: least squares, and with an l1 penalty the lasso."""

    curvature_bound = 1.0

    @staticmethod
    def value(s: Any, y: Any, xp: Any) -> Any:
        return (s - y) * (s - y) / 2

    @staticmethod
    def slope(s: Any, y: Any, xp: Any) -> Any:
        return s - y

    @staticmethod
    def curvature(s: Any, y: Any, xp: Any) -> Any:
        return xp.full_like(s, 1.0)

    @staticmethod
    def fall(s: Any, step: Any, y: Any, xp: Any) -> Any:
        """value(s) - value(s + step) = -step (s - y + step/2)."""
        return -step * (s - y + step / 2)
