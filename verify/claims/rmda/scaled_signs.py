"""Section 4.2: the set {a b} of Hou et al. as a regulariser."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import log_uniform, mostly
from verify.evidence.margins import least
from verify.methods.mda import Mixing
from verify.methods.rmda import RMDA


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
    form="own",
    kind="run",
    erratum="false",
    fix="RMDA.S42.binary.fix",
    falls="nothing that is printed: Section 4.2 names this regulariser as Hou et al.'s and claims no identification for it. T1 "
    "and T2 say nothing here: on a cone with all signs a limit needs grad f(W*) = 0 (RMDA.T1.global). The prox survives",
    experiments=("Binary",),
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
    r"""The prox of that indicator, for every step, is $\mathrm{mean}|z_i| \, \mathrm{sgn}(z)$ (either sign where $z_i = 0$; no
    minimiser at $z = 0$); $b$ is identified in any $\tilde W_t$ that converges in the set, trivially, and so are the signs of
    $W_t$ if $\sum c_t = \infty$; what mixing with $c_t < 1$ loses is that its magnitudes are equal. Against all $2^d$ signs
    with the best $a$ each, $d = 3$. (Hou et al.'s prox is the weighted mean in a diagonal metric, another map.)"""

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
