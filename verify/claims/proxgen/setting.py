"""What ProxGEN's claims share: one of several penalties a case, a smooth loss with a known constant, runs of the method.

H = (C + delta)/alpha is the metric of a step, L the smoothness of f, F = f + R. lambda is in R.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from verify.evidence import Case
from verify.evidence.draw import log_uniform, mostly, uniform
from verify.evidence.margins import column, square
from verify.methods.prox_gen import Metric, ProxGen
from verify.penalties import L0, L1, L12, MCP, SCAD, BinaryW


def short(rng: Any, low: float, high: float, shape: Any) -> Any:
    """Numbers of many decades with one or two digits; many are 1."""
    x = log_uniform(rng, low, high, shape)
    places = 10.0 ** np.floor(np.log10(x))
    return mostly(rng, np.round(x / places, 1) * places, 1.0, 0.3)


class Mixed:
    """The penalty whose number is ``kind``: l1, l0, MCP, SCAD (a = 1 + gamma), the W with q = 1, l1/2."""

    names = ("l1", "l0", "MCP", "SCAD", "W", "l1/2")

    def __init__(self, kind: Any, lam: Any, gamma: Any) -> None:
        self.kind = kind
        curved = [MCP._unchecked(lam=lam, gamma=gamma), SCAD._unchecked(lam=lam, a=1 + gamma)]
        plain = [L1._unchecked(lam=lam), L0._unchecked(lam=lam)]
        self.parts = [*plain, *curved, BinaryW._unchecked(lam=lam, q=1.0), L12._unchecked(lam=lam)]

    def _of(self, values: list[Any], xp: Any) -> Any:
        chosen = values[0]
        for number, value in enumerate(values[1:], 1):
            chosen = xp.where(self.kind + 0 * chosen == number, value + 0 * chosen, chosen)
        return chosen

    def _value(self, x: Any, xp: Any) -> Any:
        return self._of([part._value(x, xp) for part in self.parts], xp)

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        return self._of([part._prox(z, t, xp) for part in self.parts], xp)

    def _subgradient_gap(self, x: Any, g: Any, xp: Any) -> Any:
        return self._of([part._subgradient_gap(x, g, xp) for part in self.parts], xp)


def mixed(case: Case) -> Mixed:
    return Mixed(column(case["kind"]), column(case["lam"]), column(case["gamma"]))


class Wave:
    """f(x) = A cos(<v, x> + p) + sum of q_i (x_i - c_i)^2/2: smooth with the constant |A||v|^2 + max |q_i|."""

    def __init__(self, case: Case, xp: Any) -> None:
        self.A, self.v, self.p, self.q, self.c = (case[n] for n in ("A", "v", "p", "q", "c"))
        self.L = xp.abs(self.A) * square(self.v, xp) + xp.max(xp.abs(self.q), axis=-1)

    def value(self, x: Any, xp: Any) -> Any:
        bowl = xp.sum(self.q * (x - self.c) * (x - self.c), axis=-1)
        return self.A * xp.cos(xp.dot(self.v, x) + self.p) + bowl / 2

    def gradient(self, x: Any, xp: Any) -> Any:
        return self.q * (x - self.c) - column(self.A * xp.sin(xp.dot(self.v, x) + self.p)) * self.v


class Moment(NamedTuple):
    """One step: w, w+, grad f(w+), m - grad f(w), the metric's least and largest entry, F(w) and F(w+)."""

    w: Any
    after: Any
    slope: Any
    error: Any
    least: Any
    largest: Any
    before: Any
    energy: Any


