"""How the claims on one step draw it."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.sr2.problems import HILL, Mixed, draw_problem, fine_problem
from verify.evidence import Case
from verify.evidence.draw import log_uniform
from verify.methods import SR2
from verify.methods.sr2 import Adaptive, Regularisation


class Steps:
    """R, x, g, sigma, and another step ``other`` to compare with; ties of the l0 penalty among them."""

    vectors = ("x", "g", "other")
    kinds: tuple[int, ...] = tuple(range(6))

    def cases(self, rng: Any, size: int) -> Case:
        problem = draw_problem(rng, size, kinds=self.kinds)
        sigma = np.where(rng.random(size) < 0.5, rng.choice([0.5, 1.0, 2.0, 4.0], size), log_uniform(rng, 1e-2, 1e2, size))
        sigma = np.where(problem["kind"] == HILL, 2 * problem["lam"] + sigma, sigma)
        shape = problem["x"].shape
        g = np.where(rng.random(shape) < 0.4, np.round(rng.normal(size=shape)), rng.normal(size=shape) * 2)
        tie = (rng.random(size) < 0.2)[:, None]
        x = np.where(tie & (problem["kind"] == 2)[:, None], np.sqrt(2 * problem["lam"] / sigma)[:, None], problem["x"])
        other = rng.normal(size=shape) * log_uniform(rng, 1e-4, 3.0, (size, 1))
        other = np.where(rng.random((size, 1)) < 0.2, 0.0, other)
        return {
            "x": x,
            "g": np.where(tie, 0.0, g),
            "other": other,
            "sigma": sigma,
            "kind": problem["kind"],
            "lam": problem["lam"],
        }

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(fine_problem(case, xp), case["sigma"] > Mixed(case, xp).threshold(xp))

    def model(self, case: Case, y: Any, xp: Any) -> Any:
        """m(y - x) but for the constant f: <g, y - x> + R(y) + (sigma/2)|y - x|^2."""
        s, regular = y - case["x"], xp.sum(Mixed(case, xp)._value(y, xp), axis=-1)
        return xp.dot(case["g"], s) + regular + case["sigma"] * xp.dot(s, s) / 2

    def bound(self, case: Case, xp: Any) -> Any:
        x, g = case["x"], case["g"]
        near = xp.dot(x, x) + xp.dot(case["other"], case["other"])
        return 1 + case["lam"] * (1 + near) + case["sigma"] * near + xp.dot(g, g) * (1 + 1 / case["sigma"])


def prox(case: Case, z: Any, xp: Any) -> Any:
    return Mixed(case, xp)._prox(z, (1 / case["sigma"])[..., None], xp)


def trial(case: Case, xp: Any) -> tuple[Any, Any]:
    """The trial point of the method, and its sums."""
    rules = Adaptive(*([None] * 7))
    return SR2().propose(Regularisation(case["sigma"]), case["x"], case["g"], rules, Mixed(case, xp), xp)
