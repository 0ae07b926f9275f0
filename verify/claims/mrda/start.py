"""Where a random w_1 enters the proof: Eq. 39 at t = 0, Eq. 55, and what Algorithm 1 asks of w_0."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.mrda.setting import (
    conjugate,
    first_weight,
    game,
    largest,
    lifted,
    line_game,
    moments,
    nondecreasing,
    psi,
    sigma,
)
from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.draw import log_uniform, mostly, uniform
from verify.evidence.margins import least, relative, soft, square
from verify.methods.mrda import MRDA
from verify.methods.rda import RDA
from verify.methods.sda import Dual, Weight
from verify.penalties.l1 import L1


class Line:
    """Runs in d = 1 with small numbers; the last axis of g and beta is time."""

    vectors: tuple[str, ...] = ("g", "beta")

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        return line_game(rng, size, 3)

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(case["lam"] >= 0, case["B"] > 0)
        return xp.both(fine, xp.both(xp.all(case["beta"] > 0, axis=-1), nondecreasing(case, xp) >= 0))


class Runs(Line):
    """Runs in up to three dimensions."""

    vectors = ()
    steps = 7

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        return game(rng, size, self.steps, 3)


@claim(
    "MRDA.E39",
    place="Eq. 39",
    expected="refuted",
    form="own",
    why="w_1 = 1, any problem: pi_0(0) = w_0 = 0",
    erratum="gap",
    fix="MRDA.E39.fix",
    falls="the case tau = 1 of (55), hence Lemmas 7.4 and 7.5 as printed",
)
class AtZero:
    r"""$w_{t+1} = \pi_t(-s_t)$ also for $t = 0$, as the proof of (55) uses it through (41): $w_1 = \pi_0(0) = w_0$ for a random
    $w_1$."""

    def cases(self, rng: Any, size: int) -> Case:
        return {"w1": np.round(rng.normal(size=size), 1)}

    def margin(self, case: Case, xp: Any) -> Any:
        return -xp.abs(case["w1"])


@claim(
    "MRDA.E39.fix",
    place="Eq. 39",
    expected="proved",
    kind="run",
    why="s_{t-1} for s_t fails at once",
)
class AfterFirst(Runs):
    r"""$w_{t+1} = \pi_t(-s_t)$ for every $t \ge 1$, whatever $w_1$: the step that runs is the maximiser (38)."""

    def margin(self, case: Case, xp: Any) -> Any:
        margins = []
        for m in moments(case, xp):
            away = soft(-m.s, (m.t * case["lam"])[..., None], xp) / m.beta[..., None] - m.after
            margins.append(-xp.max(xp.abs(away), axis=-1) * m.beta)
        return least(*margins, xp=xp)

    def bound(self, case: Case, xp: Any) -> Any:
        return self.steps * (largest(case["g"], xp) + case["lam"])

    def proof(self) -> list[Lemma]:
        def step(p: Any) -> Any:
            t, s, g, w = p.reals("t s g w")
            lam, beta = p.nonnegative("lam"), p.positive("beta")
            state = Dual(t - 1, p.real("mean"), 0 * s)
            p.assume(t >= 1, (t - 1) * state.mean == s - g)
            _, after = MRDA().step(state, w, g, Weight(beta), L1._unchecked(lam=lam), p.xp)
            return beta * after == soft(-s, t * lam, p.xp)

        def maximiser(p: Any) -> Any:
            """(38) times 2 beta, in y = beta w."""
            s, y, level = p.real("s"), p.real("y"), p.nonnegative("t lam")
            z = soft(-s, level, p.xp)

            def inner(v: Any) -> Any:
                return -2 * s * v - 2 * level * p.xp.abs(v) - v * v

            return inner(y) <= inner(z) - (y - z) * (y - z)

        return [Lemma("beta times the step is S(-s, t lam)", step), Lemma("the only maximiser", maximiser)]


def sides(case: Case, xp: Any, half: Any) -> Any:
    """For every t: the left of (55), its right without Psi(w_1), and Psi(w_{t+1})."""
    case = lifted(case)
    left, right, weight = 0, 0, first_weight(case, xp)
    for m in moments(case, xp):
        left = left + xp.dot(m.g, m.w) + psi(case, m.w, xp)
        right = right + half * square(m.g, xp) / (2 * weight)
        yield m, left + conjugate(case, -m.s, m.t, m.beta, xp), right, psi(case, m.after, xp)
        weight = sigma(case) * m.t + m.beta


class Printed(Line):
    """Eq. 55 with a factor before the sum."""

    def room(self, case: Case, xp: Any, twice: int) -> Any:
        start = psi(case, lifted(case)["w1"], xp)
        one = (1 + 0 * start) / twice
        return least(*[start + right - left for _, left, right, _ in sides(case, xp, one)], xp=xp)


@claim(
    "MRDA.E55",
    place="Eq. 55",
    expected="refuted",
    why="d = 1, w_1 = w_0 = 0, Psi = 0, t = beta = g = 1: the left is 1/2, the right 1/4",
    kind="run",
    erratum="misprint",
    fix="MRDA.E55.fix",
    falls="nothing by this factor: the line before it and Delta_t have one half; for a random w_1 it fails with one half too "
    "(MRDA.E55.half)",
)
class TwoHalves(Printed):
    r"""(55) as printed, with $\frac12 \sum \frac{|g_\tau|^2}{2 (\sigma(\tau - 1) + \beta_{\tau-1})}$ on the right."""

    def margin(self, case: Case, xp: Any) -> Any:
        return self.room(case, xp, 2)


@claim(
    "MRDA.E55.half",
    place="Eq. 55",
    expected="refuted",
    form="printed",
    why="d = 1, Psi = 0, w_1 = t = beta = g = 1: the left is 3/2, the right 1/2",
    kind="run",
    erratum="gap",
    fix="MRDA.E55.fix",
    falls="Lemmas 7.4 and 7.5 as printed; their rate survives with G|w_1 - w_0| more",
)
class OneHalf(Printed):
    r"""(55) with one factor $\frac12$: $\sum_{\tau \le t} (\langle g_\tau, w_\tau - w_0 \rangle + \Psi(w_\tau)) + V_t(-s_t) \le
    \Psi(w_1) + \sum_{\tau \le t} \frac{|g_\tau|^2}{2 (\sigma(\tau - 1) + \beta_{\tau-1})}$ for a random $w_1$."""

    def margin(self, case: Case, xp: Any) -> Any:
        return self.room(case, xp, 1)


@claim(
    "MRDA.E55.fix",
    place="Eq. 55",
    expected="unrefuted",
    kind="run",
    why="without <g_1, w_1 - w_0>, with a quarter for the half, or with sigma tau for sigma (tau - 1), it fails",
)
class WithStart(Runs):
    r"""The left side of (55) is at most $\Psi(w_1) - \Psi(w_{t+1}) + \langle g_1, w_1 - w_0 \rangle + \sum_{\tau \le t}
    \frac{|g_\tau|^2}{2 (\sigma(\tau - 1) + \beta_{\tau-1})}$, for $\beta_1 \ge \sigma$; equality is possible."""

    complete_proof = False  # the steps are proved; their sum is taken on paper

    weight = Hypothesis(r"$\beta_1 \ge \sigma$", lambda c, xp: c["beta"][:, 0] - c["sigma"])

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = Runs.cases(self, rng, size)
        share = 1 + log_uniform(rng, 0.1, 100.0, size) if without else mostly(rng, uniform(rng, 0.0, 1.0, size), 0.0, 0.3)
        return case | {"sigma": case["beta"][:, 0] * share}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(Runs.domain(self, case, xp), case["sigma"] >= 0)

    def margin(self, case: Case, xp: Any) -> Any:
        start, margins = psi(case, case["w1"], xp) + xp.dot(case["g"][:, 0], case["w1"]), []
        size = psi(case, case["w1"], xp) + xp.norm(case["g"][:, 0], axis=-1) * xp.norm(case["w1"], axis=-1)
        for _, left, right, end in sides(case, xp, 1):
            margins.append(relative(start - end + right - left, size + right, xp))
        return least(*margins, xp=xp)

    def proof(self) -> list[Lemma]:
        def later(p: Any) -> Any:
            after, middle, before, value, inner, n = p.reals("V_t(-s_t) V_t-1(-s_t) V_t-1(-s_t-1) Psi <g,w-w0> |g|^2")
            mu = p.positive("mu")
            p.assume(after + value <= middle, middle <= before - inner + n / (2 * mu))
            return inner + value <= before - after + n / (2 * mu)

        def first(p: Any) -> Any:
            """grad V_0(0) = 0, so no inner product with w_1 comes in."""
            after, middle, value, n = p.reals("V_1(-s_1) V_0(-s_1) Psi(w_2) |g|^2")
            mu = p.positive("mu")
            p.assume(after + value <= middle, middle <= n / (2 * mu))
            return value <= 0 - after + n / (2 * mu)

        return [Lemma("tau >= 2, by (45), (43) and (41)", later), Lemma("tau = 1", first)]


@claim(
    "MRDA.E31.anchor",
    place="Eq. 31 and Section 3.4",
    expected="unrefuted",
    form="own",
    kind="run",
    why="without Psi(w_1), or with D measured from 0, it fails",
)
class AnyAnchor(Runs):
    r"""(31) is not needed: RDA (Algorithm 1) with any $w_1 = w_0$, also where $\Psi \ge 0$ is not least, keeps $R_t(w) \le
    \Psi(w_0) + \beta_t D^2 + \frac{G^2}{2} \sum_{\tau < t} \frac{1}{\beta_\tau}$ for $|w - w_0|^2 \le 2 D^2$. So the modified
    method is not needed to start away from 0. ($w$ is drawn, and the point of the ball farthest down $s_t$.)"""

    vectors = ()
    monotone = Hypothesis(r"$\beta_t$ nondecreasing", nondecreasing)

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = game(rng, size, self.steps, 3)
        if without == "monotone":
            case = case | {"beta": case["beta"][:, ::-1] * log_uniform(rng, 0.1, 1.0, (size, 1))}
        u = rng.normal(size=case["w1"].shape)
        return case | {"u": u / np.linalg.norm(u, axis=1, keepdims=True)}

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(xp.both(case["lam"] >= 0, case["B"] > 0), xp.norm(case["u"], axis=-1) <= 1 + 1e-9)
        return xp.both(fine, xp.all(case["beta"] > 0, axis=-1))

    def margin(self, case: Case, xp: Any) -> Any:
        w0, B, lost, margins = case["w1"], case["B"], 0, []
        most, start, weights = largest(case["g"], xp), psi(case, case["w1"], xp), 1 / case["beta"][:, 0]
        for m in moments(case, xp, RDA()):
            lost = lost + xp.dot(m.g, m.w) + psi(case, m.w, xp)
            room = start + m.beta * B * B / 2 + most * most / 2 * weights
            size = xp.norm(m.s, axis=-1)
            down = -m.s / xp.where(size > 0, size, 1 + 0 * size)[..., None]
            for u in (down, case["u"]):
                w = w0 + u * B[..., None]
                regret = lost - xp.dot(m.s, w) - m.t * psi(case, w, xp)
                margins.append(relative(room - regret, room, xp))
            weights = weights + 1 / m.beta
        return least(*margins, xp=xp)