def moments(case: Case, f: Any, penalty: Any, xp: Any, method: Any = None) -> Iterator[Moment]:
    """The run of ProxGEN with the metrics C, momenta rho, steps alpha and noises of the case, whose second axis is time."""
    method, w = method or ProxGen(), case["w"]

    def total(x: Any) -> Any:
        return f.value(x, xp) + xp.sum(penalty._value(x, xp), axis=-1)

    state, before, slope = method.init(w, None, penalty, xp), total(w), f.gradient(w, xp)
    for t in range(case["noise"].shape[1]):
        alpha, rho, C = column(case["alpha"][:, t]), column(case["rho"][:, t]), case["C"][:, t]
        hyper = Metric(alpha, rho, column(case["delta"]), C)
        state, after = method.step(state, w, slope + case["noise"][:, t], hyper, penalty, xp)
        H = (state.C + hyper.delta) / alpha
        energy, next_slope = total(after), f.gradient(after, xp)
        low, high = -xp.max(-H, axis=-1), xp.max(H, axis=-1)
        yield Moment(w, after, next_slope, state.m - slope, low, high, before, energy)
        w, before, slope = after, energy, next_slope


def losses(rng: Any, size: int, d: int) -> Case:
    """Losses of :class:`Wave`; some are quadratic, some concave, some live in fewer dimensions."""
    kind = rng.integers(0, 3, size)
    A = np.where(kind == 0, 0.0, rng.normal(size=size))
    q = np.where(
        (kind == 1)[:, None], 0.0, rng.choice([-1.0, 0.0, 1.0, 1.0], (size, d)) * mostly(rng, rng.random((size, d)), 1.0, 0.5)
    )
    q[:, 0] = np.where((A == 0) & ~q.any(axis=1), 1.0, q[:, 0])
    v = rng.normal(size=(size, d)) * rng.choice([0.3, 1.0, 3.0], (size, 1))
    return {"A": A, "v": v, "p": rng.uniform(0, 6.3, size), "q": q, "c": np.round(rng.normal(size=(size, d)) * 2, 1)}


def regularisers(rng: Any, size: int) -> Case:
    lam = short(rng, 1e-2, 10.0, size)
    return {"kind": rng.integers(0, len(Mixed.names), size), "lam": lam, "gamma": short(rng, 0.1, 10.0, size)}


def runs(rng: Any, size: int, steps: int, d: int, low: float, high: float) -> Case:
    """Runs with alpha L/delta between low and high, C >= 0 of six decades and zeros, any momenta and noises."""
    case = losses(rng, size, d) | regularisers(rng, size)
    L = np.abs(case["A"]) * np.sum(case["v"] ** 2, axis=1) + np.max(np.abs(case["q"]), axis=1)
    delta = short(rng, 1e-3, 1.0, size)
    fall = np.cumprod(np.where(rng.random((size, steps)) < 0.2, rng.uniform(0.7, 1.0, (size, steps)), 1.0), axis=1)
    alpha = (delta / np.maximum(L, 1e-9) * uniform(rng, low, high, size))[:, None] * fall
    C = log_uniform(rng, 1e-4, 1e2, (size, steps, d)) * delta[:, None, None] * rng.choice([0.0, 1.0], (size, 1, 1))
    noise = rng.normal(size=(size, steps, d)) * rng.choice([0.0, 0.0, 0.1, 1.0, 10.0], (size, 1, 1))
    rho = rng.choice([0.0, 0.5, 0.9], (size, 1)) * rng.choice([0.0, 0.5, 1.0], (size, 1)) ** np.arange(steps)
    w = mostly(rng, rng.normal(size=(size, d)) * rng.choice([0.1, 1.0, 3.0], (size, 1)), 0.0, 0.15)
    case |= {"delta": delta, "alpha": alpha, "C": C, "noise": noise, "rho": rho, "w": w}
    return _attaining(rng, case)


def _attaining(rng: Any, case: Case) -> Case:
    """A few of the runs begin with the step that attains claim PG.T1.path: f = 3x - x^2/2, almost 3/2 l0, H = 3, from 0."""
    corner, first = rng.random(len(case["lam"])) < 0.03, np.arange(case["w"].shape[1]) == 0
    at = {"A": 0.0, "q": -1.0 * first, "c": 3.0 * first, "kind": 1, "lam": 1.499, "w": 0.0, "C": 0.0, "noise": 0.0, "rho": 0.0}
    at |= {"delta": 300.0, "alpha": 100.0}
    return {n: np.where(corner.reshape(-1, *[1] * (v.ndim - 1)), at[n], v) if n in at else v for n, v in case.items()}
