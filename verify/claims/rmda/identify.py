"""Theorem 2: which iterates are on the active manifold, W~_t or W_t."""

from __future__ import annotations

from typing import Any

from verify.claims.rmda.setting import (
    any_beta,
    coupled,
    fine,
    game,
    gradient,
    largest,
    lipschitz,
    mixes,
    mixing,
    moments,
)
from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.margins import column, least
from verify.methods.mda import Averages, Mixing
from verify.methods.rmda import RMDA
from verify.penalties.group_l2 import GroupL2
from verify.penalties.l1 import L1


class Mixture:
    """d = 1, f linear with slope g, |g| < lambda: the limit is 0, M = {0}, and (5) holds."""

    steps = 8

    nondegenerate = Hypothesis(r"$|g| < \lambda$, Eq. 5", lambda c, xp: c["lam"] - xp.abs(c["g"]), strict=True)
    momentum = Hypothesis(r"$0 < c \le 1$", lambda c, xp: xp.where(c["c"] > 0, 1 - c["c"], c["c"] - 1))

    def cases(self, rng: Any, size: int) -> Case:
        case = {"w0": rng.choice([1.0, 1.0, 2.0, -1.0], size), "g": rng.choice([0.0, 0.0, 0.5, -0.2], size)}
        return case | {
            "c": rng.choice([1.0, 0.5, 0.5], size),
            "eta": rng.choice([1.0, 2.0], size),
            "lam": rng.choice([1.0, 2.0], size),
        }

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["eta"] > 0, case["lam"] > 0)

    def run(self, case: Case, xp: Any) -> tuple[Any, Any]:
        """The largest |W~_t| of the last half, and the last W_t."""
        w, state, penalty = case["w0"], RMDA().restart(case["w0"], xp), L1._unchecked(lam=case["lam"])
        late = 0 * w
        for k in range(self.steps):
            state, w = RMDA().step(state, w, case["g"], Mixing(case["eta"], case["c"]), penalty, xp)
            late = xp.maximum(late, xp.abs(RMDA().tentative(state, penalty, xp))) if 2 * k >= self.steps else late
        return late, w

    def margin(self, case: Case, xp: Any) -> Any:
        late, w = self.run(case, xp)
        return xp.where(late == 0, -xp.abs(w), 0 * w)


@claim(
    "RMDA.T2",
    place="Theorem 2, as the abstract, Section 1 and the output of Algorithm 1 have it",
    expected="refuted",
    why="W_0 = 1, f = 0, psi = |w|, eta = 1, c = 1/2: W~_t = 0 for all t, W_t = 2^-t",
    kind="run",
    erratum="gap",
    fix="RMDA.T2.fix",
    falls="all iterates, and the output W_T, if c_t stays below 1. Nothing of Theorem 2 if (6) has the tilde of its proof (the "
    "extraction drops tildes); nor of Section 5, where c_t increases to 1, which is said to accord with identification",
    experiments=("Activation", "Batches", "DataSets", "Degeneracy", "Fig1a", "Fig1c", "Limits", "Regimes", "Sampling"),
)
class Theorem2(Mixture):
    r"""After finitely many iterations all iterates $W_t$, the output $W_T$ included, stay on the active manifold. (The proof is
    about $\tilde W_t$.) Here: where $\tilde W_t$ is on $M = \{0\}$ over the last half of a run, its last $W_t$ is."""


def enough(case: Case, m: Any, star: Any, level: Any, xp: Any) -> Any:
    """L|W_{t-1} - W*| + |e_t|_i + (beta/alpha)|W_0|_i <= level - |g*|_i; 1e-12 of it is left to rounding."""
    away = column(lipschitz(case, xp) * xp.norm(m.before - star, axis=-1))
    drift = away + xp.abs(m.average - m.slope) + m.beta / m.alpha * xp.abs(case["w0"])
    return (drift + xp.abs(gradient(case, star, xp))) * (1 + xp.constant("1e-12")) <= level


