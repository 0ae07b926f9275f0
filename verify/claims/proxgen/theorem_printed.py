"""Theorem 1 as it is printed, and its condition on alpha_0 for Adam."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.proxgen.setting import short
from verify.evidence import Case, Fact, claim
from verify.evidence.margins import soft
from verify.methods.prox_gen import Memory, Metric, ProxGen, ProxGenAdamPrinted
from verify.penalties import L1
from verify.penalties.zero import Zero

LONGEST = 6


class Bound:
    """f = q(x - c)^2/2 with q <= L, R = lambda |x|, exact gradients, no momentum, C = 0, T steps: Q_2 = 8/(3 gamma), and Q_1
    and Q_3 have nothing to say. ``produced``: theta_a is one of theta_2, ..., theta_{T+1}; ``whole``: Delta is a difference
    of F."""

    produced = False
    whole = False

    def cases(self, rng: Any, size: int) -> Case:
        case = {"q": np.where(rng.random(size) < 0.5, 0.0, short(rng, 0.1, 3.0, size)), "lam": short(rng, 0.1, 30.0, size)}
        case |= {
            "c": np.round(rng.normal(size=size) * 2),
            "w": np.round(rng.normal(size=size) * 5),
            "T": rng.integers(1, LONGEST, size),
        }
        case["w"] = np.where(rng.random(size) < 0.3, case["T"] + 1.0, case["w"])
        L = np.maximum(case["q"], rng.choice([0.1, 0.3, 1.0], size))
        return case | {"L": L, "delta": np.ones(size), "alpha": 1 / (L * rng.choice([3.0, 4.0, 10.0], size))}

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(xp.both(case["q"] >= 0, case["L"] >= case["q"]), xp.both(case["lam"] >= 0, case["L"] > 0))
        steps = xp.both(xp.both(case["alpha"] > 0, case["delta"] > 0), case["delta"] - 3 * case["L"] * case["alpha"] >= 0)
        return xp.both(fine, xp.both(steps, xp.both(case["T"] >= 1, case["T"] < LONGEST)))

    def margin(self, case: Case, xp: Any) -> Any:
        q, c, lam, w, T = case["q"], case["c"], case["lam"], case["w"], case["T"]
        penalty, method, hyper = L1._unchecked(lam=lam), ProxGen(), Metric(case["alpha"], 0, case["delta"])
        state, points = method.init(w, hyper, penalty, xp), [w]
        for _ in range(LONGEST - 1):
            state, after = method.step(state, points[-1], q * (points[-1] - c), hyper, penalty, xp)
            points.append(after)
        total, first = 0 * lam, 1 if self.produced else 0
        for t in range(LONGEST - 1):
            gap = penalty._subgradient_gap(points[t + first], q * (points[t + first] - c), xp)
            total = total + xp.where(t < T, gap * gap, 0 * gap)
        best = xp.where(q > 0, soft(c, lam / xp.where(q > 0, q, 1), xp), 0 * c)
        fall = q * ((w - c) * (w - c) - (best - c) * (best - c)) / 2
        if self.whole:
            fall = fall + lam * (xp.abs(w) - xp.abs(best))
        return 8 * case["delta"] / (3 * case["alpha"]) * fall / T - total / T


@claim(
    "PG.T1",
    place="Theorem 1",
    expected="refuted",
    why="f = 0, R = |x|, theta_1 = 1, T = 1: dist is 1, the right side Q_3",
    erratum="misprint",
    fix="PG.T1.fix",
    falls="nothing but the wording: with F for f and produced iterates it is true, with better constants and fewer conditions",
)
class Printed(Bound):
    r"""The mean of $\mathrm{dist}(0, \hat\partial F(\theta_t))^2$ over $\theta_1, \ldots, \theta_T$ is at most $Q_1 \sigma^2
    \sum_t b_t^{-1}/T + Q_2 \Delta/T + Q_3/T$ with $\Delta = f(\theta_1) - f(\theta^*)$ (printed
    without the 1; here without noise and momentum, $Q_2
    = 8/(3\gamma)$, $Q_3 = 0$; no others serve, since with $R = \lambda |x|$ both defects leave a left side that grows with
    $\lambda$ or $T$ alone)."""

    def facts(self) -> list[Fact]:
        found = []
        for lam in (1, 10, 100):
            found.append(Fact(f"f = 0, R = {lam}|x|, T = 1: Q_3 = 10 serves", lam**2 <= 10, f"dist^2 = {lam**2}, Delta = 0"))
        return found


@claim(
    "PG.T1.start",
    place="Theorem 1, the set of theta_a",
    form="own",
    expected="refuted",
    why="f = 0, R = 3|x|, theta_1 = 1, alpha_0 = 1, delta = 1, T = 1: dist^2 = 9, the bound is 8",
    erratum="misprint",
    fix="PG.T1.fix",
    falls="nothing: theta_a from theta_2 to theta_{T+1}; theta_1 is a start of any quality",
)
class FirstIterate(Bound):
    r"""Theorem 1 with $\Delta = F(\theta_1) - F(\theta^*)$ and $\theta_a$ from $\{\theta_1, \ldots, \theta_T\}$ as printed."""

    whole = True


@claim(
    "PG.T1.gap",
    place="Theorem 1, Delta",
    form="own",
    expected="refuted",
    why="f = 0, R = |x|, theta_1 = T + 1, steps of 1: dist = 1 at every produced iterate, Delta = 0",
    erratum="misprint",
    fix="PG.T1.fix",
    falls="nothing: with F for f it is right. (C-1) must bound F below, not f: f = 0, R = x has dist 1 for ever",
)
class GapOfF(Bound):
    r"""Theorem 1 with $\theta_a$ from $\{\theta_2, \ldots, \theta_{T+1}\}$ and $\Delta = f(\theta_1) - f(\theta^*)$ as
    printed."""

    produced = True


@claim(
    "PG.T1.both",
    place="Theorem 1",
    form="own",
    expected="unrefuted",
    why="with f for F, or theta_1 among the iterates: the two claims above",
)
class BothRepaired(Bound):
    r"""The same runs with both repairs: the mean of $\mathrm{dist}^2$ over $\theta_2, \ldots, \theta_{T+1}$ is at most $8
    (F(\theta_1) - \min F)/(3\gamma T)$."""

    produced = True
    whole = True

    def bound(self, case: Case, xp: Any) -> Any:
        return (
            case["delta"]
            / case["alpha"]
            * (1 + case["lam"] * xp.abs(case["w"]) + case["q"] * (case["w"] ** 2 + case["c"] ** 2))
        )


@claim(
    "PG.T1.alpha",
    place="Theorem 1 with Algorithm 1's 0 < delta << 1",
    kind="text",
    form="own",
    expected="refuted",
    why="delta = 1e-8: alpha_0 <= 3.3e-9/L",
    erratum="gap",
    fix="PG.T1.alpha.fix",
    falls="nothing that is printed (the paper names neither number): Theorem 1 says nothing of Adam's usual steps; and there "
    "it can fail: claim PG.T1.alpha.adam",
)
class Usable:
    r"""$\alpha_0 \le \delta/(3L)$ leaves Adam's usual $\alpha = 10^{-3}$, $\delta = 10^{-8}$ to losses of moderate
    smoothness. (The condition is that for $C_t = 0$, whatever $C_t$ adds.)"""

    def facts(self) -> list[Fact]:
        most = 1e-8 / (3 * 1e-3)
        return [Fact(f"L = {L:g} is allowed", most >= L, f"L must be at most {most:.3g}") for L in (1.0, 1e-3)]


@claim(
    "PG.T1.alpha.adam",
    place="Theorem 1 beyond its condition on alpha_0",
    kind="run",
    form="own",
    expected="refuted",
    why="f = x^2/2, R = 0, delta = 1/4, alpha = 1, beta = 0: 1/4, -1/4, 1/4, ... for ever",
    erratum="false",
    fix="PG.T1.alpha.fix",
    falls="any hope to drop the condition altogether: the metric must exceed L",
)
class TwoCycle:
    r"""Adam with $\beta = 0$ ($C_t = |g_t|$, as printed and corrected), without momentum or noise on $f = x^2/2$, $R = 0$,
    $\delta < \alpha/2$: no run is after two steps where it was, unless it stayed there. (From $\alpha/2 - \delta$ every step
    is $-2x$; with bias corrections so for every $\beta$, as the gradient keeps its size.)"""

    def cases(self, rng: Any, size: int) -> Case:
        alpha = rng.choice([1.0, 0.5], size)
        delta = alpha * rng.choice([0.25, 0.1, 0.01, 0.4], size)
        w = np.where(rng.random(size) < 0.5, alpha / 2 - delta, np.round(rng.random(size), 1))
        return {"alpha": alpha, "delta": delta, "w": w}

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(case["delta"] > 0, case["w"] * case["w"] <= 1)
        return xp.both(fine, xp.both(case["alpha"] <= 1, 2 * case["delta"] < case["alpha"]))

    def margin(self, case: Case, xp: Any) -> Any:
        w, method, penalty = case["w"], ProxGenAdamPrinted(), Zero()
        hyper = Memory(case["alpha"], 0, case["delta"], 0)
        state, path = method.init(w, hyper, penalty, xp), [w]
        for _ in range(2):
            state, after = method.step(state, path[-1], path[-1], hyper, penalty, xp)
            path.append(after)
        back = xp.abs(path[2] - w) <= xp.constant("0.000000000001") * xp.abs(w)
        return xp.where(xp.both(back, xp.abs(path[1] - w) > xp.abs(w) / 2), -1, 1)
