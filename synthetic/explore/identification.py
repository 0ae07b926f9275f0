"""Who identifies the zeros of the solution: a quadratic with l1 whose margin and gradient noise are chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from verify.arrays import NUMPY
from verify.methods import RMDA, ProxSGD, ProxSSI
from verify.methods.adam import Adaptive
from verify.methods.mda import Mixing
from verify.methods.sgd import Descent
from verify.penalties import L1, MCP


@dataclass(frozen=True)
class Game:
    """f(w) = |w - a|^2/2 with l1 of weight 1; sampled gradients w - a + noise * normal.

    At the solution sign(a)(|a| - 1)_+ the zeros have |grad f| = |a| = 1 - margin: their margins are 1 - |a|. ``noise`` may
    have any shape that broadcasts against a.
    """

    a: Any
    noise: Any

    @property
    def solution(self) -> Any:
        return np.sign(self.a) * np.maximum(np.abs(self.a) - 1, 0)

    def gradient(self, w: Any, rng: np.random.Generator) -> Any:
        return w - self.a + self.noise * rng.normal(size=np.shape(w))


class Point(NamedTuple):
    """Where gradients are taken, and the point that the theory speaks of: W_t and W~_t of RMDA, else the same."""

    w: Any
    tentative: Any


Runner = Callable[[Game, int, int], Iterator[Point]]


def rmda(game: Game, steps: int, seed: int = 0, eta: float = 0.05, c: float = 1.0, start: Any = None) -> Iterator[Point]:
    """RMDA with a constant learning rate and constant mixing, from 0 unless told otherwise."""
    rng, method, penalty = np.random.default_rng(seed), RMDA(), L1(1.0)
    w = np.zeros(np.broadcast(game.a, game.noise).shape) if start is None else start
    state = method.restart(w, NUMPY)
    for _ in range(steps):
        state, w = method.step(state, w, game.gradient(w, rng), Mixing(eta, c), penalty, NUMPY)
        yield Point(w, method.tentative(state, penalty, NUMPY))


def prox_sgd(game: Game, steps: int, seed: int = 0, eta: float = 1.0) -> Iterator[Point]:
    """prox-SGD with the step eta/sqrt t."""
    rng, method, penalty = np.random.default_rng(seed), ProxSGD(), L1(1.0)
    w = np.zeros(np.broadcast(game.a, game.noise).shape)
    state = method.init(w, Descent(eta), penalty, NUMPY)
    for t in range(1, steps + 1):
        state, w = method.step(state, w, game.gradient(w, rng), Descent(eta / np.sqrt(t)), penalty, NUMPY)
        yield Point(w, w)


def prox_ssi(game: Game, steps: int, seed: int = 0, eta: float = 0.1) -> Iterator[Point]:
    """ProxSSI (Adam's step, the prox in Adam's metric) with the step eta/sqrt t."""
    rng, method, penalty = np.random.default_rng(seed), ProxSSI(), L1(1.0)
    w = np.zeros(np.broadcast(game.a, game.noise).shape)
    state = method.init(w, Adaptive(eta), penalty, NUMPY)
    for t in range(1, steps + 1):
        state, w = method.step(state, w, game.gradient(w, rng), Adaptive(eta / np.sqrt(t)), penalty, NUMPY)
        yield Point(w, w)


METHODS: Mapping[str, Runner] = {"RMDA": rmda, "ProxSGD": prox_sgd, "ProxSSI": prox_ssi}


def planted(coordinates: int = 60, margin: float = 0.1, noise: float = 1.0) -> Game:
    """A third of the coordinates active, with |w*| from 0.3 to 2; the margins of the others from ``margin`` to 1."""
    active = coordinates // 3
    sizes = np.concatenate([1 + np.geomspace(2, 0.3, active), 1 - np.linspace(margin, 1, coordinates - active)])
    return Game(sizes * np.where(np.arange(coordinates) % 2 == 0, 1, -1), noise)


def begun_at_one(gamma: float, eta: float, steps: int) -> tuple[Any, Any]:
    """RMDA with MCP on f = (w - 3/2)^2/2, begun at its stationary point 1, without noise: the points W_0, ..., W_steps, and
    alpha_t/beta_t, the step of the prox."""
    method, penalty, w = RMDA(), MCP(1.0, gamma), np.array(1.0)
    state, path, ratio = method.restart(w, NUMPY), [1.0], []
    for _ in range(steps):
        state, w = method.step(state, w, w - 1.5, Mixing(eta, 1), penalty, NUMPY)
        path.append(float(w))
        ratio.append(float(state.alpha / np.sqrt(state.t)))
    return np.array(path), np.array(ratio)
