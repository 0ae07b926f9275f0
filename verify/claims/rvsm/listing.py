"""l1 and the Lagrangian in the order of the listing (RVSM, Algorithm 1): w^{t+1} still uses u^t, and u^{t+1} = S(w^t)."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from verify.claims.rvsm.draws import STEP, draw, in_domain, listing_limit, mix, short_runs
from verify.claims.rvsm.energy import Point, run, scale, smallest_drop
from verify.claims.rvsm.setting import BETA_SMALL, INITIAL_ANGLE, K_TWO, LAM_SMALL, VECTORS, curvature, penalised
from verify.evidence import Case, Lemma, claim
from verify.evidence.margins import least, square
from verify.methods.rvsm import RVSMListing
from verify.penalties.l1 import L1


class Listing:
    """Runs in the listing's order; ``penalty`` and ``parameters`` say with which u-update."""

    vectors = VECTORS
    penalty: type = L1
    parameters: tuple[str, ...] = ()
    steps = 12

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        return draw(rng, size, without)

    def domain(self, case: Case, xp: Any) -> Any:
        return in_domain(case, xp)

    def points(self, case: Case, xp: Any, steps: int | None = None) -> list[Point]:
        fixed = {n: case[n] for n in self.parameters}
        return list(run(case, xp, self.steps if steps is None else steps, RVSMListing(), self.penalty, **fixed))

    def bound(self, case: Case, xp: Any) -> Any:
        return scale(case, self.points(case, xp, 0)[0].energy, xp)

    def gain(self, case: Case, xp: Any) -> Any:
        """1/eta - L'/2 - beta."""
        return 1 / case["eta"] - curvature(case["k"], xp) / 2 - case["beta"]

    def margin(self, case: Case, xp: Any) -> Any:
        return smallest_drop(iter(self.points(case, xp)), xp)

    def trace(self, case: Case, xp: Any) -> list[tuple[str, Any]]:
        rows: list[tuple[str, Any]] = []
        for t, p in enumerate(self.points(case, xp, 3)):
            rows += [(f"w^{t}", p.w), (f"u^{t}", p.u), (f"L_beta(w^{t}, u^{t})", p.energy)]
        return rows


def listing_lemma(name: str, gap: Any) -> Lemma:
    """L_{t+1} - L_t in D = w+ - w, E = u - u+ with p = |D|^2, e = |E|^2, c = <D, E>, g = <w - u, E>, q = <w - u, D>, n = |w
    - u|^2."""

    def build(p: Any) -> Any:
        eta, beta, curve, d2, e2, c, g, q, n, f0, f1, r0, r1 = p.reals("eta beta L p e c g q n f0 f1 r0 r1")
        p.assume(eta > 0, beta > 0, curve > 0, d2 >= 0, e2 >= 0)
        p.assume(f1 <= f0 - d2 / eta - beta * q + curve / 2 * d2)
        change = f1 + r1 + beta / 2 * (n + e2 + d2 + 2 * g + 2 * q + 2 * c) - f0 - r0 - beta / 2 * n
        fall_of_u = r0 + beta / 2 * n - (r1 + beta / 2 * (n + 2 * g + e2))
        return gap(p, eta, beta, curve, d2, e2, c, change, fall_of_u)

    return Lemma(name, build)


def _convex(p: Any, eta: Any, beta: Any, curve: Any, d2: Any, e2: Any, c: Any, change: Any, fall_of_u: Any) -> Any:
    p.assume(fall_of_u >= beta / 2 * e2, 2 * c <= d2 + e2)
    return change <= -(1 / eta - curve / 2 - beta) * d2


def _any(p: Any, eta: Any, beta: Any, curve: Any, d2: Any, e2: Any, c: Any, change: Any, fall_of_u: Any) -> Any:
    p.assume(fall_of_u >= 0)
    return change <= -(1 / eta - (curve + beta) / 2) * d2 + beta * c


def by_jumps(p: Any, eta: Any, beta: Any, curve: Any, d2: Any, e2: Any, c: Any, change: Any, fall_of_u: Any) -> Any:
    inside, jump, kept = p.reals("cK cJ eK")
    p.assume(fall_of_u >= beta / 2 * kept, c == inside + jump, 2 * inside <= d2 + kept)
    return change <= -(1 / eta - curve / 2 - beta) * d2 + beta * jump


@claim(
    "RVSM.A1.l1",
    place="Algorithm 1",
    expected="unrefuted",
    why="the convexity of |u| pays for the stale u; fails for l0 and for the proof's step 2/(beta + L) (RVSM.A1.l1.step)",
    kind="run",
)
class ListingL1(Listing):
    r"""With $l_1$, $L_\beta(w^{t+1}, u^{t+1}) \le L_\beta(w^t, u^t)$ in the order of the listing, for
    $\eta \le 1/(\beta + L)$."""

    step, angle, two, relaxed, threshold = STEP, INITIAL_ANGLE, K_TWO, BETA_SMALL, LAM_SMALL


@claim(
    "RVSM.A1.l1.sharp",
    place="Algorithm 1",
    expected="unrefuted",
    why="fails with (L' + beta)/2 for L'/2 + beta, which is what the order of the proofs has",
    kind="run",
)
class ListingL1Sharp(Listing):
    r"""With $l_1$ in the order of the listing, $L_t - L_{t+1} \ge (1/\eta - L'/2 - \beta)|w^{t+1} - w^t|^2$, so the
    Lagrangian falls for $\eta \le 2/(2\beta + L')$, $L' = 2a/k^2$; above the threshold in $d = 1$ runs diverge beyond."""

    complete_proof = False  # f's descent inequality is proved on paper

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        return draw(rng, size, without, limit=listing_limit)

    def margin(self, case: Case, xp: Any) -> Any:
        points, c = self.points(case, xp), self.gain(case, xp)
        pairs = itertools.pairwise(points)
        return least(*[p.energy - n.energy - c * square(n.w - p.w, xp) for p, n in pairs], xp=xp)

    def proof(self) -> list[Lemma]:
        return [
            listing_lemma("convex penalties", _convex),
            listing_lemma("any penalty: the change is at most beta <D, E>", _any),
        ]


@claim(
    "RVSM.A1.l1.step",
    place="Sect. 5.3 with Algorithm 1",
    expected="refuted",
    why="d = 1 above the threshold: e+ = (1 - s - m) e + m e_-, s = eta L', m = eta beta, has the root -1 at s + 2m = 2",
    kind="run",
    form="own",
    erratum="false",
    fix="RVSM.A1.l1.sharp",
    falls="nothing printed: the step 2/(beta + L) of Lemma 6's proof belongs to the order of the proofs only",
)
class ListingL1Step(Listing):
    r"""The step $\eta \le 2/(\beta + L)$ of Lemma 6's proof serves in the order of the listing too, with $l_1$."""

    two, relaxed, threshold, angle = K_TWO, BETA_SMALL, LAM_SMALL, INITIAL_ANGLE

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = short_runs(rng, size, 2)
        line = case | {
            "w_star": np.tile([1.0, 0.0], (size, 1)),
            "w0": np.tile([1.5, 0.0], (size, 1)),
            "lam": case["beta"] * 0.1,
        }
        case = mix(rng, case, line, 0.5)
        return case | {"eta": rng.choice([1.0, 1.8, 2.0, 2.1], size)}

    def domain(self, case: Case, xp: Any) -> Any:
        room = 2 - case["eta"] * (case["beta"] + curvature(case["k"], xp))
        return xp.both(xp.both(in_domain(case, xp), penalised(case, xp)), room >= 0)
