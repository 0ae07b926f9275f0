"""What holds without beta small (RVSM, the remarks after Theorem 1 in Sect. 4)."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.claims.rvsm.convergence import Convergence, gain
from verify.claims.rvsm.draws import STEP, draw, mix
from verify.claims.rvsm.energy import run, scale, slope
from verify.claims.rvsm.setting import INITIAL_ANGLE, K_TWO, LAM_SMALL, curvature
from verify.evidence import Case, Fact, claim
from verify.evidence.margins import least, square
from verify.losses import angle


@claim(
    "RVSM.S4.beta",
    place="Sect. 4",
    expected="unrefuted",
    why="L' = 2a/k^2 does not depend on beta, so Lemma 6 holds for every beta; a step 3/(beta + L) breaks it",
    kind="run",
    experiments=("SparseCopy",),
)
class AnyBeta(Convergence):
    r"""For every $\beta > 0$ the Lagrangian still decreases and the steps are square-summable,
    $\sum_t |w^{t+1} - w^t|^2 \le 2\eta L_\beta(w^0, u^0)$. That the limit may then be far from $w^*$ is RVSM.S4.beta.far."""

    step, angle, two, threshold = STEP, INITIAL_ANGLE, K_TWO, LAM_SMALL

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        large = draw(rng, size, "relaxed")
        return mix(rng, large, draw(rng, size, without), 0.2 if without is None else 1.0)

    def margin(self, case: Case, xp: Any) -> Any:
        points, c = list(run(case, xp, 8)), gain(case, xp)
        spent, margins = 0, []
        for p, n in itertools.pairwise(points):
            spent = spent + square(n.w - p.w, xp)
            margins += [p.energy - n.energy - c * square(n.w - p.w, xp), 2 * case["eta"] * points[0].energy - spent]
        return least(*margins, xp=xp) / scale(case, points[0].energy, xp)


@claim(
    "RVSM.S4.beta.far",
    place="Sect. 4",
    expected="proved",
    why="with beta of Theorem 1's size instead the same lambda/beta gives a limit near w*: the last facts would fail",
    kind="text",
    form="own",
    experiments=("SparseCopy",),
)
class FarLimit:
    r"""Without $\beta$ small the limit may be far from $w^*$: $k = 10$, $\beta = 1$, $\lambda = 0.1$, $w^0 = (1, 0.1)$, all
    other conditions of Theorem 1 met. A threshold $\lambda \ge (\pi - \theta)|w^*_2|/(k\pi)$ pins the second coordinate of
    $u$ at 0."""

    stars = (((0.0, 1.0), 1.088), ((-0.6, 0.8), 1.341), ((-0.8, 0.6), 1.414))

    def facts(self) -> list[Fact]:
        rows = [Fact("beta = 1 is beyond every delta sin(delta)/(k pi)", 1.82 / (10 * np.pi) < 1, "at most 0.0580 for k = 10")]
        for star, distance in self.stars:
            case: Case = {"k": np.array([10]), "w_star": np.array([star]), "w0": np.array([[1.0, 0.1]])}
            case |= {"beta": np.ones(1), "lam": np.full(1, 0.1)}
            case["eta"] = 0.5 / (1 + curvature(case["k"], NUMPY))
            points = list(run(case, NUMPY, 600))
            last, rise = points[-1], max(float(b.energy[0] - a.energy[0]) for a, b in itertools.pairwise(points))
            left = float(np.linalg.norm(slope(case, last.w, last.u, NUMPY)))
            off, theta = float(np.linalg.norm(last.w - star)), float(angle(last.w, case["w_star"], NUMPY)[0])
            where = f"w = ({last.w[0, 0]:.6f}, {last.w[0, 1]:.6f}), theta = {theta:.4f}, distance {off:.5f}"
            rows.append(Fact(f"w* = {star}: the Lagrangian never rises", rise <= 1e-15, f"largest change {rise:.1e}"))
            rows.append(Fact(f"w* = {star}: the run converges", left <= 1e-12, f"gradient {left:.1e} after 600 steps"))
            rows.append(Fact(f"w* = {star}: its limit is {distance} away from w* or more", off >= distance, where))
        return rows
