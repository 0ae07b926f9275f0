"""How runs of RMDA are drawn, and what its proofs name.

The loss is $f(w) = \\sum_i h_i (w_i - a_i)^2/2$, $h_i$ of any sign, and where a case has $q$ also $(q \\cdot (w - a))^2/2$,
which couples the coordinates; the sampled gradient is $\\nabla f(w) + \\zeta_t$. $s_t = \\eta_t \\sqrt t$, $\\alpha_t = \\sum
s_k$, $\\tau_t = s_t/\\alpha_t$; $N_t = \\sum s_k \\zeta_k/\\alpha_t$ is the averaged noise and $e_t = V_t/\\alpha_t - \\nabla
f(W_{t-1})$."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from verify.evidence import Case
from verify.evidence.draw import log_uniform, mostly, uniform
from verify.evidence.margins import column
from verify.methods.mda import Averages, Mixing
from verify.methods.rmda import RMDA
from verify.penalties.l1 import L1

EULER = "2.71828182845904523536028747135266249775724709369996"


class Moment(NamedTuple):
    """Step t: W_{t-1}, grad f there, the state with V_t and alpha_t, then W~_t, W_t, s_t, beta_t and N_t."""

    t: int
    before: Any
    slope: Any
    state: Any
    tentative: Any
    after: Any
    s: Any
    beta: Any
    noise: Any

    @property
    def alpha(self) -> Any:
        return self.state.alpha

    @property
    def average(self) -> Any:
        return self.state.V / self.state.alpha


def l1(case: Case) -> L1:
    return L1._unchecked(lam=column(case["lam"]))


def gradient(case: Case, w: Any, xp: Any) -> Any:
    away = w - case["a"]
    coupled = case["q"] * column(xp.dot(case["q"], away)) if "q" in case else 0
    return case["h"] * away + coupled


def lipschitz(case: Case, xp: Any) -> Any:
    """L: max |h_i| + |q|^2, at least the largest eigenvalue in size."""
    coupled = xp.dot(case["q"], case["q"]) if "q" in case else 0
    return largest(case["h"], xp) + coupled


def moments(case: Case, xp: Any, penalty: Any = None, method: Any = None) -> Iterator[Moment]:
    """The run with the noise, the eta_t and the c_t of the case (axis 1 is time); l1 unless a penalty is given."""
    method, penalty = method or RMDA(), penalty or l1(case)
    w, total = case["w0"], 0
    state = method.init(w, None, penalty, xp)
    for k in range(case["eta"].shape[1]):
        eta, slope = column(case["eta"][:, k]), gradient(case, w, xp)
        beta = xp.sqrt((k + 1) * (1 + 0 * eta))
        s = eta * beta
        state, after = method.step(state, w, slope + case["zeta"][:, k], Mixing(eta, column(case["c"][:, k])), penalty, xp)
        total = total + s * case["zeta"][:, k]
        tentative = method.tentative(state, penalty, xp)
        yield Moment(k + 1, w, slope, state, tentative, after, s, beta, total / state.alpha)
        w = after


def largest(x: Any, xp: Any) -> Any:
    """max |x_i| over the last axis."""
    return xp.max(xp.abs(x), axis=-1)


def scale(case: Case, xp: Any) -> Any:
    """A size with which rounding in a run is compared."""
    size = 1 + largest(case["w0"], xp) + largest(case["a"], xp) + case.get("lam", 0)
    return size + xp.max(xp.max(xp.abs(case["zeta"]), axis=-1), axis=-1)


def fine(case: Case, xp: Any) -> Any:
    """eta > 0, lam >= 0."""
    return xp.both(xp.all(case["eta"] > 0, axis=-1), case["lam"] >= 0)


def mixes(case: Case, xp: Any) -> Any:
    """0 <= c_t <= 1."""
    return xp.both(xp.all(case["c"] >= 0, axis=-1), xp.all(case["c"] <= 1, axis=-1))


def schedule(rng: Any, size: int, steps: int, largest_p: float = 1.2) -> Any:
    """eta_t: constant, eta_1/sqrt t, eta_1 t^-p, falling tenfold, or any."""
    t = np.arange(1, steps + 1)
    first = np.where(rng.random((size, 1)) < 0.3, 1.0, np.round(log_uniform(rng, 0.05, 1.0, (size, 1)), 2))
    kinds = [1 + 0.0 * t, t**-0.5, t ** -uniform(rng, 0, largest_p, (size, 1)), 10.0 ** -(2 * t // steps)]
    kinds.append(np.round(log_uniform(rng, 0.1, 1.0, (size, steps)), 1))
    return first * np.choose(rng.integers(0, len(kinds), (size, 1)), [np.broadcast_to(k, (size, steps)) for k in kinds])


def mixing(rng: Any, size: int, steps: int) -> Any:
    """c_t: 0, 1, constant, 1/t, 1/t^2, 1 after a while, or any."""
    t = np.arange(1, steps + 1)
    level = np.where(rng.random((size, 1)) < 0.5, 0.5, np.round(log_uniform(rng, 0.01, 1.0, (size, 1)), 2))
    kinds = [0.0 * t, 1 + 0.0 * t, level, 1 / t, 1.0 / t**2, np.where(t > steps // 2, 1.0, level)]
    kinds.append(mostly(rng, np.round(rng.random((size, steps)), 1), 1.0, 0.2))
    return np.choose(rng.integers(0, len(kinds), (size, 1)), [np.broadcast_to(k, (size, steps)) for k in kinds])


def game(rng: Any, size: int, steps: int, d: int, largest_p: float = 1.2) -> Case:
    """Small numbers as often as any; some cases live in fewer dimensions, some have no noise."""
    places = rng.integers(0, 3, (size, 1))
    live = np.arange(d) < rng.integers(1, d + 1, (size, 1))
    digits = 10.0**places
    case = {n: np.round(rng.normal(size=(size, d)) * 2 * digits) / digits * live for n in ("w0", "a")}
    case["w0"] = np.where(rng.random((size, 1)) < 0.3, 0.0, case["w0"])
    case["h"] = mostly(rng, np.round(rng.random((size, d)) * 3, 1), 1.0, 0.4)
    case["h"] = case["h"] * np.where(rng.random((size, 1)) < 0.3, rng.choice([1, -1], (size, d)), 1)
    noise = np.where(rng.random((size, steps, d)) < 0.5, 1.0, rng.normal(size=(size, steps, d))) * rng.choice(
        [-1, 1], (size, steps, d)
    )
    case["zeta"] = noise * rng.choice([0.0, 0.5, 1.0, 3.0], (size, 1, 1)) * live[:, None]
    case["lam"] = np.where(rng.random(size) < 0.4, 1.0, np.round(log_uniform(rng, 0.05, 3.0, size), 2))
    return case | {"eta": schedule(rng, size, steps, largest_p), "c": mixing(rng, size, steps)}


def coupled(rng: Any, case: Case) -> Case:
    """The case with a loss in which the coordinates are coupled, as often as not."""
    size = case["a"].shape
    q = np.where(rng.random((size[0], 1)) < 0.5, 0.0, np.round(rng.normal(size=size), rng.integers(0, 2)))
    return case | {"q": mostly(rng, q, 1.0, 0.1)}


def any_beta(p: Any) -> Any:
    """beta_t > 0 in place of the root that the next step of the prover takes: what is proved then holds for any weights."""
    beta = p.positive("beta_t")
    p.xp.sqrt = lambda x: beta
    return beta


class Recorded:
    """A penalty that keeps the point and the step handed to its prox: what is proved with it holds for every psi."""

    point: Any
    step: Any

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        self.point, self.step = z, t
        return z


def handed_over(p: Any) -> Any:
    """Step and point of the prox in a running step: alpha_t/beta_t and W_0 - V_t/beta_t."""
    t, alpha, V, w0, w, g, eta, c = p.reals("t alpha V W_0 W_{t-1} g eta c")
    beta, psi = any_beta(p), Recorded()
    after, _ = RMDA().step(Averages(t, alpha, V, w0), w, g, Mixing(eta, c), psi, p.xp)
    return p.conj(psi.step * beta == after.alpha, beta * (w0 - psi.point) == after.V)
