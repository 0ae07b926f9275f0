"""The Lagrangian along whole runs in the order of the proofs (RVSM, Theorem 1), and Lemma 6 as it is printed."""

from __future__ import annotations

from typing import Any

from verify.arrays import NUMPY
from verify.claims.rvsm.draws import STEP, STEP_TWICE, draw, in_domain, mix
from verify.claims.rvsm.energy import regulariser, run, scale, smallest_drop
from verify.claims.rvsm.setting import BETA_SMALL, INITIAL_ANGLE, K_TWO, LAM_SMALL, VECTORS, curvature, iterates, problem
from verify.evidence import Case, claim
from verify.evidence.draw import integers, log_uniform, uniform
from verify.evidence.margins import column
from verify.methods.rvsm import lagrangian


class Runs:
    vectors = VECTORS
    limit = 1.0

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        return draw(rng, size, without, limit=self.limit)

    def domain(self, case: Case, xp: Any) -> Any:
        return in_domain(case, xp)

    def bound(self, case: Case, xp: Any) -> Any:
        return scale(case, next(run(case, xp, 0)).energy, xp)


@claim(
    "RVSM.L6.literal",
    place="Lemma 6",
    expected="refuted",
    why="with u = 0 the swapped arguments ask for f(0) + lambda|w| to fall below L_beta(w, 0), which is smaller",
    kind="run",
    form="printed",
    erratum="misprint",
    fix="RVSM.L6",
    falls="nothing: the proof has the arguments in the right order",
)
class Lemma6Literal(Runs):
    r"""As printed, with its arguments swapped: $L_\beta(u^{t+1}, w^{t+1}) \le L_\beta(w^t, u^t)$."""

    step, angle, two, relaxed, threshold = STEP, INITIAL_ANGLE, K_TWO, BETA_SMALL, LAM_SMALL

    def margin(self, case: Case, xp: Any) -> Any:
        loss, rule, beta = problem(case, xp), regulariser(case), column(case["beta"])
        (w0, u0), (w1, u1) = iterates(case, xp, 1)
        return lagrangian(loss, rule, beta, w0, u0, xp) - lagrangian(loss, rule, beta, u1, w1, xp)


@claim(
    "RVSM.T1.mono",
    place="Theorem 1",
    expected="unrefuted",
    why="fails for eta = 3/(beta + L), or when u is updated by lambda for lambda/beta",
    kind="run",
)
class Monotone(Runs):
    r"""Under Theorem 1's conditions $L_\beta(w^t, u^t)$ never increases, in the order of the proofs."""

    step, angle, two, relaxed, threshold = STEP, INITIAL_ANGLE, K_TWO, BETA_SMALL, LAM_SMALL

    def margin(self, case: Case, xp: Any) -> Any:
        return smallest_drop(run(case, xp, 10), xp)


@claim(
    "RVSM.T1.mono.sharp",
    place="Theorem 1",
    expected="unrefuted",
    why="fails beyond 2/(beta + L') (RVSM.L6.beyond)",
    kind="run",
)
class MonotoneSharp(Runs):
    r"""$L_\beta(w^t, u^t)$ never increases for $\eta \le 2/(\beta + L')$ alone: no condition on the angle, $\beta$,
    $\lambda$ or $k \ge 1$, as long as $w^t \ne 0$ (which $k \ge 2$ or an angle below $\pi$ ensures)."""

    step = STEP_TWICE
    limit = 2.0

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = Runs.cases(self, rng, size, without)
        wild = case | {"beta": case["beta"] * log_uniform(rng, 1.0, 1e3, size), "w0": -case["w_star"] + case["w0"] / 10}
        wild["lam"] = wild["beta"] * uniform(rng, 0.0, 2.0, size)
        wild["k"] = integers(rng, 1, 30, size)
        scale = 2 * (1 - 1e-12) / (wild["beta"] + curvature(wild["k"], NUMPY))
        return mix(rng, case, wild | {"eta": scale * log_uniform(rng, 0.1, 1.0, size)}, 0.5)

    def margin(self, case: Case, xp: Any) -> Any:
        return smallest_drop(run(case, xp, 10), xp)