class Runs:
    """Runs with l1 that end near a point W* with zeros; noise of all sizes."""

    vectors: tuple[str, ...] = ("w0", "a", "h", "q", "zeta")
    d = 2

    def cases(self, rng: Any, size: int) -> Case:
        case = coupled(rng, game(rng, size, 16, self.d))
        case["zeta"] = case["zeta"] * rng.choice([0.0, 0.03, 0.3], (size, 1, 1))
        case["lam"] = case["lam"] * rng.choice([1.0, 3.0], size)
        return case | {"w0": case["w0"] * rng.choice([0.0, 0.1, 1.0], (size, 1)), "c": mixing(rng, size, 16)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(fine(case, xp), mixes(case, xp))


def identified(p: Any) -> Any:
    """The running step with l1 at a coordinate: enough is enough, and c = 1 makes W_t the same zero."""
    t, alpha, V, w0, w, g, c, star, slope, away, error = p.reals("t alpha V W_0 W_{t-1} g c g* slope L|W-W*| |e|")
    eta, lam, beta = p.positive("eta"), p.nonnegative("lam"), any_beta(p)
    p.assume(alpha >= 0)
    penalty = L1._unchecked(lam=lam)
    state, after = RMDA().step(Averages(t, alpha, V, w0), w, g, Mixing(eta, c), penalty, p.xp)
    p.assume(p.xp.abs(slope - star) <= away, p.xp.abs(state.V - state.alpha * slope) <= state.alpha * error)
    p.assume(state.alpha * (away + error + p.xp.abs(star)) + beta * p.xp.abs(w0) <= state.alpha * lam)
    return p.conj(RMDA().tentative(state, penalty, p.xp) == 0, p.implies(c == 1, after == 0))


@claim(
    "RMDA.T2.fix",
    place="Theorem 2",
    expected="proved",
    why="without the term in W_0, with half of |e_t|, or with |W_{t-1} - W*|_i for the norm, it fails",
    kind="run",
)
class Identified(Runs):
    r"""For $\tilde W_t$, and for $W_t$ where $c_t = 1$. With constants, for $\ell_1$, at every step: $\tilde W_{t,i} = 0$ (and
    $W_{t,i} = 0$ if $c_t = 1$) whenever $L |W_{t-1} - W^*| + |e_t|_i + \frac{\beta_t}{\alpha_t} |W_0|_i \le \lambda - |\nabla
    f(W^*)_i|$, $e_t = \frac{V_t}{\alpha_t} - \nabla f(W_{t-1})$, the first norm Euclidean; and $\tilde W_{t,i} \ne 0$ where
    $|\tilde W_t - W^*|_i < |W^*_i|$. Here $W^* = 0$ and $W^* = a$. So with $\ell_1$ and (5), $\tilde W_t \in M$ from some step
    on, almost surely where $W_t \to W^*$, $e_t \to 0$ and $\frac{\beta_t}{\alpha_t} \to 0$ are (RMDA.T1.fix, RMDA.L2.as).
    (Without (5): $f = \frac12 w^2 - w$, $\lambda = 1$, $W_0 = 1$, $\eta = \frac12$, $c_t = 1$ has $W_t \approx \frac1t$,
    never 0. One coordinate's own distance is not enough: $f = \frac12 (w_1 + w_2)^2$, $W^* = 0$, $W_{t-1} = (0, 3)$ has
    $\nabla f = (3, 3)$.)"""

    def margin(self, case: Case, xp: Any) -> Any:
        margins = []
        for m in moments(case, xp):
            for star in (0 * case["a"], case["a"]):
                sure = enough(case, m, star, column(case["lam"]), xp)
                one = column(case["c"][:, m.t - 1]) == 1
                off = xp.abs(m.tentative) + xp.where(one, xp.abs(m.after), 0 * m.after)
                margins.append(-largest(xp.where(sure, off, 0 * off), xp))
        return least(*margins, xp=xp)

    def proof(self) -> list[Lemma]:
        return [Lemma("one coordinate of the running step, for any beta", identified)]


@claim(
    "RMDA.T2.group",
    place="Theorem 2 for Eq. 7",
    expected="unrefuted",
    why="with the largest coordinate for the norm, or lambda for lambda w_g, it fails",
    form="own",
    kind="run",
)
class IdentifiedGroups(Runs):
    r"""The same for group LASSO: $\tilde W_t$ is 0 on group $g$ whenever $L |W_{t-1} - W^*| + |e_t|_g +
    \frac{\beta_t}{\alpha_t} |W_0|_g \le \lambda w_g - |\nabla f(W^*)_g|$, Euclidean norms, the first over all coordinates. Here
    one group of three with $w_g = \sqrt 3$, $W^* = 0$."""

    vectors = ()
    d = 3

    def margin(self, case: Case, xp: Any) -> Any:
        penalty, margins = GroupL2(column(case["lam"]), axes=(-1,)), []
        level = case["lam"] * xp.sqrt(3 * (1 + 0 * case["lam"]))

        def size(x: Any) -> Any:
            return xp.norm(x, axis=-1)

        for m in moments(case, xp, penalty):
            pull = (m.beta / m.alpha)[..., 0] * size(case["w0"])
            drift = lipschitz(case, xp) * size(m.before) + size(m.average - m.slope) + pull
            sure = (drift + size(gradient(case, 0 * case["a"], xp))) * (1 + xp.constant("1e-12")) <= level
            off = largest(m.tentative, xp)
            margins.append(-xp.where(sure, off, 0 * off))
        return least(*margins, xp=xp)
