"""Transformed l1 in the order of the listing: descent while its threshold is continuous by a margin, none beyond."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.claims.rvsm.annulus import STEP_IN_STRIP, STRIP
from verify.claims.rvsm.draws import draw, mix, short_runs
from verify.claims.rvsm.listing import Listing, listing_lemma
from verify.claims.rvsm.listing_l0 import crossings
from verify.claims.rvsm.setting import BETA_SMALL, INITIAL_ANGLE, K_TWO, LAM_SMALL, curvature
from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.draw import log_uniform, uniform
from verify.evidence.margins import least, square
from verify.penalties.transformed_l1 import TransformedL1


def kappa(case: Case) -> Any:
    """2 lambda (a + 1)/(a^2 beta): the weak convexity of the penalty over beta; below 1 the threshold is continuous."""
    return 2 * case["lam"] * (case["a"] + 1) / (case["a"] * case["a"] * case["beta"])


class ListingTransformed(Listing):
    penalty, parameters = TransformedL1, ("a",)

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(super().domain(case, xp), case["a"] > 0)


@claim(
    "RVSM.A1.tl1",
    place="Algorithm 1",
    expected="refuted",
    why="where the threshold jumps (2 lambda (a + 1) > a^2 beta) or nearly does, as for l0; here at eta = .05, where L is 18",
    kind="run",
    erratum="false",
    fix="RVSM.A1.tl1.fix",
    falls="Corollary 2's monotone Lagrangian for transformed l1 in the listing's order, kappa small excepted",
)
class ListingTL1(ListingTransformed):
    r"""With transformed $l_1$, $L_\beta(w^{t+1}, u^{t+1}) \le L_\beta(w^t, u^t)$ in the order of the listing, for
    $\eta \le 1/(\beta + L)$ with the printed $L$, starts in the strip of Lemma 5, and the first three steps."""

    step, strip, angle, two, relaxed, threshold = STEP_IN_STRIP, STRIP, INITIAL_ANGLE, K_TWO, BETA_SMALL, LAM_SMALL
    steps = 3

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = crossings(rng, size) | {"a": rng.choice([0.1, 0.5, 1.0], size), "eta": np.full(size, 0.05)}
        near = np.sqrt(2 * case["lam"] / case["beta"] * (case["a"] + 1)) - case["a"] / 2
        round_ = np.round(near[:, None] + uniform(rng, -0.1, 0.1, (size, 2)), 2)
        case["w0"] = np.where((rng.random((size, 2)) < 0.5) & (round_ > 0), round_, case["w0"])
        known = case | {"w_star": np.ones((size, 2)), "w0": np.tile([0.5, 0.51441], (size, 1))}
        known |= {"lam": np.full(size, 0.0362), "a": np.full(size, 0.1)}
        return mix(rng, case, known, 0.02)


@claim(
    "RVSM.A1.tl1.fix",
    place="Algorithm 1",
    expected="unrefuted",
    why="fails with the modulus 2 lambda (a + 1)/a for 2 lambda (a + 1)/a^2 when a < 1",
    kind="run",
)
class ListingTL1Fix(ListingTransformed):
    r"""With transformed $l_1$ and $\kappa = 2\lambda(a + 1)/(a^2\beta) < 1$, in the order of the listing
    $L_t - L_{t+1} \ge (1/\eta - (L' + \beta)/2 - \beta/(2(1 - \kappa)))|w^{t+1} - w^t|^2$. For $\eta \le 1/(\beta + L')$ the
    Lagrangian falls when $\kappa \le L'/(L' + \beta)$."""

    complete_proof = False
    weak = Hypothesis(r"$\kappa = 2\lambda(a + 1)/(a^2\beta) < 1$", lambda c, xp: 1 - kappa(c), strict=True)

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = mix(rng, draw(rng, size), short_runs(rng, size), 0.3) | {"a": log_uniform(rng, 0.05, 20.0, size)}
        target = uniform(rng, 0.01, 0.99, size) if without != "weak" else log_uniform(rng, 1.1, 100.0, size)
        case["lam"] = target * case["a"] ** 2 * case["beta"] / (2 * (case["a"] + 1))
        near = case["lam"] / case["beta"] * (case["a"] + 1) / case["a"]
        close = case["w_star"] * near[:, None] * uniform(rng, 0.5, 3.0, (size, 1))
        moved = case | {"w0": close, "eta": (1 - 1e-12) / (case["beta"] + curvature(case["k"], NUMPY))}
        return mix(rng, mix(rng, case, moved, 0.5), self.pinned(rng, size), 0.4 if without is None else 0.0)

    @staticmethod
    def pinned(rng: Any, size: int) -> Case:
        """The second coordinate of the limit at the threshold, where u moves 1/(1 - kappa) times as fast as w; large steps."""
        case = short_runs(rng, size) | {"a": log_uniform(rng, 0.1, 2.0, size)}
        target = uniform(rng, 0.5, 0.99, size)
        case["lam"] = target * case["a"] ** 2 * case["beta"] / (2 * (case["a"] + 1))
        near, zero = target * case["a"] / 2, np.zeros((size, 2))
        share = near * (1 + 2 * case["beta"])
        star = np.stack([np.ones(size), share * uniform(rng, 0.7, 1.3, size)], axis=1)
        start = np.stack([np.ones(size), near * uniform(rng, 0.7, 1.5, size)], axis=1)
        case |= {"w_star": np.concatenate([star, zero], axis=1), "w0": np.concatenate([start, zero], axis=1)}
        return case | {"eta": uniform(rng, 0.3, 1.6, size)}

    def margin(self, case: Case, xp: Any) -> Any:
        points, spare = self.points(case, xp), 1 - kappa(case)
        c = self.gain(case, xp) + case["beta"] / 2 - case["beta"] / (2 * spare)
        pairs = itertools.pairwise(points)
        return least(*[p.energy - n.energy - c * square(n.w - p.w, xp) for p, n in pairs], xp=xp)

    def proof(self) -> list[Lemma]:
        def weak(p: Any, eta: Any, beta: Any, curve: Any, d2: Any, e2: Any, c: Any, change: Any, fall_of_u: Any) -> Any:
            spare = p.positive("sigma")  # beta (1 - kappa): what strong convexity is left
            p.assume(fall_of_u >= spare / 2 * e2, 2 * beta * c <= beta * beta / spare * d2 + spare * e2)
            p.assume(1 / eta >= (curve + beta) / 2 + beta * beta / (2 * spare))
            return change <= 0

        return [listing_lemma("weakly convex penalties", weak)]
