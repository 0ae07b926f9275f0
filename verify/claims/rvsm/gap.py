"""How far f(u) is from f(w) at RVSM's limits (RVSM, Sect. 3.3)."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.claims.rvsm.descent import OneUpdate
from verify.claims.rvsm.draws import STEP, draw, in_domain, mix, short_runs
from verify.claims.rvsm.energy import prox, slope
from verify.claims.rvsm.setting import (
    BETA_SMALL,
    INITIAL_ANGLE,
    K_TWO,
    LAM_SMALL,
    VECTORS,
    curvature,
    dimension,
    iterates,
    problem,
)
from verify.evidence import Case, claim
from verify.evidence.draw import uniform
from verify.evidence.margins import square


@claim(
    "RVSM.S33.gap",
    place="Sect. 3.3",
    expected="refuted",
    why="d = 1, k = 2, w* = 1, beta = .25, lambda = .2: w -> L'/(L' + beta) = .725, u = 0: f(w) = .0249, f(u) = .3296",
    kind="run",
    form="own",
    fix="RVSM.S33.gap.fix",
    falls="nothing of the paper's: its sentence is about deep networks (RVSM.S33.gap.deep), and factor 2 is not its own",
    experiments=("SparseCopy",),
)
class Similar:
    r"""$f(w^t)$ and $f(u^t)$ behave very similarly, read for the one-layer model under Theorem 1's conditions as
    $f(u) \le 2 f(w)$ at the limit (runs of 60 steps whose $|\nabla_w L_\beta|$ is at most $10^{-6}$; others say nothing)."""

    vectors = VECTORS
    step, angle, two, relaxed, threshold = STEP, INITIAL_ANGLE, K_TWO, BETA_SMALL, LAM_SMALL

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        return short_runs(rng, size, 2, ratios=(0.5, 0.95))

    def domain(self, case: Case, xp: Any) -> Any:
        return in_domain(case, xp)

    def losses(self, case: Case, xp: Any) -> tuple[Any, Any, Any]:
        *_, (w, _) = iterates(case, xp, 60)
        u, loss = prox(case, w, xp), problem(case, xp)
        return loss.value(w, xp), loss.value(u, xp), xp.norm(slope(case, w, u, xp), axis=-1)

    def margin(self, case: Case, xp: Any) -> Any:
        at_w, at_u, left = self.losses(case, xp)
        return xp.where(left <= xp.constant("1e-6"), 2 * at_w - at_u, xp.full_like(at_w, 1))

    def trace(self, case: Case, xp: Any) -> list[tuple[str, Any]]:
        at_w, at_u, left = self.losses(case, xp)
        return [("f(w)", at_w), ("f(u)", at_u), ("f(u)/f(w)", at_u / at_w), ("gradient", left)]


@claim(
    "RVSM.S33.gap.deep",
    place="Sect. 3.3",
    expected="undecided",
    why="a remark on plots of deep networks, without a tolerance and without the plots: nothing to compute",
    kind="text",
    form="printed",
)
class SimilarDeep:
    r"""On deep networks $f(w^t)$ and $f(u^t)$ behave very similarly. (The one-layer model is decided in RVSM.S33.gap and its
    correction; this sentence itself names no quantity.)"""


@claim(
    "RVSM.S33.gap.fix",
    place="Sect. 3.3",
    expected="unrefuted",
    why="attained when u = 0 and whenever u is on the ray of w; fails with beta/2 for beta",
)
class GapFix(OneUpdate):
    r"""$f(u) - f(w) \le (\beta + L'/2)|w - u|^2 + |\nabla_w L_\beta(w, u)||w - u|$ for all $w \ne 0$ and $u$, $L' = 2a/k^2$;
    at a limit the last term is 0."""

    proof = None  # type: ignore[assignment]

    def margin(self, case: Case, xp: Any) -> Any:
        w, u, loss = case["w0"], case["u"], problem(case, xp)
        gap = w - u
        allowed = (case["beta"] + curvature(case["k"], xp) / 2) * square(gap, xp)
        rest = xp.norm(slope(case, w, u, xp), axis=-1) * xp.norm(gap, axis=-1)
        return allowed + rest - loss.value(u, xp) + loss.value(w, xp)


@claim(
    "RVSM.S33.gap.sharp",
    place="Sect. 3.3",
    expected="unrefuted",
    why="attained in d = 1 at u = 0 where w = lambda/beta = L'/(L' + beta); fails with beta/2 for beta",
    kind="run",
)
class GapSharp:
    r"""At limits with $l_1$, where $|w - u|^2 \le d(\lambda/\beta)^2$: $f(u) - f(w) \le (\beta + L'/2) d (\lambda/\beta)^2$
    (up to the gradient left over after 40 steps)."""

    vectors = VECTORS

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = draw(rng, size)
        axis = np.tile([1.0, 0.0, 0.0, 0.0], (size, 1))
        line = short_runs(rng, size) | {"w0": axis, "w_star": axis}
        least = curvature(line["k"], NUMPY)
        near = np.where(rng.random(size) < 0.5, 1, uniform(rng, 0.9, 1.1, size))
        line["lam"] = line["beta"] * least / (least + line["beta"]) * near
        return mix(rng, case, line, 0.2)

    def domain(self, case: Case, xp: Any) -> Any:
        return in_domain(case, xp)

    def margin(self, case: Case, xp: Any) -> Any:
        *_, (w, _) = iterates(case, xp, 40)
        u, loss, ratio = prox(case, w, xp), problem(case, xp), case["lam"] / case["beta"]
        allowed = (case["beta"] + curvature(case["k"], xp) / 2) * dimension(case, xp) * ratio * ratio
        rest = xp.norm(slope(case, w, u, xp), axis=-1) * xp.norm(w - u, axis=-1)
        return allowed + rest - loss.value(u, xp) + loss.value(w, xp)
