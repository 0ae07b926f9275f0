"""How runs of dual averaging are drawn, and what is known of them in closed form.

The penalty is $\\Psi = \\lambda|w|_1 + (\\sigma/2)|w|^2 + c$, h = |w|^2/2 (w_0 = 0), the comparison ball has radius B, so D^2
= B^2/2. With soft thresholding S: V_t(s) = |S(s, t lam)|^2/(2(sigma t + beta_t)) - t c, reached at S(s, t lam)/(sigma t +
beta_t), and U_t(s) = max_{r <= B} |S(s, t lam)| r - t sigma r^2/2 - t c. Hence no maximum over w is ever sampled. Losses are
linear: of all convex losses with the same subgradients they have the largest regret."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from verify.evidence import Case
from verify.evidence.draw import log_uniform, mostly, vectors
from verify.evidence.margins import soft, square
from verify.methods.mrda import MRDA
from verify.methods.sda import Weight
from verify.penalties.elastic_net import ElasticNet


class Moment(NamedTuple):
    """After t gradients: t, g_t, w_t at which it was taken, s_t, w_{t+1}, and beta_t."""

    t: int
    g: Any
    w: Any
    s: Any
    after: Any
    beta: Any


def sigma(case: Case) -> Any:
    return case.get("sigma", 0 * case["lam"])


def psi(case: Case, w: Any, xp: Any) -> Any:
    return case["lam"] * xp.sum(xp.abs(w), axis=-1) + sigma(case) * square(w, xp) / 2 + case.get("c", 0)


def penalty(case: Case) -> ElasticNet:
    return ElasticNet._unchecked(lam=case["lam"][..., None], mu=sigma(case)[..., None])


def lifted(case: Case) -> Case:
    """With a last axis for the dimension, if the case is one of d = 1 that has none (its last axis is then time)."""
    if case["g"].ndim == 3:
        return case
    return case | {"g": case["g"][..., None], "w1": case["w1"][..., None]}


def moments(case: Case, xp: Any, method: Any = None) -> Iterator[Moment]:
    """The run of MRDA (or another dual averaging) with the gradients and weights of the case."""
    case, method = lifted(case), method or MRDA()
    w, total, map_ = case["w1"], 0, penalty(case)
    state = method.init(w, None, map_, xp)
    for k in range(case["g"].shape[1]):
        g, beta = case["g"][:, k], case["beta"][:, k]
        state, after = method.step(state, w, g, Weight(beta[..., None]), map_, xp)
        total = total + g
        yield Moment(k + 1, g, w, total, after, beta)
        w = after


def kept(case: Case, s: Any, t: Any, xp: Any) -> Any:
    """|S(s, t lam)|."""
    return xp.norm(soft(s, (t * case["lam"])[..., None], xp), axis=-1)


def conjugate(case: Case, s: Any, t: Any, beta: Any, xp: Any) -> Any:
    """V_t(s)."""
    size = kept(case, s, t, xp)
    return size * size / (2 * (sigma(case) * t + beta)) - t * case.get("c", 0)


def support(case: Case, s: Any, t: Any, xp: Any) -> Any:
    """U_t(s)."""
    size, curve = kept(case, s, t, xp), t * sigma(case)
    inside = size < curve * case["B"]
    r = xp.where(inside, size / xp.where(curve > 0, curve, 1 + 0 * curve), case["B"])
    return size * r - curve * r * r / 2 - t * case.get("c", 0)


def largest(g: Any, xp: Any) -> Any:
    """G: the largest norm of a gradient."""
    return xp.max(xp.norm(g, axis=-1), axis=-1)


def first_weight(case: Case, xp: Any) -> Any:
    """beta_0 = max(sigma, beta_1), Eq. 33."""
    return xp.maximum(sigma(case), case["beta"][:, 0])


def gap_and_sum(case: Case, xp: Any, method: Any = None) -> Iterator[tuple[Moment, Any, Any]]:
    """For every t: the moment, delta_t of Eq. 51, and the sum over tau < t of 1/(sigma tau + beta_tau)."""
    lost, weights = 0, 1 / first_weight(case, xp)
    for m in moments(case, xp, method):
        lost = lost + xp.dot(m.g, m.w) + psi(case, m.w, xp)
        yield m, lost + support(case, -m.s, m.t, xp), weights
        weights = weights + 1 / (sigma(case) * m.t + m.beta)


def nondecreasing(case: Case, xp: Any) -> Any:
    """The least increase of beta, relative to its start."""
    beta, worst = case["beta"], case["beta"][:, 0] * 0
    for k in range(1, beta.shape[1]):
        worst = xp.minimum(worst, (beta[:, k] - beta[:, k - 1]) / beta[:, 0])
    return worst


def weights(rng: Any, size: int, steps: int) -> Any:
    """beta_1 <= beta_2 <= ...: constant, gamma sqrt t, gamma t, or any."""
    gamma, t = np.round(log_uniform(rng, 0.1, 10.0, (size, 1)), 2), np.arange(1, steps + 1)
    free = np.sort(log_uniform(rng, 0.1, 10.0, (size, steps)), axis=1)
    kind = rng.integers(0, 4, (size, 1))
    return np.where(kind == 0, gamma + 0 * t, np.where(kind == 1, gamma * np.sqrt(t), np.where(kind == 2, gamma * t, free)))


def game(rng: Any, size: int, steps: int, d: int) -> Case:
    """Gradients, weights, lambda, w_1 and B; some cases live in fewer dimensions, some are those that attain bounds."""
    g = vectors(rng, size * steps, d).reshape(size, steps, d)
    live = np.arange(d) < rng.integers(1, d + 1, (size, 1))
    g = g * live[:, None, :]
    norm = np.linalg.norm(g, axis=-1, keepdims=True)
    g = np.where(norm > 0, g / np.where(norm > 0, norm, 1.0), 0.0)
    line = np.where(rng.random((size, steps, 1)) < 0.5, 1.0, -1.0) * np.eye(d)[0]
    sizes = np.where(rng.random((size, 1, 1)) < 0.5, 1.0, rng.random((size, steps, 1)))
    g = np.where(rng.random((size, 1, 1)) < 0.4, line, g * sizes) * mostly(
        rng, log_uniform(rng, 0.1, 10.0, (size, 1, 1)), 1.0, 0.5
    )
    w1 = vectors(rng, size, d) * live * mostly(rng, log_uniform(rng, 1e-2, 1e2, (size, 1)), 0.0, 0.3)
    case = {
        "g": g,
        "beta": weights(rng, size, steps),
        "lam": mostly(rng, log_uniform(rng, 1e-3, 2.0, size), 0.0, 0.3),
        "w1": w1,
    }
    case["B"] = log_uniform(rng, 1e-2, 10.0, size)
    corner = rng.random(size) < 0.05
    swing = np.where(np.arange(steps) % 2 == 0, 1.0, -1.0)[None, :, None] * np.eye(d)[0]
    attained = {"g": swing + 0 * g, "beta": 1 + 0 * case["beta"], "lam": 0 * case["lam"], "w1": 0 * w1, "B": 1 + 0 * case["B"]}
    return {n: np.where(corner.reshape(-1, *[1] * (v.ndim - 1)), attained[n], v) for n, v in case.items()}


def line_game(rng: Any, size: int, steps: int) -> Case:
    """Small numbers in d = 1; the last axis of g and beta is time."""
    beta = np.sort(rng.choice([0.5, 1.0, 1.0, 2.0], (size, steps)), axis=1)
    beta = np.where(rng.random((size, 1)) < 0.5, beta[:, :1], beta)
    return {
        "g": rng.choice([-1.0, 0.0, 1.0, 1.0, 2.0], (size, steps)),
        "beta": beta,
        "lam": rng.choice([0.0, 0.5, 1.0], size),
        "w1": rng.choice([0.0, 0.5, 1.0, 2.0], size),
        "B": rng.choice([0.1, 0.5, 1.0, 2.0], size),
    }
