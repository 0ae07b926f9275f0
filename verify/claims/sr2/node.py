"""One iteration at t(eps): what each sample does, and the quantities of Theorem 4."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from verify.arrays import NUMPY
from verify.claims.sr2.lemma2 import largest
from verify.claims.sr2.problems import HILL, NONE, Mixed, Samples, draw_problem
from verify.claims.sr2.runs import Step, draw_rules, fine, iterate
from verify.claims.sr2.watch import success
from verify.evidence import Case, Hypothesis
from verify.evidence.draw import log_uniform, uniform


def distance(case: Case, y: Any, xp: Any) -> Any:
    """dist(0, subdifferential of F at y)."""
    return Mixed(case, xp).gap(y, Samples(case).gradient(y, -1, xp), xp)


def noise(case: Case, step: Step, xp: Any) -> Any:
    """|grad f(x) - g|."""
    return xp.norm(Samples(case).gradient(step.x, -1, xp) - step.g, axis=-1)


def constant(case: Case, top: Any, xp: Any) -> Any:
    """C = 3 (L^2 + top^2)."""
    smooth = Samples(case).smoothness(xp)
    return 3 * (smooth * smooth + top * top)


def trials(case: Case, xp: Any) -> list[Step]:
    """What each sample does in the iteration from x with sigma0."""
    picks = range(case["a"].shape[-2])
    return [iterate(case, xp, case["x"], case["sigma0"], i)[2] for i in picks]


class Means(NamedTuple):
    """How many samples succeed; their sums of |s|^2, of the squared noise and of the squared distance."""

    number: Any
    moved: Any
    noise: Any
    far: Any


def means(case: Case, xp: Any) -> Means:
    """Of the last case the answer is remembered: hypotheses, margin and bound all ask for it."""
    if LAST and LAST[0][0] is case and LAST[0][1] is xp:
        return LAST[0][2]
    number, sums = 0, [0 * case["sigma0"]] * 3
    for step in trials(case, xp):
        ok = success(step, xp)
        number = number + xp.where(ok, 1, 0)
        far, rest = distance(case, step.y, xp), noise(case, step, xp)
        values = (step.moved, rest * rest, far * far)
        sums = [total + xp.where(ok, v, 0 * total) for total, v in zip(sums, values, strict=True)]
    LAST[:] = [(case, xp, Means(number, *sums))]
    return LAST[0][2]


LAST: list[tuple[Case, Any, Means]] = []


class Node:
    """One iteration at t(eps), what each of two samples does, and ``top``, a bound on sigma."""

    vectors = ("x", "a", "c", "b")
    samples, d = 2, 2
    kinds: tuple[int, ...] = tuple(range(6))

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        problem = draw_problem(rng, size, d=self.d, kinds=self.kinds, samples=self.samples, noise=0.8)
        problem["b"] = problem["b"] * self.noise(rng, size, without)
        plain = (rng.random(size) < 0.3)[:, None, None]
        problem["a"] = np.where(plain, rng.choice([1.0, -1.0], (size, 1, 1)), problem["a"])
        problem["c"] = np.where(plain, 0.0, problem["c"])
        problem["x"] = np.where(plain[:, 0], 1.0, problem["x"])
        problem["kind"] = np.where(plain[:, 0, 0], NONE, problem["kind"])
        case = draw_rules(rng, size, problem, 1)
        case["sigma0"] = case["sigma0"] * rng.choice([1.0, 10.0], size) + np.where(case["kind"] == HILL, 2 * case["lam"], 0)
        case["top"] = case["sigma0"] * (
            log_uniform(rng, 1e-3, 0.9, size) if without == "below" else rng.choice([1.0, 1.0, 2.0], size)
        )
        with np.errstate(all="ignore"):
            number, total, *_ = means(case, NUMPY)
            mean = np.sqrt(np.nan_to_num(total / number))
        short = rng.choice([10.0, 1e4], size)
        exact = rng.random(size) < (0.5 if self.samples > 1 else 0.0)
        eps = np.where(exact, mean * (1 + 1e-12), np.ceil(mean * short) / short)
        return case | {"eps": mean * uniform(rng, 0.1, 0.9, size) if without == "small" else eps}

    def noise(self, rng: Any, size: int, without: str | None) -> Any:
        """The factor of the noise."""
        return np.ones((size, 1, 1))

    def domain(self, case: Case, xp: Any) -> Any:
        eps = xp.both(case["eps"] > 0, case["eps"] < 1)
        return xp.both(xp.both(fine(case, xp), eps), xp.both(means(case, xp)[0] > 0, case["top"] > 0))

    def bound(self, case: Case, xp: Any) -> Any:
        number, _, rest, _ = means(case, xp)
        return constant(case, case["top"], xp) * case["eps"] * case["eps"] * number + 3 * rest


SMALL = Hypothesis(
    r"$t = t(\epsilon)$: $\hat{\mathbb{E}}|s|^2 \le \epsilon^2$",
    lambda c, xp: c["eps"] * c["eps"] * means(c, xp).number - means(c, xp).moved,
)
BELOW = Hypothesis(r"$\sigma_t \le \sigma_{max}$", lambda c, xp: c["top"] - c["sigma0"])


class FirstIteration(Node):
    """One sample, R = 0, and t(eps) = 1, so that sigma_t is sigma0."""

    samples, d = 1, 1
    kinds = (NONE,)

    def printed_top(self, case: Case, xp: Any) -> Any:
        return xp.minimum(case["sigma0"], largest(case, xp))

    def domain(self, case: Case, xp: Any) -> Any:
        here = case["eps"] * case["eps"] >= means(case, xp)[1]
        return xp.both(xp.both(Node.domain(self, case, xp), here), Samples(case).smoothness(xp) > 0)
