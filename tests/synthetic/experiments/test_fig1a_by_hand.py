"""Fig. 1(a) on well separated points once more, run by run from the papers' formulas: nothing of this project is used."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

SAMPLES, GROUPS, SIZE, ACTIVE, GAP, LAM = 400, 20, 4, 5, 1.0, 0.03
BATCH, STEPS = 32, 600
LEVEL = LAM * np.sqrt(SIZE)


@cache
def problem(seed):
    """(X, y, L, active groups of the optimum): x normal, moved by GAP away from the plane <x, w> = 0, y its side of it."""
    rng = np.random.default_rng(10_000 + seed)
    w = np.zeros((GROUPS, SIZE))
    w[rng.permutation(GROUPS)[:ACTIVE]] = rng.uniform(0.5, 1, size=(ACTIVE, 1)) * np.sign(rng.normal(size=(ACTIVE, SIZE)))
    w /= np.linalg.norm(w)
    X = rng.normal(size=(SAMPLES, w.size))
    y = np.sign(X @ w.ravel())
    X += GAP * np.outer(y, w)
    L = np.linalg.eigvalsh(X.T @ X)[-1] / SAMPLES / 4
    return X, y, L, optimum(X, y, L).any(axis=1)


def gradient(X, y, w):
    return ((-y / (1 + np.exp(y * (X @ w.ravel())))) @ X / len(y)).reshape(w.shape)


def shrunk(z, t):
    return z * np.maximum(0, 1 - t * LEVEL / np.maximum(np.linalg.norm(z, axis=1, keepdims=True), 1e-300))


def shrunk_in_metric(z, t):
    """argmin of sum_i (w_i - z_i)^2/(2 t_i) + LEVEL |w| a group: w_i = z_i r/(r + LEVEL t_i) with r = |w|, by bisection."""
    low, high = np.zeros((GROUPS, 1)), np.linalg.norm(z, axis=1, keepdims=True)
    for _ in range(40):
        r = (low + high) / 2
        inside = np.sum((z / (r + LEVEL * t)) ** 2, axis=1, keepdims=True) > 1
        low, high = np.where(inside, r, low), np.where(inside, high, r)
    kept = np.sum((z / (LEVEL * t)) ** 2, axis=1, keepdims=True) > 1
    return np.where(kept, z * high / (high + LEVEL * t), 0)


def prox_sgd(w, g, t, L, memory):
    return shrunk(w - 0.3 * g / L, 0.3 / L)


def prox_ssi(w, g, t, L, memory):
    m, v = memory
    m[:], v[:] = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
    step = 0.01 / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return shrunk_in_metric(w - step * m / (1 - 0.9**t), step)


def rda(w, g, t, L, memory):
    memory[0] += g
    return shrunk(-3 / L / np.sqrt(t) * memory[0], 3 / L * np.sqrt(t))


def rmda(w, g, t, L, memory):
    """Step 0.3/L, momentum c = 1, no restart."""
    memory[0] += np.sqrt(t) * g
    memory[1] += np.sqrt(t)
    return shrunk(-0.3 / L / np.sqrt(t) * memory[0], 0.3 / L / np.sqrt(t) * memory[1])


def optimum(X, y, L):
    w = before = np.zeros((GROUPS, SIZE))
    for k in range(3000):
        ahead = w + k / (k + 3) * (w - before)
        w, before = shrunk(ahead - gradient(X, y, ahead) / L, 1 / L), w
    return w


def identifies(method, seed):
    """Every iterate of the last tenth has the optimum's groups."""
    (X, y, L, active), rng = problem(seed), np.random.default_rng(seed)
    w, memory, right = np.zeros((GROUPS, SIZE)), np.zeros((2, GROUPS, SIZE)), []
    for t in range(1, STEPS + 1):
        drawn = rng.integers(SAMPLES, size=BATCH)
        w = method(w, gradient(X[drawn], y[drawn], w), t, L, memory)
        right.append(np.array_equal(w.any(axis=1), active))
    return all(right[-STEPS // 10 :])


@pytest.mark.parametrize(("method", "wanted"), [(rmda, 3), (rda, 3), (prox_ssi, 3), (prox_sgd, 0)])
def test_of_the_figure_s_methods_only_prox_sgd_fails(method, wanted):
    assert sum(identifies(method, seed) for seed in range(3)) == wanted
