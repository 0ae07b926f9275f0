"""Binary networks: the regulariser with alpha in [0, 1] (Appendix B.2) and the set {alpha b} (Section 4.2)."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from verify.claims.rmda.setting import least
from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.draw import log_uniform, mostly
from verify.methods.mda import Mixing
from verify.methods.rmda import RMDA


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


class ScaledSigns:
    """The indicator of {a b: a > 0, b in {-1, 1}^d} on the last axis: prox is mean|z| sgn z, whatever t; at z_i = 0 sgn is 1.
    At z = 0 there is no minimiser: the set is not closed."""

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        size = xp.sum(xp.abs(z), axis=-1, keepdims=True) / z.shape[-1]
        nowhere = xp.where(size > 0, size, xp.full_like(size, xp.nan))
        return xp.where(z < 0, -nowhere, nowhere)


@claim(
    "RMDA.S42.binary",
    place="Section 4.2",
    expected="refuted",
    why="f = |w - (2, 1)|^2/2 from its stationary point (3/2, 3/2), eta = c = 1, no noise: W_4 = (1.54, -1.54), and on it goes",
    kind="run",
    erratum="false",
    fix="RMDA.S42.binary.fix",
    falls="convergence, so that T1 and T2 say nothing here: on a cone with all signs a limit needs grad f(W*) = 0 "
    "(RMDA.T1.global). The prox survives",
)
class KeepsSigns:
    r"""With the indicator of $\{a b: a > 0, b \in \{\pm 1\}^d\}$ as the regulariser RMDA identifies the signs $b$: begun at a
    stationary point, without noise, it keeps them. Here $d = 2$, $f = \frac12 |w - p|^2$ with $p_1 > p_2 > 0$, from the
    nearest point $\frac{p_1 + p_2}{2} (1, 1)$."""

    def cases(self, rng: Any, size: int) -> Case:
        low = np.round(log_uniform(rng, 0.1, 3, size), 1)
        return {"p": np.stack([low + rng.choice([1.0, 2.0, 0.5], size), low], axis=1), "eta": rng.choice([1.0, 0.5], size)}

    def domain(self, case: Case, xp: Any) -> Any:
        p = case["p"]
        return xp.both(case["eta"] > 0, xp.both(p[:, 0] > p[:, 1], p[:, 1] > 0))

    def margin(self, case: Case, xp: Any) -> Any:
        w0 = (case["p"][:, :1] + case["p"][:, 1:]) / 2 + 0 * case["p"]
        w, state, margins = w0, RMDA().restart(w0, xp), []
        for _ in range(5):
            state, w = RMDA().step(state, w, w - case["p"], Mixing(case["eta"][..., None], 1), ScaledSigns(), xp)
            margins.append(-xp.max(-w, axis=-1))
        return least(*margins, xp=xp)


@claim(
    "RMDA.S42.binary.fix",
    place="Section 4.2",
    expected="unrefuted",
    why="with |z|/sqrt d for the mean of |z_i| it fails",
)
class NearestScaledSigns:
    r"""The prox of that indicator, for every step, is $\mathrm{mean}|z_i| \, \mathrm{sgn}(z)$ (either sign where $z_i = 0$;
    no minimiser at $z = 0$); $b$ is identified in any $\tilde W_t$ that converges, trivially, and lost by mixing with $c_t <
    1$. Against all $2^d$ signs with the best $a$ each, $d = 3$. (Hou et al.'s prox is the weighted mean in a diagonal metric,
    another map.)"""

    vectors = ("z",)
    complete_proof = False

    def cases(self, rng: Any, size: int) -> Case:
        z = mostly(rng, np.round(rng.normal(size=(size, 3)) * log_uniform(rng, 0.1, 10, (size, 1)), 2), 0.0, 0.2)
        return {"z": np.where(z.any(axis=1, keepdims=True), z, 1.0)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.any(case["z"] != 0, axis=-1)

    def margin(self, case: Case, xp: Any) -> Any:
        z, margins = case["z"], []
        off = ScaledSigns()._prox(z, 1, xp) - z
        for signs in product((1, -1), repeat=z.shape[-1]):
            b = np.array(signs)
            a = xp.maximum(xp.sum(z * b, axis=-1, keepdims=True) / z.shape[-1], 0)
            margins.append(xp.dot(a * b - z, a * b - z) - xp.dot(off, off))
        return least(*margins, xp=xp)

    def bound(self, case: Case, xp: Any) -> Any:
        return xp.dot(case["z"], case["z"])

    def proof(self) -> list[Lemma]:
        def coordinate(p: Any) -> Any:
            z, b, m = p.real("z_i"), p.real("b_i"), p.nonnegative("mean|z|")
            p.assume(p.disj(b == 1, b == -1))
            return p.conj(b * b == 1, b * z <= p.xp.abs(z), p.xp.where(z < 0, -m, m) * z == m * p.xp.abs(z))

        def summed(p: Any) -> Any:
            a, d, m, inner = p.positive("a"), p.positive("d"), p.nonnegative("mean|z|"), p.real("<b,z>")
            p.assume(inner <= d * m)
            return d * a * a - 2 * a * inner >= d * m * m - 2 * m * (d * m)

        return [Lemma("a coordinate", coordinate), Lemma("the sum, for every d, a and b, less |z|^2", summed)]
