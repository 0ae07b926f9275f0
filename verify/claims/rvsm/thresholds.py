"""Section 3.2 and Corollary 2: the thresholding operators are argmin_u L_beta(w, u), coordinate by coordinate.

The paper prints a formula for l1 alone. For l0 and transformed-l1 it refers to Zhang and Xin (2017); the operators meant are
read as theirs: hard thresholding at sqrt(2 lam/beta), and the cosine formula with its two thresholds.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.prox.chains import CHAINS
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import log_uniform, mostly
from verify.penalties import L0, L1, TransformedL1

RIVALS = 16


def reference_threshold(ratio: Any, a: Any, xp: Any) -> Any:
    """Zhang and Xin's t: (lam/beta)(a + 1)/a if lam/beta <= a^2/(2(a + 1)), else sqrt(2 (a + 1) lam/beta) - a/2."""
    small = 2 * (a + 1) * ratio <= a * a
    return xp.where(small, ratio * (a + 1) / a, xp.sqrt(2 * (a + 1) * ratio) - a / 2)


def soft(w: Any, case: Case, xp: Any) -> Any:
    """As printed: sgn(w)(|w| - lam/beta) where |w| > lam/beta, else 0."""
    ratio = case["lam"] / case["beta"]
    return xp.where(xp.abs(w) > ratio, xp.sign(w) * (xp.abs(w) - ratio), xp.zeros_like(w))


def hard(w: Any, case: Case, xp: Any) -> Any:
    return xp.where(xp.abs(w) > xp.sqrt(2 * case["lam"] / case["beta"]), w, xp.zeros_like(w))


def smooth(w: Any, case: Case, xp: Any) -> Any:
    """sgn(w) [(2/3)(a + |w|) cos(phi/3) - 2a/3 + |w|/3], cos phi = 1 - 27 (lam/beta) a (a + 1)/(2 (a + |w|)^3), beyond t."""
    a, r, ratio = case["a"], xp.abs(w), case["lam"] / case["beta"]
    cut = r <= reference_threshold(ratio, a, xp)
    reach = a + xp.where(cut, a + r + 9 * (ratio * (a + 1) + 1), r)
    c = xp.cos_third(1 - 27 * ratio * a * (a + 1) / (2 * reach * reach * reach))
    return xp.where(cut, xp.zeros_like(w), xp.sign(w) * (2 * reach * c / 3 - 2 * a / 3 + r / 3))


class Thresholding:
    """lam R(u) + (beta/2)(w - u)^2 at the operator's u and at rivals, over sixteen decades, near and at the thresholds."""

    def operator(self, w: Any, case: Case, xp: Any) -> Any:
        raise NotImplementedError

    def penalty(self, lam: Any, a: Any) -> Any:
        raise NotImplementedError

    def cases(self, rng: Any, size: int) -> Case:
        beta, a = log_uniform(rng, 1e-4, 1e4, size), log_uniform(rng, 1e-2, 1e2, size)
        ratio = mostly(rng, log_uniform(rng, 1e-4, 1e4, size), 0.0, 0.02)
        ratio = np.where(rng.random(size) < 0.05, a * a / (2 * (a + 1)), ratio)
        edges = np.stack([ratio, np.sqrt(2 * ratio), reference_threshold(ratio, a, np)])
        edge = edges[rng.integers(0, 3, size), np.arange(size)] * rng.choice([0.99, 1.0, 1.01, 2.0], size)
        w = np.where(rng.random(size) < 0.6, edge, log_uniform(rng, 1e-4, 1e4, size)) * rng.choice([-1.0, 1.0], size)
        w = mostly(rng, w, 0.0, 0.02)
        x = w[:, None] * rng.uniform(-0.1, 1.2, (size, RIVALS))
        x[:, :3] = np.stack([0 * w, w, np.sign(w) * np.maximum(np.abs(w) - ratio, 0)], axis=1)
        return {"w": w, "lam": ratio * beta, "beta": beta, "a": a, "x": x}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(xp.both(case["beta"] > 0, case["lam"] >= 0), case["a"] > 0)

    def values(self, case: Case, xp: Any) -> tuple[Any, Any]:
        w, beta = case["w"], case["beta"]
        u, x = self.operator(w, case, xp), case["x"]
        here = self.penalty(case["lam"], case["a"])._value(u, xp) + beta * (w - u) * (w - u) / 2
        gap = w[..., None] - x
        wide = self.penalty(case["lam"][..., None], case["a"][..., None])
        return here, wide._value(x, xp) + beta[..., None] * gap * gap / 2

    def margin(self, case: Case, xp: Any) -> Any:
        here, there = self.values(case, xp)
        return -xp.max(here[..., None] - there, axis=-1) + self.bound(case, xp) * xp.constant("1e-13")

    def bound(self, case: Case, xp: Any) -> Any:
        here, _ = self.values(case, xp)
        return here + case["beta"] * case["w"] * case["w"] / 2


def printed_formula(p: Any) -> Any:
    w, beta, lam = p.real("w"), p.positive("beta"), p.nonnegative("lam")
    return soft(w, {"lam": lam, "beta": beta}, p.xp) == L1._unchecked(lam=lam)._prox(w, 1 / beta, p.xp)


