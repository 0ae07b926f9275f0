"""Theorem 1's convergence and stationarity, and its counterpart for l0 (RVSM, Theorem 1 and Sect. 5.4)."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from verify.claims.rvsm.draws import STEP, draw, in_domain, mix, short_runs
from verify.claims.rvsm.energy import prox, regulariser, run, scale, slope
from verify.claims.rvsm.setting import BETA_SMALL, INITIAL_ANGLE, K_TWO, LAM_SMALL, VECTORS, curvature
from verify.evidence import Case, Fact, claim
from verify.evidence.draw import log_uniform, uniform
from verify.evidence.margins import column, least, square
from verify.penalties.l0 import L0
from verify.penalties.transformed_l1 import TransformedL1


class Convergence:
    vectors = VECTORS

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        return draw(rng, size, without)

    def domain(self, case: Case, xp: Any) -> Any:
        return in_domain(case, xp)


def gain(case: Case, xp: Any) -> Any:
    """1/eta - (L' + beta)/2, the descent per |w^{t+1} - w^t|^2."""
    return 1 / case["eta"] - (curvature(case["k"], xp) + case["beta"]) / 2


@claim(
    "RVSM.T1.conv",
    place="Theorem 1",
    expected="unrefuted",
    why="for l0 the last part fails at a tie (RVSM.T1.conv.l0); for eta > 2/(beta + L') the steps need not be summable",
    kind="run",
)
class Convergent(Convergence):
    r"""Iterates converge sub-sequentially with $u = S(w)$ at every limit point, through three bounds:
    $|w^t| \le \max(|w^0|, 1)$; $\sum_t |w^{t+1} - w^t|^2 \le (L_\beta(w^0, u^0) - L_\beta(w^T, u^T))/(1/\eta - (L' +
    \beta)/2)$; and $|u^{t+1} - S(w^{t+1})| \le |w^{t+1} - w^t|$. (That a convergent $L_\beta$ makes the iterates converge,
    as printed, is a gap.)"""

    step, angle, two, relaxed, threshold = STEP, INITIAL_ANGLE, K_TWO, BETA_SMALL, LAM_SMALL

    def margin(self, case: Case, xp: Any) -> Any:
        points, c = list(run(case, xp, 8)), gain(case, xp)
        start, spent, margins = points[0], 0, []
        size = scale(case, start.energy, xp)
        largest = xp.maximum(xp.norm(start.w, axis=-1), xp.full_like(case["beta"], 1))
        for p, n in itertools.pairwise(points):
            moved = xp.norm(n.w - p.w, axis=-1)
            spent = spent + c * moved * moved
            margins += [1 - xp.norm(n.w, axis=-1) / largest, (start.energy - n.energy - spent) / size]
            margins.append((moved - xp.norm(n.u - prox(case, n.w, xp), axis=-1)) / largest)
        return least(*margins, xp=xp)


@claim(
    "RVSM.T1.conv.l0",
    place="Theorem 1 with Corollary 2",
    expected="refuted",
    why="d = 1, k = 2, beta = .25, lambda = .125, w0 = 1.5: w -> 1 = sqrt(2 lambda/beta) from above, u = w -> 1, S(1) = 0",
    kind="text",
    form="own",
    fix="RVSM.T1.conv.l0.fix",
    falls="u = S(w) and (12) with S(w), at ties of l0 and of a transformed l1 whose threshold jumps, if S sets a tie to 0. The "
    "paper prints no l0 threshold; with both minimisers in S, or with u in (12), all stands",
)
class TieL0:
    r"""With $l_0$ too, $u = S(w)$ at the limit, with $S$ that keeps $|z| > \sqrt{2\lambda/\beta}$ only. (Float64 reaches the
    tie after some 40 steps and jumps, which the run itself does not.)"""

    def facts(self) -> list[Fact]:
        from verify.arrays.exact import DecimalArrays

        xp = DecimalArrays(60)
        numbers = {"w_star": [[1.0]], "w0": [[1.5]], "beta": [0.25], "lam": [0.125], "eta": [1.0]}
        case = {n: xp.convert(np.array(v)) for n, v in numbers.items()} | {"k": np.array([2])}
        points = list(run(case, xp, 60, penalty=L0))
        ratio = (1 - curvature(2, xp)) ** 60 / 2
        last, above = points[-1].w[0, 0], all(p.w[0, 0] > 1 for p in points)
        geometric = abs(last - 1 - ratio) < 1e-50
        at_tie = prox(case, xp.convert(np.array([[1.0]])), xp, L0)[0, 0]
        copied = all(a.w[0, 0] == b.u[0, 0] for a, b in itertools.pairwise(points))
        shown = f"w^60 - 1 = {float(last - 1):.3e}"
        return [
            Fact("w^t - 1 = (1 - 2a/k^2)^t/2: positive for every t, with limit 0", above and bool(geometric), shown),
            Fact("u^{t+1} = w^t all along, so u -> 1", copied),
            Fact("S(1) = 1, the limit of u", bool(at_tie == 1), f"S(1) = {at_tie}: 1 is the tie sqrt(2 lambda/beta)"),
        ]


class Envelope(Convergence):
    """One update from any w, with the penalties whose threshold jumps."""

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = mix(rng, draw(rng, size), short_runs(rng, size), 0.3) | {"a": log_uniform(rng, 0.05, 10.0, size)}
        tie = np.sqrt(2 * case["lam"] / case["beta"])[:, None] * uniform(rng, 0.8, 1.2, case["w0"].shape)
        live = (case["w_star"] != 0) | (case["w0"] != 0)
        return case | {"w0": np.where(live & (rng.random(tie.shape) < 0.4) & (tie > 0), tie, case["w0"])}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(in_domain(case, xp), case["a"] > 0)


@claim(
    "RVSM.T1.conv.l0.fix",
    place="Theorem 1 with Corollary 2",
    expected="unrefuted",
    why="fails with |w^{t+1} - w^t|^2 beta/2 on the right, which no jump of u respects",
)
class EnvelopeFix(Envelope):
    r"""$l_0$ and transformed $l_1$, in the order of the proofs: $u^{t+1}$ is nearly a minimiser at $w^{t+1}$,
    $L_\beta(w^{t+1}, u^{t+1}) - \min_u L_\beta(w^{t+1}, u) \le \beta\langle S(w^{t+1}) - S(w^t), w^{t+1} - w^t\rangle \to
    0$. So at limits $u$ is one of the minimisers, and the one $S$ returns unless $w$ has a coordinate at the tie."""

    def margin(self, case: Case, xp: Any) -> Any:
        margins, beta, w = [], case["beta"], case["w0"]
        for penalty, fixed in ((L0, {}), (TransformedL1, {"a": case["a"]})):
            rule, u = regulariser(case, penalty, **fixed), prox(case, w, xp, penalty, **fixed)
            after = w - column(case["eta"]) * slope(case, w, u, xp)
            best = prox(case, after, xp, penalty, **fixed)
            values = [xp.sum(rule._value(x, xp), axis=-1) + beta * square(after - x, xp) / 2 for x in (u, best)]
            margins.append(beta * xp.dot(best - u, after - w) - values[0] + values[1])
        return least(*margins, xp=xp)

    def bound(self, case: Case, xp: Any) -> Any:
        return case["lam"] + case["beta"] * (1 + square(case["w0"], xp))


def lipschitz(case: Case, shortest: Any, xp: Any) -> Any:
    """max(L', (1 + 1/k)/(pi m) - L'): f's Lipschitz constant for the gradient between points of norm m or more
    (RVSM.L4.sharp)."""
    k, curve = case["k"], curvature(case["k"], xp)
    return xp.maximum(curve, (k + 1) / (k * xp.pi * shortest) - curve)


@claim(
    "RVSM.T1.i",
    place="Theorem 1 (i)",
    expected="unrefuted",
    why="fails without L^#, for short w near theta = pi/2, and with 1/(k pi m) for (1 + 1/k)/(pi m)",
)
class Stationary(Convergence):
    r"""The limit is stationary in both blocks: with $D = w^{t+1} - w^t \to 0$ (RVSM.T1.conv),
    $L^\# = \max(L', (1 + 1/k)/(\pi m) - L')$ and $m$ the smaller norm of $w^t$ and $w^{t+1}$,
    $|\nabla_w L_\beta(w^{t+1}, u^{t+1})| \le (1/\eta - \beta + L^\#)|D|$ and the distance of $0$ to
    $\partial_u L_\beta(w^{t+1}, u^{t+1})$ is at most $\beta|D|$. For $k \ge 2$ the norms stay away from 0 (RVSM.L5.fix)."""

    step, angle, two, relaxed, threshold = STEP, INITIAL_ANGLE, K_TWO, BETA_SMALL, LAM_SMALL

    def margin(self, case: Case, xp: Any) -> Any:
        w, beta = case["w0"], case["beta"]
        u = prox(case, w, xp)
        after = w - column(case["eta"]) * slope(case, w, u, xp)
        moved = xp.norm(after - w, axis=-1)
        shortest = xp.minimum(xp.norm(w, axis=-1), xp.norm(after, axis=-1))
        steepest = 1 / case["eta"] - beta + lipschitz(case, shortest, xp)
        in_w = steepest * moved - xp.norm(slope(case, after, u, xp), axis=-1)
        gap = regulariser(case)._subgradient_gap(u, column(beta) * (u - after), xp)
        return xp.minimum(in_w, beta * moved - xp.norm(gap, axis=-1))
