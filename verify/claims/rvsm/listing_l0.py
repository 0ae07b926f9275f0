"""l0 in the order of the listing: u jumps while w turns, so the Lagrangian rises; some runs cycle (RVSM, Algorithm 1)."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from verify.claims.rvsm.annulus import STEP_IN_STRIP, STRIP
from verify.claims.rvsm.draws import STEP, draw, listing_limit, mix, pad, short_runs
from verify.claims.rvsm.listing import Listing, by_jumps, listing_lemma
from verify.claims.rvsm.paths import plane
from verify.claims.rvsm.setting import BETA_SMALL, INITIAL_ANGLE, K_TWO, LAM_SMALL, VECTORS
from verify.evidence import Case, Lemma, claim
from verify.evidence.margins import least, square
from verify.methods.rvsm import RVSMListing
from verify.penalties.l0 import L0


def crossings(rng: Any, size: int, reach: float = 1.2) -> Case:
    """Short decimals in which a coordinate of u is close to its jump at sqrt(2 lambda/beta), in d = 2."""
    case = short_runs(rng, size, 2)
    star = np.array([(3.0, 4.0), (4.0, 3.0), (1.0, 1.0), (1.0, 2.0)])[rng.integers(0, 4, size)]
    star = star / np.where(star[:, 1:] * star[:, :1] == 12.0, 5.0, 1.0)
    ratio = np.round(rng.uniform(0.05, 0.5, size), 2)
    jump = np.sqrt(2 * ratio)[:, None]
    w0 = np.where(rng.random((size, 2)) < 0.7, np.round(rng.uniform(0, reach, (size, 2)), 1), np.round(jump, 2) + 0.01)
    case["w0"], case["w_star"] = np.where(np.any(w0 != 0, axis=1, keepdims=True), w0, 0.5), star
    seeded = rng.random(size) < 0.1
    case["w_star"] = np.where(seeded[:, None], [[0.6, 0.8]], star)
    case["w0"] = np.where(seeded[:, None], np.round(rng.uniform(0.4, 0.9, (size, 2)), 1), case["w0"])
    return case | {"lam": case["beta"] * ratio}


@claim(
    "RVSM.A1.l0",
    place="Algorithm 1",
    expected="refuted",
    why="a coordinate of u jumps by sqrt(2 lambda/beta) while w turns: a rise of order eta^2, here at eta = .05, where L is 18",
    kind="run",
    erratum="false",
    fix="RVSM.A1.l0.fix",
    falls="Corollary 2's monotone Lagrangian for l0 in the listing's order; in that of the proofs it holds (RVSM.L6)",
)
class ListingL0(Listing):
    r"""With $l_0$, $L_\beta(w^{t+1}, u^{t+1}) \le L_\beta(w^t, u^t)$ in the order of the listing, for
    $\eta \le 1/(\beta + L)$ with the printed $L$, starts in the strip of Lemma 5, and the first three steps."""

    step, strip, angle, two, relaxed, threshold = STEP_IN_STRIP, STRIP, INITIAL_ANGLE, K_TWO, BETA_SMALL, LAM_SMALL
    penalty, steps = L0, 3

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = crossings(rng, size) | {"eta": rng.choice([0.05, 0.02], size)}
        known = case | {"w_star": np.tile([3.0, 4.0], (size, 1)), "w0": np.tile([0.61, 0.5531], (size, 1))}
        return mix(rng, case, known | {"lam": np.full(size, 0.03824), "eta": np.full(size, 0.05)}, 0.02)


@claim(
    "RVSM.A1.l0.fix",
    place="Algorithm 1",
    expected="unrefuted",
    why="fails without its last term (RVSM.A1.l0), or when J has only the coordinates that u enters",
    kind="run",
)
class ListingL0Fix(Listing):
    r"""With $l_0$ in the order of the listing, $L_t - L_{t+1} \ge (1/\eta - L'/2 - \beta)|D|^2 - \beta\langle D_J, u^t_J -
    u^{t+1}_J\rangle$, $D = w^{t+1} - w^t$, $J$ the coordinates where exactly one of $u^t$, $u^{t+1}$ is 0: descent for
    $\eta \le 2/(2\beta + L')$ at every step that changes no support."""

    complete_proof = False
    penalty = L0

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = draw(rng, size, without, limit=listing_limit)
        near = crossings(rng, size)
        near |= {n: pad(near[n], case["w0"].shape[1]) for n in VECTORS}
        return mix(rng, case, near, 0.4)

    def margin(self, case: Case, xp: Any) -> Any:
        points, c, margins = self.points(case, xp), self.gain(case, xp), []
        for p, n in itertools.pairwise(points):
            move, jump = n.w - p.w, p.u - n.u
            crossed = xp.where((p.u == 0) != (n.u == 0), jump, xp.zeros_like(jump))
            margins.append(p.energy - n.energy - c * square(move, xp) + case["beta"] * xp.dot(move, crossed))
        return least(*margins, xp=xp)

    def proof(self) -> list[Lemma]:
        return [listing_lemma("l0: strong convexity off the coordinates that cross", by_jumps)]


@claim(
    "RVSM.A1.l0.cycle",
    place="Algorithm 1",
    expected="refuted",
    why="k = 2, beta = .25, lambda = .025, w* = (.6, .8), w0 = (.4, .4), eta = 1: period 2, L .05849 and .06359",
    kind="run",
    form="own",
    erratum="false",
    falls="for l0 in the listing's order: convergence, u = S(w) at the limit and stationarity, for eta near 1/(beta + 2a/k^2) "
    "only: with L >= 2 no cycle was seen. Not in the order of the proofs",
)
class CycleL0(Listing):
    r"""With $l_0$ in the order of the listing under Theorem 1's conditions no run ends in a cycle: where $w^{t+2} = w^t$ (to
    $10^{-9}$ at $t = 118$), $w^{t+1} = w^t$ (to $10^{-3}$)."""

    step, angle, two, relaxed, threshold = STEP, INITIAL_ANGLE, K_TWO, BETA_SMALL, LAM_SMALL
    penalty = L0

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = crossings(rng, size)
        known = {"w_star": np.tile([0.6, 0.8], (size, 1)), "w0": np.tile([0.4, 0.4], (size, 1)), "lam": np.full(size, 0.025)}
        return mix(rng, case, case | known | {"eta": np.ones(size)}, 0.02)

    def margin(self, case: Case, xp: Any) -> Any:
        *_, back, middle, last = (w for w, _ in self.path(case, xp, 120))
        repeats = xp.norm(last - back, axis=-1) <= xp.constant("1e-9")
        apart = xp.norm(last - middle, axis=-1)
        return xp.constant("0.001") - xp.where(repeats, apart, xp.zeros_like(apart))

    def bound(self, case: Case, xp: Any) -> Any:
        return xp.full_like(case["beta"], 1)

    def path(self, case: Case, xp: Any, steps: int) -> Any:
        from verify.claims.rvsm.setting import iterates

        return iterates(case, xp, steps, RVSMListing(), self.penalty)

    def trace(self, case: Case, xp: Any) -> list[tuple[str, Any]]:
        points = self.points(case, xp, 120)
        return [(f"{n}^{t}", v) for t in (117, 118, 119, 120) for n, v in zip("wuL", points[t], strict=True)]

    def picture(self, case: Case) -> Any:
        from verify.arrays import NUMPY

        pairs = list(self.path(case, NUMPY, 60))
        paths = {name: np.array([p[i][0] for p in pairs]) for i, name in enumerate(("w^t", "u^t"))}
        return plane(paths, case["w_star"][0], "l0 in the listing's order: a cycle of period 2")
