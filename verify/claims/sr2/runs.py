"""Runs of SR2 on the problems of these claims: parameters, draws, and the steps one by one.

``eta1 eta2 gamma1 gamma2 gamma3 sigma_min sigma0`` are the Algorithm's; ``place`` (..., T) in [0, 1] is where in its interval
sigma+ is taken, and ``xi`` (..., T) the sample drawn, -1 for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from verify.claims.sr2.problems import Mixed, Samples, fine_problem, rounding
from verify.evidence import Case
from verify.evidence.draw import log_uniform
from verify.methods.sr2 import SR2, Adaptive, Decision, Regularisation, Sums

THEORY = SR2()  # sampled gradient, full objective; exact where the sample is -1
NAMES = ("eta1", "eta2", "gamma1", "gamma2", "gamma3", "sigma_min", "sigma0")


class Step(NamedTuple):
    """One iteration: x, sigma before it, g, the trial y, the sums, and what was decided."""

    x: Any
    sigma: Any
    g: Any
    y: Any
    sums: Sums
    made: Decision

    @property
    def actual(self) -> Any:
        return self.sums.penalty + self.sums.loss

    @property
    def predicted(self) -> Any:
        return self.sums.penalty - self.sums.slope

    @property
    def error(self) -> Any:
        """f(x + s) - f(x) - <g, s>, of the f that rho is computed from."""
        return -self.sums.loss - self.sums.slope

    @property
    def moved(self) -> Any:
        """|s|^2, 0 where the step is zero or there is none."""
        return self.sums.square


def hyper(case: Case, xp: Any, place: Any = 0, **more: Any) -> Adaptive:
    places = {"fall": place, "hold": place, "rise": place}
    return Adaptive(*(case[n] for n in NAMES), **(places | {"rounding": rounding(xp)} | more))


def iterate(
    case: Case, xp: Any, x: Any, sigma: Any, pick: Any, place: Any = 0, method: SR2 = THEORY, **more: Any
) -> tuple[Any, Any, Step]:
    """(x+, sigma+, step) of one iteration with the sample ``pick``. ``more`` replaces fields of the hyper-parameters."""
    loss, penalty, rules = Samples(case), Mixed(case, xp), hyper(case, xp, place, **more)
    g = loss.gradient(x, pick if method.gradient == "sampled" else -1, xp)
    state = Regularisation(sigma)
    y, sums = method.propose(state, x, g, rules, penalty, xp)
    sums = sums._replace(loss=loss.drop(x, y, pick if method.objective == "sampled" else -1, xp))
    made = method.decide(sigma, sums, rules, xp)
    after, new = method.commit(state, x, y, made, xp)
    return new, after.sigma, Step(x, sigma, g, y, sums, made)


def run(case: Case, xp: Any, method: SR2 = THEORY, steps: int | None = None) -> Iterator[Step]:
    """The steps of the run from ``x`` with the samples ``xi``; it ends in a step from the last iterate."""
    x, sigma = case["x"], case["sigma0"]
    for t in range(case["xi"].shape[-1] if steps is None else steps):
        x, sigma, step = iterate(case, xp, x, sigma, case["xi"][..., t], case["place"][..., t], method)
        yield step


def draw_rules(rng: Any, size: int, case: Case, steps: int = 8, full: float = 0.5) -> Case:
    """Parameters for the problems of ``case``: all ends of the intervals, sigma0 from far below to far above L."""
    brief = rng.random(size) < 0.4
    eta2 = np.where(brief, rng.choice([0.5, 0.75, 0.9], size), rng.uniform(0.05, 0.99, size))
    eta1 = eta2 * np.where(brief, 1.0, rng.choice([1.0, 0.5, 1e-2], size))
    gamma1 = np.where(brief, 2.0, 1 + log_uniform(rng, 0.1, 10.0, size))
    gamma2 = gamma1 * np.where(brief, 1.0, rng.choice([1.0, 1.5, 4.0], size))
    gamma3 = np.where(brief, 1.0, rng.choice([1.0, 0.8, 0.3], size))
    simple = rng.choice([0.1, 0.5, 1.0, 2.0, 4.0, 10.0, 100.0], size)
    sigma0 = np.where(brief, simple, log_uniform(rng, 1e-2, 1e2, size))
    sigma_min = sigma0 * np.where(brief, 1.0, rng.choice([1.0, 0.1, 1e-3], size))
    place = np.where(rng.random((size, steps)) < 0.6, rng.choice([0.0, 1.0], (size, 1)), rng.random((size, steps)))
    place = np.where(brief[:, None], 0.0, place)
    xi = rng.integers(0, case["a"].shape[1], (size, steps))
    xi = np.where(rng.random((size, 1)) < full, -1, xi).astype(np.int64)
    values = (eta1, eta2, gamma1, gamma2, gamma3, sigma_min, sigma0)
    return case | dict(zip(NAMES, values, strict=True)) | {"place": place, "xi": xi}


def fine(case: Case, xp: Any) -> Any:
    """The Algorithm's own constraints, and those of the problem."""
    c = case
    order = [c["eta1"] > 0, c["eta2"] >= c["eta1"], c["eta2"] < 1, c["gamma3"] > 0, c["gamma3"] <= 1, c["gamma1"] > 1]
    order += [c["gamma2"] >= c["gamma1"], c["sigma_min"] > 0, c["sigma0"] >= c["sigma_min"]]
    order += [xp.all(xp.both(c["place"] >= 0, c["place"] <= 1), axis=-1), xp.all(c["xi"] < c["a"].shape[-2], axis=-1)]
    result = fine_problem(case, xp)
    for condition in order:
        result = xp.both(result, condition)
    return result
