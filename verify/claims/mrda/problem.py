"""What is minimised: Eq. 5 for beta_t = 0, Eq. 18 against Eq. 4, and Algorithm 2's h against Eq. 29."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.mrda.closed_forms import dual_objective, parts_lemma
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import log_uniform, mostly
from verify.evidence.margins import soft
from verify.methods.mrda import MRDA
from verify.methods.sda import Dual, Weight
from verify.penalties.l1 import L1


@claim(
    "MRDA.E5",
    place="below Eq. 5; the input of Algorithms 1 and 2",
    expected="refuted",
    why="beta_1 = 0, g_1 = 1: (5) is min w, a straight line without a minimiser",
    erratum="gap",
    fix="MRDA.E6.fix",
    falls="nothing: beta_t > 0 is needed, which every schedule of the paper has and (33) asks for where sigma = 0",
)
class StronglyConvex:
    r"""For a nonnegative $\beta_t$ problem (5) is strongly convex, so it has a unique solution: its objective at the middle of
    any two points is below the mean of their values. Here $d = 1$, $h = \frac12 w^2$, $\bar g_t \ne 0$ is mean."""

    def cases(self, rng: Any, size: int) -> Case:
        case = {n: np.round(rng.normal(size=size) * 3) + 0.0 for n in ("mean", "w")}
        case |= {"beta": mostly(rng, np.round(log_uniform(rng, 0.1, 10.0, size), 1), 0.0), "t": rng.integers(1, 10, size)}
        return case | {"v": case["w"] + rng.integers(1, 4, size)}

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(case["v"] > case["w"], case["t"] >= 1)
        return xp.both(fine, xp.both(case["beta"] >= 0, xp.abs(case["mean"]) > 0))

    def margin(self, case: Case, xp: Any) -> Any:
        w, v = case["w"], case["v"]
        values = [dual_objective(case | {"w0": 0 * w}, case["mean"], x, 0, xp) for x in (w, (w + v) / 2, v)]
        below = values[0] + values[2] - 2 * values[1]
        return xp.where(below > 0, below, below - 1)


class Parabolas:
    """f_t(w) = (w - c_t)^2/2 in d = 1; the last axis of c is t."""

    vectors = ("c",)

    def cases(self, rng: Any, size: int) -> Case:
        c = np.round(rng.normal(size=(size, 3)) * 3)
        c = np.where(rng.random((size, 1)) < 0.3, np.abs(c[:, :1]) + 1, c)
        return {"c": c, "lam": mostly(rng, np.round(log_uniform(rng, 0.1, 10.0, size), 1), 1.0, 0.3)}

    def domain(self, case: Case, xp: Any) -> Any:
        return case["lam"] >= 0

    def mean_and_count(self, case: Case, xp: Any) -> tuple[Any, int]:
        count = case["c"].shape[-1]
        return xp.sum(case["c"], axis=-1) / count, count


@claim(
    "MRDA.E18",
    place="Eq. 18",
    expected="refuted",
    why="T = 2, f_1 = f_2 = (w - 1)^2/2, lambda = 1: (4) is minimised by 0, (18) by 1/2",
    erratum="misprint",
    fix="MRDA.E18.fix",
    falls="nothing: (19) to (22) weigh lambda against one loss, as (4) does",
)
class MissingMean(Parabolas):
    r"""With $\Psi = \lambda |w|_1$ problem (4) is $\min_w \sum_{t \le T} f_t(w) + \lambda |w|_1$: the same minimiser."""

    def margin(self, case: Case, xp: Any) -> Any:
        mean, count = self.mean_and_count(case, xp)
        return -xp.abs(soft(mean, case["lam"], xp) - soft(mean, case["lam"] / count, xp))


@claim(
    "MRDA.E18.fix",
    place="Eq. 18",
    expected="proved",
    why="the printed lambda in place of T lambda fails from T = 2 on",
)
class Mean(Parabolas):
    r"""(18) becomes (4) with $T \lambda$ for $\lambda$: for $f_t = \frac12 (w - c_t)^2$ the sum $\sum_t f_t + T \lambda |w|$ is
    minimised by $S(\bar c, \lambda)$, the minimiser of (4)."""

    def cases(self, rng: Any, size: int) -> Case:
        return Parabolas.cases(self, rng, size) | {"w": np.round(rng.normal(size=size) * 3, 1)}

    def margin(self, case: Case, xp: Any) -> Any:
        mean, count = self.mean_and_count(case, xp)
        z = soft(mean, case["lam"], xp)

        def objective(w: Any) -> Any:
            return xp.sum((w[..., None] - case["c"]) * (w[..., None] - case["c"]), axis=-1) / 2 + count * case["lam"] * xp.abs(
                w
            )

        return objective(case["w"]) - objective(z)

    def bound(self, case: Case, xp: Any) -> Any:
        return 1 + case["w"] * case["w"] + xp.sum(case["c"] * case["c"], axis=-1) + case["lam"] * case["lam"]

    def proof(self) -> list[Lemma]:
        def build(p: Any) -> Any:
            count, mean, squares, w, lam = p.positive("T"), p.real("mean"), p.real("sum c^2"), p.real("w"), p.nonnegative("lam")
            z = L1._unchecked(lam=lam)._prox(mean, 1, p.xp)

            def objective(x: Any) -> Any:
                return (count * x * x - 2 * count * mean * x + squares) / 2 + count * lam * p.xp.abs(x)

            return objective(w) >= objective(z)

        return [Lemma("S(mean, lam) minimises the sum with T lam", build)]


class Halves:
    """One step of MRDA in d = 1 from the mean gradient g."""

    def cases(self, rng: Any, size: int) -> Case:
        case = {"g": np.round(rng.normal(size=size) * 3, 1), "t": rng.integers(1, 10, size), "w": rng.normal(size=size)}
        return case | {
            "beta": log_uniform(rng, 0.1, 10.0, size),
            "lam": mostly(rng, log_uniform(rng, 0.1, 3.0, size), 1.0, 0.3),
        }

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["beta"] > 0, xp.both(case["lam"] >= 0, case["t"] >= 1))

    def steps(self, case: Case, xp: Any) -> tuple[Any, Any]:
        """(29), and the minimiser of (10) with h = |w|^2."""
        g, t, beta, lam = case["g"], case["t"], case["beta"], case["lam"]
        state = Dual(t - 1, g, 0 * g)
        _, w = MRDA().step(state, g, g, Weight(beta), L1._unchecked(lam=lam), xp)
        return w, soft(-t / (2 * beta) * g, t / (2 * beta) * lam, xp)


@claim(
    "MRDA.A2.h",
    place="Algorithm 2, input, as extracted",
    expected="refuted",
    why="t = beta = lambda = 1, g = -3: (29) gives 2, (10) with h = |w|^2 gives 1",
    erratum="misprint",
    fix="MRDA.A2.h.fix",
    falls="nothing, should the half not be in the PDF: D^2 = |w*|^2, not half of it, only makes bounds looser, and (31) holds",
)
class WholeSquare(Halves):
    r"""(29) is (10) with the listing's $h(w) = |w|^2$, without a half."""

    def margin(self, case: Case, xp: Any) -> Any:
        first, second = self.steps(case, xp)
        return -xp.abs(first - second)


