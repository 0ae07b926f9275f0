from __future__ import annotations

from typing import Any

from verify.losses.elementary import exp, expm1, log, log1p


class Softmax:
    """-log of the softmax probability of the right class: scores s (..., C), y of the same shape 1 at that class, else 0.

    Multinomial logistic regression and the last layer of a classifier. Nothing overflows.
    """

    curvature_bound = 0.5

    @staticmethod
    def value(s: Any, y: Any, xp: Any) -> Any:
        """log(sum_c exp(d_c)) with d_c = s_c - s_right, shape (...); it keeps its digits where the right class is far ahead."""
        d = s - xp.sum(s * y, axis=-1, keepdims=True)
        others = xp.sum((1 - y) * exp(xp.minimum(d, 0.0)), axis=-1)
        largest = xp.max(d, axis=-1, keepdims=True)
        behind = largest[..., 0] + log(xp.sum(exp(d - largest), axis=-1))
        return xp.where(largest[..., 0] > 0, behind, log1p(others))

    @staticmethod
    def probabilities(s: Any, xp: Any) -> Any:
        e = exp(s - xp.max(s, axis=-1, keepdims=True))
        return e / xp.sum(e, axis=-1, keepdims=True)

    @classmethod
    def slope(cls, s: Any, y: Any, xp: Any) -> Any:
        """p - y, with p - 1 of the right class taken from the others."""
        wrong = cls.probabilities(s, xp) * (1 - y)
        return wrong - y * xp.sum(wrong, axis=-1, keepdims=True)

    @classmethod
    def bend(cls, s: Any, v: Any, xp: Any) -> Any:
        """The second derivative times v: (diag(p) - p p')v."""
        p = cls.probabilities(s, xp)
        return p * (v - xp.sum(p * v, axis=-1, keepdims=True))

    @classmethod
    def fall(cls, s: Any, step: Any, y: Any, xp: Any) -> Any:
        """value(s) - value(s + step) without cancellation: -log(1 + sum_c p_c (exp(step_c - step_right) - 1)).

        Where a difference of steps exceeds 1 nothing is lost by the plain difference, and it is taken.
        """
        ahead = step - xp.sum(step * y, axis=-1, keepdims=True)
        far = xp.max(xp.abs(ahead), axis=-1) > 1
        close = -log1p(xp.sum(cls.probabilities(s, xp) * expm1(xp.minimum(xp.maximum(ahead, -1.0), 1.0)), axis=-1))
        return xp.where(far, cls.value(s, y, xp) - cls.value(s + step, y, xp), close)
