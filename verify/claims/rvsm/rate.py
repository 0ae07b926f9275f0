"""Theorem 1 (ii): |grad_w L_beta| = O(eps) within O(1/eps^2) iterations, with explicit constants."""

from __future__ import annotations

import itertools
from typing import Any

from verify.arrays import NUMPY
from verify.claims.rvsm.draws import STEP, STEP_TWICE, draw, in_domain, listing_limit, mix
from verify.claims.rvsm.energy import run, scale, slope
from verify.claims.rvsm.setting import BETA_SMALL, INITIAL_ANGLE, K_TWO, LAM_SMALL, VECTORS, curvature
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import log_uniform
from verify.evidence.margins import least, square
from verify.methods.rvsm import RVSMListing


class Rate:
    """The best of T gradients against the Lagrangian spent, for every T up to ``steps``."""

    vectors = VECTORS
    steps = 12
    limit: Any = 1.0
    method: Any = None

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        return draw(rng, size, without, limit=self.limit)

    def domain(self, case: Case, xp: Any) -> Any:
        return in_domain(case, xp)

    def constant(self, case: Case, xp: Any) -> Any:
        """The factor of (what the Lagrangian lost)/T that bounds the smallest squared gradient."""
        return 2 / case["eta"]

    def spent(self, first: Any, last: Any) -> Any:
        return first - last

    def gradient(self, case: Case, before: Any, after: Any, xp: Any) -> Any:
        """grad_w L_beta(w^t, u^{t+1})."""
        return slope(case, before.w, after.u, xp)

    def margin(self, case: Case, xp: Any) -> Any:
        points = list(run(case, xp, self.steps, self.method))
        best, margins = None, []
        for t, (p, n) in enumerate(itertools.pairwise(points), start=1):
            size = square(self.gradient(case, p, n, xp), xp)
            best = size if best is None else xp.minimum(best, size)
            margins.append(self.constant(case, xp) * self.spent(points[0].energy, n.energy) - t * best)
        return least(*margins, xp=xp) / (self.constant(case, xp) * scale(case, points[0].energy, xp))


@claim(
    "RVSM.T1.ii",
    place="Theorem 1 (ii)",
    expected="unrefuted",
    why="fails with 1 for 2, after one step (d = 1, lambda = 0, beta -> 0, eta = 1/L')",
    kind="run",
)
class BestGradient(Rate):
    r"""$\min_{t<T} |\nabla_w L_\beta(w^t, u^{t+1})|^2 \le 2 L_\beta(w^0, u^0)/(\eta T)$: at most $\varepsilon$ within
    $T = \lceil 2 L_\beta(w^0, u^0)/(\eta\varepsilon^2)\rceil$ iterations."""

    step, angle, two, relaxed, threshold = STEP, INITIAL_ANGLE, K_TWO, BETA_SMALL, LAM_SMALL

    def spent(self, first: Any, last: Any) -> Any:
        return first


@claim(
    "RVSM.T1.ii.sharp",
    place="Theorem 1 (ii)",
    expected="unrefuted",
    why="attained by one step along a ray that leaves u as it is; fails with L'/2 for L'",
    kind="run",
)
class BestGradientSharp(Rate):
    r"""$\min_{t<T} |\nabla_w L_\beta(w^t, u^{t+1})|^2 \le (L_\beta(w^0, u^0) - L_\beta(w^T, u^T))/(cT)$ with
    $c = \eta - \eta^2(L' + \beta)/2$, for every step below $2/(\beta + L')$, at every angle, $\beta$ and $\lambda$."""

    step = STEP_TWICE
    limit = 2.0

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = draw(rng, size, without, limit=self.limit)
        ray = case | {"w0": case["w_star"] * 0.5, "lam": case["beta"] * 2}
        return mix(rng, case, ray, 0.3)

    def margin(self, case: Case, xp: Any) -> Any:
        points = list(run(case, xp, self.steps))
        c = case["eta"] - case["eta"] * case["eta"] * (curvature(case["k"], xp) + case["beta"]) / 2
        best, margins = None, []
        for t, (p, n) in enumerate(itertools.pairwise(points), start=1):
            size = square(self.gradient(case, p, n, xp), xp)
            best = size if best is None else xp.minimum(best, size)
            margins.append(points[0].energy - n.energy - c * t * best)
        return least(*margins, xp=xp) / scale(case, points[0].energy, xp)


