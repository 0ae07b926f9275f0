"""Norms below |w*| = 1 need not grow; those below rho do (RVSM, Sect. 5.2, the first half of Lemma 5's proof)."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.rvsm.annulus import floor
from verify.claims.rvsm.draws import STEP, draw, in_domain, mix
from verify.claims.rvsm.energy import prox, slope
from verify.claims.rvsm.paths import plane
from verify.claims.rvsm.setting import BETA_SMALL, INITIAL_ANGLE, K_TWO, LAM_SMALL, VECTORS, curvature, iterates, penalised
from verify.evidence import Case, Hypothesis, claim
from verify.evidence.draw import log_uniform
from verify.evidence.margins import square

INSIDE = Hypothesis(r"$|w| < |w^*| = 1$", lambda c, xp: 1 - xp.norm(c["w0"], axis=-1), strict=True)
BELOW = Hypothesis(
    r"$|w| < \rho = 2b/(2a + k^2\beta)$",
    lambda c, xp: floor(c["k"], c["beta"], xp.pi) - xp.norm(c["w0"], axis=-1),
    strict=True,
)


def grown(case: Case, xp: Any, eta: Any = None) -> Any:
    """(|w+|^2 - |w|^2)/eta for the update of w = w0, in a form without cancellation."""
    w = case["w0"]
    g = slope(case, w, prox(case, w, xp), xp)
    return (case["eta"] if eta is None else eta) * square(g, xp) - 2 * xp.dot(w, g)


class OneStep:
    vectors = VECTORS
    largest = 3.0

    def domain(self, case: Case, xp: Any) -> Any:
        return in_domain(case, xp)

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        return draw(rng, size, without, largest=self.largest)

    def bound(self, case: Case, xp: Any) -> Any:
        r = xp.norm(case["w0"], axis=-1)
        return r + r * r


@claim(
    "RVSM.S52.grow",
    place="Sect. 5.2",
    expected="refuted",
    why="the radial pull of f is 2a|w| - h(theta) with h(theta) < 2a off theta = 0, and beta(w - u) pulls inwards too",
    erratum="false",
    fix="RVSM.S52.grow.fix",
    falls="the lower half of Lemma 5's proof as written; Lemma 5 itself survives for k >= 2 (RVSM.L5.fix)",
)
class Grow(OneStep):
    r"""If $|w^t| < |w^*|$ then $|w^{t+1}| > |w^t|$, under Theorem 1's conditions and the update of the proofs."""

    step, angle, two, relaxed, threshold, inside = STEP, INITIAL_ANGLE, K_TWO, BETA_SMALL, LAM_SMALL, INSIDE

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(in_domain(case, xp), penalised(case, xp))

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        return draw(rng, size, without, short=1.0)

    def margin(self, case: Case, xp: Any) -> Any:
        return grown(case, xp)

    def trace(self, case: Case, xp: Any) -> list[tuple[str, Any]]:
        return [(f"|w^{t}|", xp.norm(w, axis=-1)) for t, (w, _) in enumerate(iterates(case, xp, 3))]

    def picture(self, case: Case) -> Any:
        from verify.arrays import NUMPY

        path = np.array([w[0] for w, _ in iterates(case, NUMPY, 25)])
        return plane({"w^t": path}, case["w_star"][0], "the norm first falls although |w| < |w*|")


@claim(
    "RVSM.S52.grow.fix",
    place="Sect. 5.2",
    expected="unrefuted",
    why="fails with 2a for 2b in rho (at theta = pi), or without the k^2 before beta",
)
class GrowFix(OneStep):
    r"""If $0 < |w^t| < \rho = 2b/(2a + k^2\beta)$ then $|w^{t+1}| > |w^t|$, for every angle, $\lambda$, $\beta$ and step;
    $\rho > 0$ from $k = 2$ on."""

    below = BELOW

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = draw(rng, size, without)
        case["eta"] = case["eta"] * log_uniform(rng, 0.1, 10.0, size)
        edge = floor(case["k"], case["beta"], np.pi) * np.where(rng.random(size) < 0.5, 1 - 1e-6, rng.random(size))
        opposed = np.where(rng.random((size, 1)) < 0.5, -case["w_star"], case["w0"])
        opposed *= np.reshape(edge, (-1, 1)) / np.linalg.norm(opposed, axis=1, keepdims=True)
        more = log_uniform(rng, 0.1, 10.0, size) * case["beta"]
        return mix(rng, case, case | {"w0": opposed, "lam": more}, 0.7)

    def margin(self, case: Case, xp: Any) -> Any:
        return grown(case, xp)


@claim(
    "RVSM.S52.grow.sharp",
    place="Sect. 5.2",
    expected="unrefuted",
    why="fails without the term (pi - theta) cos theta of h; attained where u = 0 or |w_i| > lambda/beta with equal magnitudes",
)
class GrowSharp(OneStep):
    r"""With $h = 2b + (k/\pi)(\sin\theta + (\pi - \theta)\cos\theta)$, $|w^{t+1}| \ge |w^t|$ whenever
    $|w^t| \le \max(h/(2a + k^2\beta), (h - k^2\lambda\sqrt d)/(2a))$, for every step: first order in the angle too."""

    reach = Hypothesis(
        r"$|w| \le \max(h/(2a + k^2\beta), (h - k^2\lambda\sqrt d)/(2a))$",
        lambda c, xp: GrowSharp.limit(c, xp) - xp.norm(c["w0"], axis=-1),  # type: ignore[attr-defined]
    )

    @staticmethod
    def limit(case: Case, xp: Any) -> Any:
        from verify.claims.rvsm.setting import dimension, start_angle

        k, theta = case["k"], start_angle(case, xp)
        h = (k * k - k) / xp.pi + k * (xp.sin(theta) + (xp.pi - theta) * xp.cos(theta)) / xp.pi
        twice = k * k * curvature(k, xp)
        flat = (h - k * k * case["lam"] * xp.sqrt(dimension(case, xp))) / twice
        return xp.maximum(h / (twice + k * k * case["beta"]), flat)

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        from verify.arrays import NUMPY

        case = draw(rng, size, without)
        edge = np.maximum(self.limit(case, NUMPY), 1e-6) * np.where(rng.random(size) < 0.6, 1 - 1e-9, rng.random(size))
        scaled = case["w0"] * np.reshape(edge, (-1, 1)) / np.linalg.norm(case["w0"], axis=1, keepdims=True)
        return mix(rng, case, case | {"w0": scaled}, 0.8)

    def margin(self, case: Case, xp: Any) -> Any:
        return grown(case, xp)
