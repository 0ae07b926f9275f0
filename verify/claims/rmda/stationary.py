"""Theorem 1: the limit is stationary, by inequalities that hold at every step."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.rmda.setting import (
    any_beta,
    coupled,
    fine,
    game,
    gradient,
    l1,
    largest,
    lipschitz,
    mixes,
    moments,
    scale,
)
from verify.evidence import Case, Lemma, claim
from verify.evidence.margins import column, least
from verify.methods.mda import Averages, Mixing
from verify.methods.rmda import RMDA
from verify.penalties.l1 import L1


class Noisy:
    """Runs of RMDA with l1, any noise, eta_t and c_t; W* is any point."""

    vectors = ("w0", "a", "h", "q", "zeta", "w_star")

    def cases(self, rng: Any, size: int) -> Case:
        case = coupled(rng, game(rng, size, 8, 2))
        return case | {"w_star": np.where(rng.random((size, 1)) < 0.3, case["w0"], case["a"])}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(fine(case, xp), mixes(case, xp))

    def bound(self, case: Case, xp: Any) -> Any:
        size = scale(case, xp) + largest(case["w_star"], xp)
        return size * (1 + lipschitz(case, xp)) * (1 + 3 * xp.max(case["eta"], axis=-1)) * (1 + 1 / case["eta"][:, 0])


def gap(case: Case, w: Any, g: Any, xp: Any) -> Any:
    """The distance of -g_i to the subdifferential of lam|w_i|, coordinate by coordinate."""
    return l1(case)._subgradient_gap(w, g, xp)


def inclusion(p: Any) -> Any:
    """The running step with l1: -V/alpha - (beta/alpha)(W~ - W_0) is a subgradient at W~."""
    t, alpha, V, w0, w, g, c = p.reals("t alpha V W_0 W_{t-1} g c")
    eta, lam, beta = p.positive("eta"), p.nonnegative("lam"), any_beta(p)
    p.assume(alpha >= 0)
    penalty = L1._unchecked(lam=lam)
    state, _ = RMDA().step(Averages(t, alpha, V, w0), w, g, Mixing(eta, c), penalty, p.xp)
    x = RMDA().tentative(state, penalty, p.xp)
    u = -(state.V + beta * (x - w0))  # alpha times the subgradient
    inside = p.conj(u <= lam * state.alpha, u >= -lam * state.alpha)
    return p.conj(inside, p.implies(x > 0, u == lam * state.alpha), p.implies(x < 0, u == -lam * state.alpha))


@claim(
    "RMDA.T1.path",
    place="Theorem 1, its proof, Eq. 21",
    expected="proved",
    why="with beta for beta/alpha, or without the term in W_0, it fails",
    form="own",
    kind="run",
)
class Path(Noisy):
    r"""At every step, in every coordinate, $\mathrm{dist}(0, \partial F(\tilde W_t)) \le |\nabla f(\tilde W_t) -
    \frac{V_t}{\alpha_t}| + \frac{\beta_t}{\alpha_t} |\tilde W_t - W_0|$; for constant $\eta$ the last factor is at most
    $\frac{3}{2 \eta t}$. No hypothesis."""

    def margin(self, case: Case, xp: Any) -> Any:
        margins = []
        for m in moments(case, xp):
            slope = gradient(case, m.tentative, xp)
            room = xp.abs(slope - m.average) + m.beta / m.alpha * xp.abs(m.tentative - case["w0"])
            margins.append(-xp.max(gap(case, m.tentative, slope, xp) - room, axis=-1))
        return least(*margins, xp=xp)

    def proof(self) -> list[Lemma]:
        def triangle(p: Any) -> Any:
            slope, u, average, weight, moved = p.reals("grad_f(W~) u V/alpha beta/alpha W~-W_0")
            p.assume(u == -average - weight * moved, weight > 0)
            return p.xp.abs(slope + u) <= p.xp.abs(slope - average) + weight * p.xp.abs(moved)

        return [
            Lemma("u = -V/alpha - (beta/alpha)(W~ - W_0) is a subgradient at W~, for any beta", inclusion),
            Lemma("and grad f(W~) + u is as short as that", triangle),
        ]


@claim(
    "RMDA.T1",
    place="Theorem 1",
    expected="unrefuted",
    why="with L/2 for L, or without the term in W_0, the inequality fails",
    kind="run",
)
class Theorem1(Noisy):
    r"""The limit of $\tilde W_t$ is stationary. Step by step, in every coordinate $i$, $\mathrm{dist}(0, \partial F(\tilde
    W_t))_i \le L |\tilde W_t - W_{t-1}| + |\frac{V_t}{\alpha_t} - \nabla f(W_{t-1})|_i + \frac{\beta_t}{\alpha_t} |\tilde W_t -
    W_0|_i$, the first norm Euclidean, and under the theorem's conditions each term goes to 0. True where its conditions hold,
    which for $\ell_1$, $c_t = 1$ and a noisy nonzero coordinate they do not (RMDA.L2.iii.fix), nor does the event if no single
    limit has a positive probability."""

    complete_proof = False

    def margin(self, case: Case, xp: Any) -> Any:
        margins = []
        for m in moments(case, xp):
            slope = gradient(case, m.tentative, xp)
            room = column(lipschitz(case, xp) * xp.norm(m.tentative - m.before, axis=-1)) + xp.abs(m.average - m.slope)
            room = room + m.beta / m.alpha * xp.abs(m.tentative - case["w0"])
            margins.append(-xp.max(gap(case, m.tentative, slope, xp) - room, axis=-1))
        return least(*margins, xp=xp)

    def proof(self) -> list[Lemma]:
        return [Lemma("-V/alpha - (beta/alpha)(W~ - W_0) is a subgradient at W~, for any beta", inclusion)]


@claim(
    "RMDA.T1.fix",
    place="Theorem 1",
    expected="unrefuted",
    why="without |N_t|, or with the newest |W_{t-1} - W*| in place of the average, it fails",
    kind="run",
)
class WithoutIII(Noisy):
    r"""Without (4)(iii), and for limits of any law: almost surely, if $\tilde W_t$ converges its limit is stationary, given
    $\sum c_t = \infty$, $\frac{\beta_t}{\alpha_t} \to 0$, (4)(ii), $f$ with an $L$-Lipschitz gradient, $E |\nabla
    f_{\xi_t}(W_{t-1})|^2 \le C$ and an outer semicontinuous $\partial \psi$. For every $W^*$, on every path, a subgradient at
    $\tilde W_t$ is, in each coordinate $i$, within $|N_t|_i + \frac{1}{\alpha_t} \sum_{k \le t} s_k L |W_{k-1} - W^*| +
    \frac{\beta_t}{\alpha_t} |\tilde W_t - W_0|_i$ of $-\nabla f(W^*)$, with Euclidean norms in the sum; if $W_t \to W^*$ (Lemma
    1) the average goes to 0 too."""

    complete_proof = False

    def margin(self, case: Case, xp: Any) -> Any:
        margins, total = [], 0
        slope = gradient(case, case["w_star"], xp)
        for m in moments(case, xp):
            total = total + m.s * column(lipschitz(case, xp) * xp.norm(m.before - case["w_star"], axis=-1))
            room = xp.abs(m.noise) + total / m.alpha + m.beta / m.alpha * xp.abs(m.tentative - case["w0"])
            margins.append(-xp.max(gap(case, m.tentative, slope, xp) - room, axis=-1))
        return least(*margins, xp=xp)

    def proof(self) -> list[Lemma]:
        def average(p: Any) -> Any:
            V, alpha, s, zeta, star, slope, noise, far, away = p.reals("V alpha s zeta g* g N S L|W-W*|")
            p.assume(s > 0, p.xp.abs(V - alpha * star - noise) <= far, p.xp.abs(slope - star) <= away)
            return p.xp.abs(V + s * (slope + zeta) - (alpha + s) * star - (noise + s * zeta)) <= far + s * away

        return [Lemma("the subgradient", inclusion), Lemma("one step of the average", average)]