@claim(
    "RVSM.T1.ii.pair",
    place="Theorem 1 (ii)",
    expected="unrefuted",
    why="with the pair (w^t, u^t) the move of u counts; 1.2/eta fails (one step, beta -> 0), runs do not refute 2/eta",
    kind="run",
    form="own",
)
class PairGradient(Rate):
    r"""At the pair that is printed, with $l_1$: $\min_{t<T} |\nabla_w L_\beta(w^t, u^t)|^2 \le 2(1/\eta + \beta)
    (L_\beta(w^0, u^0) - L_\beta(w^T, u^T))/T$."""

    complete_proof = False  # its last step; the rest is RVSM.L6's
    step = STEP

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        """beta far beyond Theorem 1's as well, where the move of u is as long as the step."""
        case = draw(rng, size, without)
        wild = case | {n: case[n] * f for f in [log_uniform(rng, 1.0, 1e3, size)] for n in ("beta", "lam")}
        wild["lam"] = wild["lam"] * log_uniform(rng, 0.01, 1.0, size)
        wild["eta"] = case["eta"] * (case["beta"] + curvature(case["k"], NUMPY)) / (wild["beta"] + curvature(case["k"], NUMPY))
        return mix(rng, case, wild, 0.5)

    def constant(self, case: Case, xp: Any) -> Any:
        return 2 * (1 / case["eta"] + case["beta"])

    def gradient(self, case: Case, before: Any, after: Any, xp: Any) -> Any:
        return slope(case, before.w, before.u, xp)

    def proof(self) -> list[Lemma]:
        def pair(p: Any) -> Any:
            eta, beta, spent, g, m, gm = p.reals("eta beta P g m gm")
            p.assume(eta > 0, beta > 0, g >= 0, m >= 0, spent >= eta / 2 * g + beta / 2 * m)
            p.assume(2 * eta * beta * gm <= eta * eta * beta * g + beta * m)  # Young's inequality on 2 <g, m>
            return g + 2 * beta * gm + beta * beta * m <= 2 * (1 / eta + beta) * spent

        return [Lemma("|g + beta m|^2 <= 2 (1/eta + beta)(eta |g|^2/2 + beta |m|^2/2)", pair)]


@claim(
    "RVSM.T1.ii.listing",
    place="Theorem 1 (ii) with Algorithm 1",
    expected="unrefuted",
    why="fails for l0, whose gradient stays away from 0 on the cycle of RVSM.A1.l0.cycle",
    kind="run",
    form="own",
)
class ListingGradient(Rate):
    r"""In the order of the listing with $l_1$, where the gradient used is $\nabla_w L_\beta(w^t, u^t)$:
    $\min_{t<T} |\nabla_w L_\beta(w^t, u^t)|^2 \le L_\beta(w^0, u^0)/(cT)$, $c = \eta - \eta^2(L'/2 + \beta)$, of use while
    $c > 0$."""

    limit, method = staticmethod(listing_limit), RVSMListing()

    def gradient(self, case: Case, before: Any, after: Any, xp: Any) -> Any:
        return slope(case, before.w, before.u, xp)

    def margin(self, case: Case, xp: Any) -> Any:
        points = list(run(case, xp, self.steps, self.method))
        c = case["eta"] - case["eta"] * case["eta"] * (curvature(case["k"], xp) / 2 + case["beta"])
        sizes = [square(slope(case, p.w, p.u, xp), xp) for p in points[:-1]]
        margins = [points[0].energy - c * (t + 1) * least(*sizes[: t + 1], xp=xp) for t in range(len(sizes))]
        return least(*margins, xp=xp) / scale(case, points[0].energy, xp)
