"""A small strongly convex problem in batches, with minimisers certified here, in plain NumPy."""

from __future__ import annotations

import numpy as np

SHAPE = (6, 5)
LAM = 0.08
RNG = np.random.default_rng(6)
A = RNG.normal(size=(40, 30))
A = np.linalg.qr(A)[0] * np.linspace(0.7, 1.3, 30) * np.sqrt(40)
TRUTH = RNG.normal(size=30) * (RNG.uniform(size=30) < 0.5)
TRUTH = (TRUTH.reshape(SHAPE) * [1, 0, 1, 0, 1]).ravel()
B = A @ TRUTH + 0.3 * RNG.normal(size=40)
START = RNG.normal(size=SHAPE)
HESSIAN = A.T @ A / 40
CURVATURE = np.linalg.eigvalsh(HESSIAN)[[0, -1]]


def loss(w, batch=None):
    """The mean of squares over all rows, or over those of a batch: 10 rows that change from step to step."""
    r = rows(batch)
    return 0.5 * np.mean((A[r] @ w.ravel() - B[r]) ** 2)


def gradient(w, batch=None):
    r = rows(batch)
    return (A[r].T @ (A[r] @ w.ravel() - B[r]) / len(r)).reshape(w.shape)


def rows(batch):
    return np.arange(40) if batch is None else (7 * batch + np.arange(10)) % 40


def soft(z, t, lam=LAM):
    """The prox of lam |x|, for a step or one a coordinate."""
    return np.sign(z) * np.maximum(np.abs(z) - t * lam, 0)


def shrink(z, t, lam=LAM):
    """The prox of lam sqrt(rows) times the sum of the norms of the columns; with one step a coordinate, by bisection."""
    c, x = lam * np.sqrt(len(z)), np.zeros_like(z)
    if np.ndim(t) == 0:
        norm = np.linalg.norm(z, axis=0)
        return z * np.maximum(1 - t * c / np.where(norm > 0, norm, np.inf), 0)
    for j in range(z.shape[1]):
        column, d = z[:, j], c * t[:, j]
        if np.linalg.norm(column / d) > 1:
            low, high = 0.0, np.linalg.norm(column)
            for _ in range(60):
                r = (low + high) / 2
                low, high = (r, high) if np.linalg.norm(column / (r + d)) > 1 else (low, r)
            x[:, j] = column * low / (low + d)
    return x


def minimiser(prox, residual):
    """argmin f + R, certified: the distance of 0 to the subdifferential, over the least curvature, is at most 1e-10."""
    w = np.zeros(SHAPE)
    for _ in range(600):
        w = prox(w - gradient(w) / CURVATURE[1], 1 / CURVATURE[1])
    assert residual(w) / CURVATURE[0] < 1e-10
    return w


def soft_residual(w, lam=LAM):
    g = gradient(w)
    return np.linalg.norm(np.where(w == 0, np.maximum(np.abs(g) - lam, 0), g + lam * np.sign(w)))


def shrink_residual(w, lam=LAM):
    g, c, total = gradient(w), lam * np.sqrt(len(w)), 0.0
    for x, s in zip(w.T, g.T, strict=True):
        r = np.linalg.norm(x)
        total += np.linalg.norm(s + c * x / r) ** 2 if r else max(np.linalg.norm(s) - c, 0) ** 2
    return np.sqrt(total)


def relaxed_minimiser(prox, beta):
    """w of the minimiser (w, u) of f(w) + R(u) + (beta/2)|w - u|^2, certified by its gradient once u = prox_{R/beta}(w)."""
    w, step = np.zeros(SHAPE), 1 / (CURVATURE[1] + beta)
    for _ in range(600):
        w = w - step * (gradient(w) + beta * (w - prox(w, 1 / beta)))
    assert np.linalg.norm(gradient(w) + beta * (w - prox(w, 1 / beta))) / CURVATURE[0] < 1e-10
    return w
