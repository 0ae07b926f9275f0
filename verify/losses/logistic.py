from __future__ import annotations

from typing import Any

from verify.losses.elementary import exp, expm1, log1p


class Logistic:
    """log(1 + exp(-y s)) of a score s and a label y in {-1, 1}, elementwise: the logistic regression of RMDA, Sect. 5.1.

    With a mean over samples and s = <x, w>, the gradient in w is the mean of slope(s, y) x. Nothing overflows in float64.
    """

    curvature_bound = 0.25

    @staticmethod
    def value(s: Any, y: Any, xp: Any) -> Any:
        m = y * s
        return log1p(exp(-xp.abs(m))) + xp.maximum(-m, 0.0)

    @staticmethod
    def margin_slope(m: Any, xp: Any) -> Any:
        """The derivative -1/(1 + exp(m)) in the margin m = y s, relatively accurate down to exp(-700)."""
        return -1 / (1 + exp(xp.minimum(m, 700.0)))

    @classmethod
    def slope(cls, s: Any, y: Any, xp: Any) -> Any:
        """-y/(1 + exp(y s)), the derivative in the score."""
        return y * cls.margin_slope(y * s, xp)

    @staticmethod
    def curvature(s: Any, y: Any, xp: Any) -> Any:
        """The second derivative e/(1 + e)^2 with e = exp(-|s|), at most 1/4."""
        e = exp(-xp.abs(s))
        return e / ((1 + e) * (1 + e))

    @classmethod
    def fall(cls, s: Any, step: Any, y: Any, xp: Any) -> Any:
        """value(s) - value(s + step) without cancellation: -log(1 + p (exp(-y step) - 1)) with p = 1/(1 + exp(y s)).

        For |step| > 1 nothing is lost by the plain difference, and it is taken.
        """
        near = xp.minimum(xp.maximum(-y * step, -1.0), 1.0)
        close = -log1p(-y * cls.slope(s, y, xp) * expm1(near))
        return xp.where(xp.abs(step) <= 1, close, cls.value(s, y, xp) - cls.value(s + step, y, xp))
