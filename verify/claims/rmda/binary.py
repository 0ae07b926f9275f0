"""Appendix B.2: the binary regulariser with alpha in [0, 1]."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.draw import mostly


@claim(
    "RMDA.B2",
    place="Section 4.2 and Appendix B.2",
    expected="refuted",
    why="f = (w - 2)^2/2, lambda = 1/2: W = 3/2, alpha = 0 is stationary and nondegenerate; W = 1 only if f' is 0 there",
    erratum="false",
    fix="RMDA.B2.fix",
    falls="that the binary pattern is found; the sign pattern is, and partial smoothness in alpha holds",
)
class BinaryPattern:
    r"""With $\lambda (\alpha (W + 1)^2 + (1 - \alpha)(W - 1)^2)$, $\alpha \in [0, 1]$, the manifold $\{\alpha = 0\}$ that is
    identified is the binary pattern $W = 1$. Here $f = \frac12 (W - a)^2$ and the stationary $W = \frac{a + 2 \lambda}{1 + 2
    \lambda} > 0$ of $\alpha = 0$."""

    positive = Hypothesis(r"$W > 0$, so that $\alpha = 0$ is nondegenerate", lambda c, xp: c["a"] + 2 * c["lam"], strict=True)

    def cases(self, rng: Any, size: int) -> Case:
        return {"a": np.round(rng.normal(size=size) * 3), "lam": rng.choice([0.5, 1.0, 0.1], size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return case["lam"] > 0

    def margin(self, case: Case, xp: Any) -> Any:
        return -xp.abs((case["a"] + 2 * case["lam"]) / (1 + 2 * case["lam"]) - 1)


@claim(
    "RMDA.B2.fix",
    place="Section 4.2 and Appendix B.2",
    expected="proved",
    why="with 2 |W| for 4 |W| it fails",
)
class SignPattern:
    r"""$\alpha (W + 1)^2 + (1 - \alpha)(W - 1)^2 = (|W| - 1)^2 + 4 |W| |\alpha - \alpha^*|$ with $\alpha^* = 0$ for $W > 0$,
    1 for $W < 0$: sharp in $\alpha$ where $W \ne 0$, so $\alpha$, that is the sign of $W$, is identified there. With $\alpha$
    minimised out what is left is $(|W| - 1)^2$, smooth at $\pm 1$: nothing is identified in $W$, in contrast to $||W| - 1|$
    (ProxGEN). The Hessian in $(W, \alpha)$ has eigenvalues $\lambda (1 \pm \sqrt{17})$."""

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