def soft_minimises(p: Any) -> Any:
    w, x, beta, lam = p.real("w"), p.real("x"), p.positive("beta"), p.nonnegative("lam")
    penalty, u = L1._unchecked(lam=lam), soft(w, {"lam": lam, "beta": beta}, p.xp)
    here = penalty._value(u, p.xp) + beta * (w - u) * (w - u) / 2
    return here <= penalty._value(x, p.xp) + beta * (w - x) * (w - x) / 2


def hard_minimises(p: Any) -> Any:
    """For the hard threshold that runs: L0's prox with step 1/beta."""
    w, x, beta, lam = p.real("w"), p.real("x"), p.positive("beta"), p.nonnegative("lam")
    penalty = L0._unchecked(lam=lam)
    u = penalty._prox(w, 1 / beta, p.xp)
    here = penalty._value(u, p.xp) + beta * (w - u) * (w - u) / 2
    return here <= penalty._value(x, p.xp) + beta * (w - x) * (w - x) / 2


@claim(
    "RVSM.P.l1",
    place="Section 3.2",
    expected="proved",
    why="the threshold lam for lam/beta, or the formula without sgn(w), leaves a lower rival",
)
class Soft(Thresholding):
    r"""$S_{\lambda/\beta}(w) = \mathrm{sgn}(w)(|w| - \frac{\lambda}{\beta})$ where $|w| > \frac{\lambda}{\beta}$ and 0
    elsewhere minimises $\lambda |u| + \frac{\beta}{2} (w - u)^2$ over $u$, for all $w$, $\lambda \ge 0$, $\beta > 0$; and it is
    what the library's prox of $\ell_1$ with step $\frac{1}{\beta}$ returns."""

    def operator(self, w: Any, case: Case, xp: Any) -> Any:
        return soft(w, case, xp)

    def penalty(self, lam: Any, a: Any) -> Any:
        return L1._unchecked(lam=lam)

    def proof(self) -> list[Lemma]:
        return [
            Lemma("the printed formula is the library's prox", printed_formula),
            Lemma("it is a global minimiser", soft_minimises),
        ]


@claim(
    "RVSM.P.l0",
    place="Section 3.2, Corollary 2",
    expected="proved",
    why="the threshold lam/beta, or sqrt(lam/beta), leaves a lower rival",
)
class Hard(Thresholding):
    r"""The thresholding operator of $\ell_0$ (no formula is printed; read as: keep $w$ where $|w| > \sqrt{2 \lambda/\beta}$,
    else 0; at equality both are right) minimises $\lambda [u \ne 0] + \frac{\beta}{2} (w - u)^2$ over $u$, for all $w$,
    $\lambda \ge 0$, $\beta > 0$."""

    def operator(self, w: Any, case: Case, xp: Any) -> Any:
        return hard(w, case, xp)

    def penalty(self, lam: Any, a: Any) -> Any:
        return L0._unchecked(lam=lam)

    def proof(self) -> list[Lemma]:
        return [Lemma("hard thresholding is a global minimiser", hard_minimises)]


@claim(
    "RVSM.P.tl1",
    place="Section 3.2, Corollary 2",
    expected="proved",
    why="one threshold for both regimes, or arccos with 27/4 for 27/2, leaves a lower rival",
)
class Smooth(Thresholding):
    r"""The thresholding operator of transformed-$\ell_1$ (no formula is printed; read as Zhang and Xin's: with $t =
    \frac{\lambda}{\beta} \frac{a + 1}{a}$ if $\frac{\lambda}{\beta} \le \frac{a^2}{2 (a + 1)}$, else $\sqrt{2 (a + 1)
    \lambda/\beta} - \frac{a}{2}$: 0 up to $t$, and beyond $\mathrm{sgn}(w) [\frac23 (a + |w|) \cos\frac{\varphi}{3} -
    \frac{2a}{3} + \frac{|w|}{3}]$, $\cos\varphi = 1 - \frac{27 \lambda a (a + 1)}{2 \beta (a + |w|)^3}$) minimises $\lambda
    \frac{(a + 1) |u|}{a + |u|} + \frac{\beta}{2} (w - u)^2$ over $u$, for all $w$, $\lambda \ge 0$, $\beta > 0$, $a > 0$. The
    proof is of what the library returns, by the same formula; that the two agree is checked on every case."""

    def operator(self, w: Any, case: Case, xp: Any) -> Any:
        return TransformedL1._unchecked(lam=case["lam"], a=case["a"])._prox(w, 1 / case["beta"], xp)

    def margin(self, case: Case, xp: Any) -> Any:
        w, u = case["w"], self.operator(case["w"], case, xp)
        edge = reference_threshold(case["lam"] / case["beta"], case["a"], xp)
        at_edge = xp.abs(xp.abs(w) - edge) <= xp.constant("1e-9") * edge
        apart = xp.where(at_edge, xp.zeros_like(w), xp.abs(u - smooth(w, case, xp)))
        agree = 1 - apart / (xp.constant("1e-9") * (case["a"] + xp.abs(w)))
        return xp.where(agree < 0, agree * self.bound(case, xp), Thresholding.margin(self, case, xp))  # type: ignore[arg-type]

    def proof(self) -> Any:
        return CHAINS["TransformedL1"]()

    def penalty(self, lam: Any, a: Any) -> Any:
        return TransformedL1._unchecked(lam=lam, a=a)
