"""Norms above |w*| = 1 fall in the order of the proofs, and need not in that of the listing (RVSM, Sect. 5.2)."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from verify.claims.rvsm.draws import STEP, draw, mix
from verify.claims.rvsm.energy import prox, slope
from verify.claims.rvsm.radial import OneStep, grown
from verify.claims.rvsm.setting import BETA_SMALL, INITIAL_ANGLE, K_TWO, LAM_SMALL, curvature, iterates, penalised
from verify.evidence import Case, Hypothesis, claim
from verify.evidence.draw import log_uniform, uniform
from verify.evidence.margins import least
from verify.methods.rvsm import RVSMListing

OUTSIDE = Hypothesis(r"$|w| > |w^*| = 1$", lambda c, xp: xp.norm(c["w0"], axis=-1) - 1, strict=True)


@claim(
    "RVSM.S52.shrink",
    place="Sect. 5.2",
    expected="unrefuted",
    why="fails for steps near 2/(beta + L), and with the stale u of the listing (RVSM.S52.shrink.listing)",
)
class Shrink(OneStep):
    r"""If $|w^t| > |w^*|$ then $|w^{t+1}| < |w^t|$, under Theorem 1's conditions and the update of the proofs."""

    step, angle, two, relaxed, threshold, outside = STEP, INITIAL_ANGLE, K_TWO, BETA_SMALL, LAM_SMALL, OUTSIDE
    largest = 30.0

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = draw(rng, size, without, largest=self.largest)
        barely = case["w0"] / np.linalg.norm(case["w0"], axis=1, keepdims=True) * (1 + log_uniform(rng, 1e-8, 1.0, (size, 1)))
        return mix(rng, case, case | {"w0": barely}, 0.6)

    def margin(self, case: Case, xp: Any) -> Any:
        return -grown(case, xp)


@claim(
    "RVSM.S52.shrink.sharp",
    place="Sect. 5.2",
    expected="unrefuted",
    why="attained for d = 1, theta = 0, lambda = 0; fails with L' + beta for L' in the factor",
)
class ShrinkSharp(OneStep):
    r"""$|w^{t+1}| \le (1 - \eta L')|w^t| + \eta L'$, $L' = 2a/k^2$, from every $w^t \ne 0$: the distance of the norm above 1
    falls by the factor $1 - \eta L'$ at least, and norms of at most 1 stay so; at every angle, $\lambda$, $\beta$ and
    $k \ge 1$."""

    step = STEP
    largest = 1e3

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = draw(rng, size, without, largest=self.largest)
        axis = case | {"w0": case["w_star"] * uniform(rng, 0.1, 3.0, (size, 1)), "lam": 0 * case["lam"]}
        case = mix(rng, case, axis, 0.2)
        return case | {"k": np.where(rng.random(size) < 0.2, 1, case["k"])}

    def margin(self, case: Case, xp: Any) -> Any:
        w, s = case["w0"], case["eta"] * curvature(case["k"], xp)
        after = w - case["eta"][..., None] * slope(case, w, prox(case, w, xp), xp)
        return (1 - s) * xp.norm(w, axis=-1) + s - xp.norm(after, axis=-1)


class Listed(OneStep):
    def norms(self, case: Case, xp: Any, steps: int) -> list[Any]:
        return [xp.norm(w, axis=-1) for w, _ in iterates(case, xp, steps, RVSMListing())]

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = draw(rng, size, without, short=0.8)
        tilted = np.round(uniform(rng, 0.5, 1.5, (size, 1)), 1) * np.array([[1.0, 1.0, 0.0, 0.0]])
        tilted = case | {"w0": tilted, "k": np.full(size, 2), "delta": np.full(size, 2.0), "beta": np.full(size, 0.25)}
        axis = tilted | {"w_star": np.tile([1.0, 0, 0, 0], (size, 1)), "lam": 0 * case["lam"] + 0.0001, "eta": np.ones(size)}
        return mix(rng, case, axis, 0.1)


@claim(
    "RVSM.S52.shrink.listing",
    place="Sect. 5.2 with Algorithm 1",
    expected="refuted",
    why="d = 2, k = 2, w* = (1, 0), w0 = (.9, .9), beta = .25, eta = 1, lambda = 0: |w^1| = 1.00625 < |w^2| = 1.00651",
    kind="run",
    form="own",
    erratum="false",
    fix="RVSM.S52.shrink.listing.fix",
    falls="nothing that the proofs use, as they update u first",
)
class ShrinkListing(Listed):
    r"""In the order of the listing too: if $|w^1| > 1$ then $|w^2| < |w^1|$."""

    step, angle, two, relaxed, threshold = STEP, INITIAL_ANGLE, K_TWO, BETA_SMALL, LAM_SMALL

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(Listed.domain(self, case, xp), penalised(case, xp))

    def margin(self, case: Case, xp: Any) -> Any:
        _, first, second = self.norms(case, xp, 2)
        return xp.where(first > 1, first - second, xp.full_like(first, 1))

    def trace(self, case: Case, xp: Any) -> list[tuple[str, Any]]:
        return [(f"|w^{t}|", r) for t, r in enumerate(self.norms(case, xp, 3))]


@claim(
    "RVSM.S52.shrink.listing.fix",
    place="Sect. 5.2 with Algorithm 1",
    expected="unrefuted",
    why="fails without the norm before (RVSM.S52.shrink.listing)",
    kind="run",
)
class ShrinkListingFix(Listed):
    r"""In the order of the listing, $\max(|w^{t+1}|, |w^t|, 1) \le \max(|w^t|, |w^{t-1}|, 1)$."""

    step = STEP

    def margin(self, case: Case, xp: Any) -> Any:
        norms = self.norms(case, xp, 12)
        tops = [xp.maximum(xp.maximum(a, b), xp.full_like(a, 1)) for a, b in itertools.pairwise(norms)]
        return least(*[before - after for before, after in itertools.pairwise(tops)], xp=xp)
