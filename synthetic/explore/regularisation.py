"""SR2 on problems that fit a picture: what each iteration tried, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np

from verify.arrays import NUMPY
from verify.methods.sr2 import SR2, Adaptive, Regularisation
from verify.penalties import L12, Penalty

Objective = Literal["full", "sampled"]


@dataclass(frozen=True)
class Wavy:
    """f(x) = (x - c)'A(x - c)/2 + wave sum_i (1 - cos(pitch x_i)), and a penalty; points are the last axis."""

    A: Any
    c: Any
    penalty: Penalty
    wave: float = 0.0
    pitch: float = 3.0

    def loss(self, x: Any) -> Any:
        v = x - self.c
        return np.einsum("...i,ij,...j->...", v, self.A, v) / 2 + self.wave * np.sum(1 - np.cos(self.pitch * x), axis=-1)

    def gradient(self, x: Any) -> Any:
        return (x - self.c) @ self.A + self.wave * self.pitch * np.sin(self.pitch * x)

    def objective(self, x: Any) -> Any:
        """F = f + R."""
        return self.loss(x) + np.sum(self.penalty.value(x, axis=()), axis=-1)

    @property
    def lipschitz(self) -> float:
        """L of grad f; kappa_m = L/2 serves along every run with exact gradients."""
        return float(np.linalg.eigvalsh(self.A)[-1] + self.wave * self.pitch**2)


def crate(lam: float = 0.5, wave: float = 0.25) -> Wavy:
    """Two coordinates that lean on each other, a loss with waves, and l1/2: creases along the axes, many minima."""
    return Wavy(np.array([[1.0, 0.6], [0.6, 1.0]]), np.array([1.5, 0.4]), L12(lam), wave)


def ripple(lam: float = 0.5, wave: float = 0.4) -> Wavy:
    """One coordinate, a loss with waves, l1/2."""
    return Wavy(np.eye(1), np.ones(1), L12(lam), wave)


class Iteration(NamedTuple):
    """The point, sigma and the trial of one iteration, the decreases predicted and found, and what was decided."""

    x: Any
    sigma: float
    y: Any
    predicted: float
    actual: float
    taken: bool
    failed: bool
    very: bool

    @property
    def rho(self) -> float:
        return self.actual / self.predicted if self.predicted > 0 else np.nan


@dataclass(frozen=True)
class Run:
    """The iterations of one run, and the rules they followed."""

    problem: Wavy
    rules: Adaptive
    iterations: list[Iteration] = field(default_factory=list)

    def of(self, name: str) -> Any:
        """One field of all iterations as an array."""
        return np.array([getattr(iteration, name) for iteration in self.iterations])

    @property
    def sigma_succ(self) -> float:
        """2 kappa_m/(1 - eta2), from which on every step is very successful (Theorem 1, exact gradients)."""
        return self.problem.lipschitz / (1 - self.rules.eta2)


def rules(sigma0: float = 0.1, eta1: float = 0.1, eta2: float = 0.75, gamma: float = 2.0, gamma3: float = 0.5) -> Adaptive:
    """The Algorithm's parameters, gamma1 = gamma2."""
    return Adaptive(eta1, eta2, gamma, gamma, gamma3, min(sigma0, 0.01), sigma0, rounding=2.0**-52)


def follow(
    problem: Wavy, x: Any, chosen: Adaptive, steps: int = 30, noise: float = 0.0, objective: Objective = "full", seed: int = 0
) -> Run:
    """SR2 from x. Samples are f_i(x) = f(x) + <zeta_i, x>, zeta_i = +-noise in each coordinate; rho is computed from the
    full or from the sampled f."""
    rng, method = np.random.default_rng(seed), SR2(objective=objective)
    run, x, state = Run(problem, chosen), np.array(x, dtype=float), Regularisation(np.float64(chosen.sigma0))
    for _ in range(steps):
        zeta = noise * rng.choice([-1.0, 1.0], x.shape)
        y, sums = method.propose(state, x, problem.gradient(x) + zeta, chosen, problem.penalty, NUMPY)
        before, after = problem.loss(x), problem.loss(y)
        drop = before - after + (zeta @ (x - y) if objective == "sampled" else 0.0)
        sums = sums._replace(loss=drop)
        off = 4 * chosen.rounding * (abs(before) + abs(after))
        made = method.decide(state.sigma, sums, chosen._replace(loss_error=off), NUMPY)
        predicted, actual = float(sums.penalty - sums.slope), float(sums.penalty + drop)
        said = (bool(made.taken), bool(made.failed), bool(made.very))
        run.iterations.append(Iteration(x, float(state.sigma), y, predicted, actual, *said))
        state, x = method.commit(state, x, y, made, NUMPY)
    return run
