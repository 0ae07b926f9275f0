"""Appendix B.1: a limit that is a single point of its manifold."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.claims.rmda.identify import Runs, enough, identified
from verify.claims.rmda.setting import gradient, largest, lipschitz, moments
from verify.evidence import Case, Lemma, claim
from verify.evidence.margins import column, least


@claim(
    "RMDA.B1.finite",
    place="Appendix B.1",
    expected="proved",
    why="with L for L/2 halved again, or nu = lambda, it fails",
    kind="run",
)
class Arrival(Runs):
    r"""Where the active manifold is the single point $W^*$, $\tilde W_t \in M$ is $\tilde W_t = W^*$, so that it is reached in
    finitely many iterations where Theorem 2 applies. For $\ell_1$, $W^* = 0$ and $\nu = \lambda - |\nabla f(0)|_\infty > 0$:
    a weak sharp minimum, $F(w) - F(0) \ge \nu |w|_1 - \frac L2 |w|^2$, and $\tilde W_t = 0$ (and $W_t = 0$ if $c_t = 1$)
    whenever $L |W_{t-1}| + |e_t|_i + \frac{\beta_t}{\alpha_t} |W_0|_i \le \nu$ for all $i$. (Without a $c_t = 1$ after that,
    $W_t$ arrives only in the limit, RMDA.T2.sharp.)"""

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(Runs.domain(self, case, xp), largest(gradient(case, 0 * case["a"], xp), xp) < case["lam"])

    def cases(self, rng: Any, size: int) -> Case:
        case = Runs.cases(self, rng, size)
        top = np.max(np.abs(gradient(case, 0 * case["a"], NUMPY)), axis=1, keepdims=True)
        share = np.minimum(1, 0.8 * case["lam"][:, None] / (1e-3 + top))
        return case | {"h": case["h"] * share, "q": case["q"] * np.sqrt(share)}

    def margin(self, case: Case, xp: Any) -> Any:
        margins, curve, start = [], lipschitz(case, xp), gradient(case, 0 * case["a"], xp)
        top = largest(start, xp)
        for m in moments(case, xp):
            for w in (m.after, m.tentative):
                bend = xp.sum(case["h"] * w * w, axis=-1) / 2 + xp.dot(case["q"], w) * xp.dot(case["q"], w) / 2
                rise = bend + xp.dot(start, w) + case["lam"] * xp.sum(xp.abs(w), axis=-1)
                sharp = rise - (case["lam"] - top) * xp.sum(xp.abs(w), axis=-1) + curve * xp.dot(w, w) / 2
                margins.append(sharp)
            sure = xp.all(enough(case, m, 0 * case["a"], column(case["lam"]), xp), axis=-1)
            one = case["c"][:, m.t - 1] == 1
            off = largest(m.tentative, xp)
            off = off + xp.where(one, largest(m.after, xp), 0 * off)
            margins.append(-xp.where(sure, off, 0 * off))
        return least(*margins, xp=xp)

    def proof(self) -> list[Lemma]:
        def sharp(p: Any) -> Any:
            w, g, top, curve, change = p.real("w_i"), p.real("g_i"), p.real("|g|"), p.nonnegative("L"), p.real("f(w)-f(0)")
            lam = p.positive("lam")
            p.assume(p.xp.abs(g) <= top, change >= g * w - curve * w * w / 2)
            return change + lam * p.xp.abs(w) >= (lam - top) * p.xp.abs(w) - curve * w * w / 2

        return [Lemma("weak sharpness, a coordinate", sharp), Lemma("the running step at a coordinate", identified)]
