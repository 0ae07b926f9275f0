"""RVSM on the no-overlap network, in the plane of w and w*: runs, and the landscape that they descend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.losses import NoOverlapReLU, angle
from verify.methods import RVSM
from verify.methods.rvsm import Relaxation, RVSMListing, lagrangian
from verify.penalties import L0, L1, Penalty, TransformedL1

STAR = (0.8, 0.6)
PENALTIES: Mapping[str, Any] = {"l1": L1, "l0": L0, "transformed l1": lambda lam: TransformedL1(lam, a=1.0)}
ORDERS: Mapping[str, type[RVSM]] = {"proofs": RVSM, "listing": RVSMListing}


@dataclass(frozen=True)
class Model:
    """The network with k patches and |w*| = 1, its penalty, and beta; beta and lam may be columns, a number for each run."""

    k: int = 4
    beta: Any = 0.1
    lam: Any = 0.03
    penalty: str = "l1"
    star: Sequence[float] = STAR

    @property
    def w_star(self) -> Any:
        return np.asarray(self.star) / np.linalg.norm(self.star)

    @property
    def loss(self) -> NoOverlapReLU:
        return NoOverlapReLU(self.k, self.w_star)

    @property
    def regulariser(self) -> Penalty:
        return PENALTIES[self.penalty](self.lam)

    @property
    def longest_step(self) -> Any:
        """eta = 1/(beta + L) with the L of f's descent inequality."""
        return 1 / (self.beta + self.loss.descent_constant(NUMPY))

    @property
    def saddle(self) -> Any:
        """The critical point of f across from w*."""
        return -self.loss.saddle(NUMPY) * self.w_star

    def sparse(self, w: Any) -> Any:
        """u = S(w)."""
        return self.regulariser.prox(w, 1 / self.beta)

    def lagrangian(self, w: Any, u: Any) -> Any:
        """L_beta(w, u), shape (...) for vectors (..., 2)."""
        return lagrangian(self.loss, self.regulariser, self.beta, w, u, NUMPY)

    def energy(self, w: Any) -> Any:
        """min over u of L_beta(w, u): what the order of the proofs descends."""
        return self.lagrangian(w, self.sparse(w))


@dataclass(frozen=True)
class Runs:
    """Runs from n starts: ``w`` and ``u`` of shape (steps + 1, n, 2), ``u[t]`` the copy that step t leaves."""

    model: Model
    w: Any
    u: Any

    @property
    def angle(self) -> Any:
        """theta^t between w^t and w*, (steps + 1, n)."""
        return angle(self.w, self.model.w_star, NUMPY)

    @property
    def length(self) -> Any:
        return np.linalg.norm(self.w, axis=-1)

    @property
    def lagrangian(self) -> Any:
        return self.model.lagrangian(self.w, self.u)


def follow(model: Model, starts: Any, order: str = "proofs", steps: int = 300, eta: Any = None) -> Runs:
    """RVSM from each of the starts, (n, 2), with eta or the longest step of Theorem 1, in the order of the proofs or of the
    listing (Algorithm 1)."""
    method, penalty = ORDERS[order](), model.regulariser
    hyper = Relaxation(model.longest_step if eta is None else eta, model.beta)
    w = np.array(starts, dtype=float)
    state = method.init(w, hyper, penalty, NUMPY)
    path = [(w, state.u)]
    for _ in range(steps):
        state, w = method.step(state, w, model.loss.gradient(w, NUMPY), hyper, penalty, NUMPY)
        path.append((w, state.u))
    w, u = (np.stack(part) for part in zip(*path, strict=True))
    return Runs(model, w, u)


def ring(count: int = 24, radius: float = 1.5) -> Any:
    """Starts all around the origin, (count, 2)."""
    turn = 2 * np.pi * (np.arange(count) + 0.5) / count
    return radius * np.stack([np.cos(turn), np.sin(turn)], axis=1)
