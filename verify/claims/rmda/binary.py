"""Appendix B.2: the binary regulariser with alpha in [0, 1]."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import mostly


@claim(
    "RMDA.B2",
    place="Section 4.2 and Appendix B.2",
    expected="proved",
    why="with 2 |W| for 4 |W| it fails",
)
class SignPattern:
    r"""The objective is partly smooth where entries of $\alpha$ are fixed at 0 or 1, and these are identified: $\alpha (W +
    1)^2 + (1 - \alpha)(W - 1)^2 = (|W| - 1)^2 + 4 |W| |\alpha - \alpha^*|$ with $\alpha^* = 0$ for $W > 0$, 1 for $W < 0$,
    sharp in $\alpha$ where $W \ne 0$. So $\alpha$ is the pattern of the signs of $W$. (With $\alpha$ minimised out what is left
    is $(|W| - 1)^2$, smooth at $\pm 1$: $W$ itself is not driven there, in contrast to $||W| - 1|$ (ProxGEN). With $f = \frac12
    (W - 2)^2$, $\lambda = \frac12$, $W = \frac32$, $\alpha = 0$ is stationary. The Hessian in $(W, \alpha)$ has eigenvalues
    $\lambda (1 \pm \sqrt{17})$.)"""

    def cases(self, rng: Any, size: int) -> Case:
        return {
            "W": mostly(rng, np.round(rng.normal(size=size) * 2, 1), 0.0, 0.1),
            "alpha": np.round(rng.uniform(0, 1, size), 2),
        }

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["alpha"] >= 0, case["alpha"] <= 1)

    def margin(self, case: Case, xp: Any) -> Any:
        W, alpha, size = case["W"], case["alpha"], xp.abs(case["W"])
        star = xp.where(W < 0, 1 + 0 * W, 0 * W)
        value = alpha * (W + 1) * (W + 1) + (1 - alpha) * (W - 1) * (W - 1)
        return -xp.abs(value - (size - 1) * (size - 1) - 4 * size * xp.abs(alpha - star))

    def bound(self, case: Case, xp: Any) -> Any:
        return 1 + case["W"] * case["W"]

    def proof(self) -> list[Lemma]:
        def build(p: Any) -> Any:
            case = {"W": p.real("W"), "alpha": p.real("alpha")}
            p.assume(case["alpha"] >= 0, case["alpha"] <= 1)
            return self.margin(case, p.xp) == 0

        return [Lemma("the identity", build)]
