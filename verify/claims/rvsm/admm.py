"""RVSM beside ADMM from the same start, with the same lambda and beta (RVSM, Sect. 3.3): which u is sparser at the limit?"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from verify.arrays import NUMPY
from verify.claims.rvsm.draws import STEP, in_domain, short_runs
from verify.claims.rvsm.energy import prox, regulariser, slope
from verify.claims.rvsm.paths import plane
from verify.claims.rvsm.setting import BETA_SMALL, INITIAL_ANGLE, K_TWO, LAM_SMALL, VECTORS, dimension, iterates, problem
from verify.evidence import Case, Fact, claim
from verify.evidence.margins import column
from verify.losses.no_overlap_prox import nearest
from verify.methods.admm import ADMM, ADMMGradient


class Ends(NamedTuple):
    """Where both methods end: RVSM's w and u, ADMM's w and u, and whether both have arrived there."""

    w: Any
    u: Any
    w_admm: Any
    u_admm: Any
    arrived: Any


def admm(case: Case, xp: Any, exact: bool) -> Any:
    """The rule of Eq. (10), or the one that practice uses."""
    if not exact:
        return ADMMGradient()
    loss = problem(case, xp)
    return ADMM(lambda v, beta, xp: nearest(loss, v, beta, xp))


class Comparison:
    """The limits of both methods. Cases in which one of them has not arrived (its gradient, or for ADMM its last move or the
    gap between w and u, is above ``tolerance`` lambda), or a coordinate is within ten times that, relative to lambda, of its
    threshold, say nothing: they have margin 1."""

    vectors = VECTORS
    steps = 30
    exact = True
    tolerance = "1e-3"

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(in_domain(case, xp), case["lam"] > 0)

    def ends(self, case: Case, xp: Any, exact: bool | None = None) -> Ends:
        exact = self.exact if exact is None else exact
        *_, (w, _) = iterates(case, xp, self.steps)
        *_, (before, _), (w_admm, u_admm) = iterates(case, xp, self.steps, admm(case, xp, exact))
        u, lam = prox(case, w, xp), case["lam"]
        tolerance = xp.constant(self.tolerance)
        force = problem(case, xp).gradient(w_admm, xp)
        left = xp.norm(regulariser(case)._subgradient_gap(u_admm, force, xp), axis=-1)
        apart = xp.norm(w_admm - u_admm, axis=-1) + xp.norm(w_admm - before, axis=-1)
        still = xp.both(xp.norm(slope(case, w, u, xp), axis=-1) <= tolerance * lam, left <= tolerance * lam)
        still = xp.both(still, apart <= tolerance * lam)
        near = 10 * tolerance * column(lam)
        off = xp.abs(column(case["beta"]) * xp.abs(w) - column(lam))
        tie = xp.either(off <= near, xp.both(u_admm == 0, xp.abs(force) >= column(lam) - near))
        live = xp.either(case["w_star"] != 0, case["w0"] != 0)
        clear = xp.negate(xp.any(xp.both(tie, live), axis=-1))
        return Ends(w, u, w_admm, u_admm, xp.both(still, clear))

    def counted(self, case: Case, ends: Ends, value: Any, xp: Any) -> Any:
        return xp.where(ends.arrived, value, xp.full_like(case["beta"], 1))

    def trace(self, case: Case, xp: Any) -> list[tuple[str, Any]]:
        ends = self.ends(case, xp)
        return [("w of RVSM", ends.w), ("u of RVSM", ends.u), ("w of ADMM", ends.w_admm), ("u of ADMM", ends.u_admm)]

    def picture(self, case: Case) -> Any:
        runs = {"RVSM, w": None, "ADMM, w": admm(case, NUMPY, self.exact)}
        paths = {n: np.array([w[0] for w, _ in iterates(case, NUMPY, self.steps, m)]) for n, m in runs.items()}
        ends = self.ends(case, NUMPY)
        paths |= {"RVSM, u at the end": ends.u, "ADMM, u at the end": ends.u_admm}
        return plane(paths, case["w_star"][0], "RVSM and ADMM from the same start")


def nonzeros(u: Any, xp: Any) -> Any:
    return xp.sum(xp.where(u != 0, 1, 0), axis=-1)


@claim(
    "RVSM.S33.admm",
    place="Sect. 3.3",
    expected="refuted",
    why="both may prune the same: where w*_i = 0 in d = 2 both end with one nonzero, and d = 1 with one each, always",
    kind="run",
    form="own",
    fix="RVSM.S33.admm.fix",
    falls="only 'always' and 'more': the paper says that the multiplier tends to reduce the sparsity, and under Theorem 1's "
    "conditions ADMM's u is never sparser (RVSM.S33.admm.fix)",
)
class LessSparse(Comparison):
    r"""With the same $\lambda$, $\beta$ and $w^0$, and where RVSM prunes anything, the limit of ADMM's $u$ (Eq. 10, exact
    argmin, $u^0 = S(w^0)$, $z^0 = 0$) is less sparse than that of RVSM's: it has more nonzeros. (Below Eq. 10 the $w$-update is
    printed with $w^{t+1}$ inside its own argmin, and Eq. 2 without its $\lambda$: misprints.)"""

    step, angle, two, relaxed, threshold = STEP, INITIAL_ANGLE, K_TWO, BETA_SMALL, LAM_SMALL

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = short_runs(rng, size, 2, ratios=(0.05, 0.6))
        return case | {"beta": case["beta"] * 0.8, "lam": case["lam"] * 0.8}

    def margin(self, case: Case, xp: Any) -> Any:
        ends = self.ends(case, xp)
        pruned = xp.where(nonzeros(ends.u, xp) < dimension(case, xp), 0, 1)
        return self.counted(case, ends, nonzeros(ends.u_admm, xp) - nonzeros(ends.u, xp) - 1 + 9 * pruned, xp)


@claim(
    "RVSM.S33.admm.weak",
    place="Sect. 3.3",
    expected="refuted",
    why="beta beyond Theorem 1's range (k = 10, beta = .1): from w0 = (0, -.1) ADMM ends in another basin, with 1 nonzero to 2",
    kind="text",
    form="own",
    fix="RVSM.S33.admm.fix",
    falls="the weak reading without beta small, and the gradient step; the exact argmin ends in RVSM's basin",
)
class NeverSparser:
    r"""The weak reading, for every $\beta$: the limit of ADMM's $u$, with the gradient step in $w$ that practice uses, never
    has fewer nonzeros than that of RVSM's. Example: $k = 10$, $w^* = (-0.6, 0.8)$, $w^0 = (0, -0.1)$, $\beta = 0.1$,
    $\lambda = 0.02$, $\eta = 1$."""

    numbers = {"w_star": [-0.6, 0.8], "w0": [0.0, -0.1], "beta": 0.1, "lam": 0.02, "eta": 1.0}  # noqa: RUF012

    def facts(self) -> list[Fact]:
        case = {n: np.array([v]) for n, v in self.numbers.items()} | {"k": np.array([10])}
        *_, (w, _) = iterates(case, NUMPY, 500)
        *_, (before, _), (w_admm, u_admm) = iterates(case, NUMPY, 1000, ADMMGradient())
        *_, (w_exact, u_exact) = iterates(case, NUMPY, 300, admm(case, NUMPY, exact=True))
        u = prox(case, w, NUMPY)
        left = float(np.linalg.norm(slope(case, w, u, NUMPY)))
        moved = float(np.linalg.norm(w_admm - before) + np.linalg.norm(w_admm - u_admm))
        pull = float(np.abs(problem(case, NUMPY).gradient(w_admm, NUMPY))[0, 0])
        counts = [int(np.count_nonzero(x)) for x in (u, u_admm, u_exact)]
        shown = f"u = ({u[0, 0]:.6f}, {u[0, 1]:.6f}) and u = ({u_admm[0, 0]:.6f}, {u_admm[0, 1]:.6f})"
        return [
            Fact("RVSM has arrived after 500 steps", left <= 1e-12, f"gradient {left:.1e}"),
            Fact("ADMM has arrived after 1000 steps", moved <= 1e-6, f"last move and gap {moved:.1e}"),
            Fact("its zero is no tie", pull < 0.9 * 0.02, f"|grad_1 f| = {pull:.1e} against lambda = 0.02"),
            Fact(
                "with the exact argmin ADMM ends beside RVSM",
                counts[2] == 2 and bool(w_exact[0, 1] > 0),
                f"{counts[2]} nonzeros",
            ),
            Fact("ADMM's u has at least as many nonzeros as RVSM's", counts[1] >= counts[0], shown),
        ]