@claim(
    "MRDA.A2.h.fix",
    place="Algorithm 2, input, and Eq. 29",
    expected="proved",
    why="a third for a half fails",
)
class HalfSquare(Halves):
    r"""(29) is (10) with $h(w) = \frac12 |w|^2$; with $h = |w|^2$ every step is half as long."""

    def margin(self, case: Case, xp: Any) -> Any:
        first, second = self.steps(case, xp)
        return -xp.abs(first - 2 * second)

    def bound(self, case: Case, xp: Any) -> Any:
        return case["t"] / case["beta"] * (xp.abs(case["g"]) + case["lam"])

    def proof(self) -> list[Lemma]:
        def objective(g: Any, lam: Any, T: Any, x: Any, h: Any, xp: Any) -> Any:
            """(10) times T = t/beta."""
            return T * (g * x + lam * xp.abs(x)) + h

        def minimiser(halves: int) -> Any:
            def build(p: Any) -> Any:
                """h = |w|^2/2 with the step T, h = |w|^2 with the step T/2."""
                g, w, lam, T = p.real("g"), p.real("w"), p.nonnegative("lam"), p.positive("T")
                z = soft(-T / halves * g, T / halves * lam, p.xp)
                least = objective(g, lam, T, z, halves * z * z / 2, p.xp)
                return objective(g, lam, T, w, halves * w * w / 2, p.xp) >= least

            return build

        def half(p: Any) -> Any:
            g, lam, T = p.real("g"), p.nonnegative("lam"), p.positive("T")
            return soft(-T * g, T * lam, p.xp) == 2 * soft(-T / 2 * g, T / 2 * lam, p.xp)

        return [
            Lemma("S(-T g, T lam) minimises (10) with h = |w|^2/2", minimiser(1)),
            Lemma("S(-T g/2, T lam/2) minimises (10) with h = |w|^2", minimiser(2)),
            Lemma("which is half of it", half),
            Lemma("the step with T = t/beta is S(-T g, T lam)", parts_lemma),
        ]
