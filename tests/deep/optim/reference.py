"""Each optimizer once more, in plain NumPy from the formulas of its docstring: no state but what the loop needs to read well.

A reference takes the start, ``gradient(w, k)`` of step k = 1, 2, ..., ``prox(z, t)``, the number of steps and ``lr(k)``.
"""

from __future__ import annotations

import numpy as np


def prox_sgd(w, gradient, prox, steps, lr, momentum=0.0):
    v = 0
    for k in range(1, steps + 1):
        v = momentum * v + gradient(w, k)
        w = prox(w - lr(k) * v, lr(k))
    return w


def sqrt_t(w, gradient, prox, steps, lr):
    for k in range(1, steps + 1):
        w = prox(w - lr(k) * gradient(w, k) / np.sqrt(k), np.sqrt(k))
    return w


def plain_generic(w, gradient, prox, steps, lr, momentum):
    m = 0
    for k in range(1, steps + 1):
        m = momentum * m + (1 - momentum) * gradient(w, k)
        w = prox(w - lr(k) * m, lr(k))
    return w


def adagrad(w, gradient, prox, steps, lr, momentum, delta):
    m, total = 0, 0
    for k in range(1, steps + 1):
        g = gradient(w, k)
        m, total = momentum * m + (1 - momentum) * g, total + g**2
        t = lr(k) / (np.sqrt(total) + delta)
        w = prox(w - t * m, t)
    return w


def adam(w, gradient, prox, steps, lr, momentum=0.9, beta=0.999, delta=1e-8, corrected=True, metric=True):
    m, v = 0, 0
    for k in range(1, steps + 1):
        g = gradient(w, k)
        m, v = momentum * m + (1 - momentum) * g, beta * v + (1 - beta) * g**2
        c1, c2 = (1 - momentum**k, 1 - beta**k) if corrected else (1, 1)
        t = lr(k) / (np.sqrt(v / c2) + delta)
        w = prox(w - t * m / c1, t if metric else lr(k))
    return w


def two_stage(w, gradient, prox, steps, lr, momentum):
    m = 0
    for k in range(1, steps + 1):
        m = momentum * m + (1 - momentum) * gradient(w, k)
        w = w + lr(k) * (prox(w - m, 1.0) - w)
    return w


def dual_averaging(w, gradient, prox, steps, lr, at_zero=False):
    anchor, seen = (0 * w if at_zero else w), []
    for k in range(1, steps + 1):
        seen.append(gradient(w, k))
        t = lr(k) * np.sqrt(k)
        w = prox(anchor - t * np.mean(seen, axis=0), t)
    return w


def modernized(w, gradient, prox, steps, lr, c):
    anchor, seen, weights = w, [], []
    for k in range(1, steps + 1):
        seen.append(gradient(w, k))
        weights.append(lr(k) * np.sqrt(k))
        V = np.tensordot(weights, seen, axes=1)
        w = (1 - c) * w + c * prox(anchor - V / np.sqrt(k), sum(weights) / np.sqrt(k))
    return w


def rvsm(w, gradient, prox, steps, lr, beta, listing=False):
    u = prox(w, 1 / beta)
    for k in range(1, steps + 1):
        new = prox(w, 1 / beta)
        w, u = w - lr(k) * gradient(w, k) - lr(k) * beta * (w - (u if listing else new)), new
    return w


def admm(w, gradient, prox, steps, lr, beta):
    u, z = prox(w, 1 / beta), 0
    for k in range(1, steps + 1):
        w = w - lr(k) * (gradient(w, k) + z + beta * (w - u))
        u = prox(w + z / beta, 1 / beta)
        z = z + beta * (w - u)
    return w


def binary_connect(w, gradient, prox, steps, lr):
    real = w
    for k in range(1, steps + 1):
        real = np.clip(real - lr(k) * gradient(w, k), -1, 1)
        w = np.where(real < 0, -1.0, 1.0)
    return w


def sr2(w, gradient, prox, steps, lr, loss, value, sigma, sigma_min, eta1=7.5e-4, eta2=0.99, gamma1=2.95, gamma3=0.8):
    for k in range(1, steps + 1):
        g = gradient(w, k)
        y = prox(w - g / sigma, 1 / sigma)
        promised = value(w) - value(y) - np.sum(g * (y - w))
        found = value(w) - value(y) + loss(w, k) - loss(y, k)
        if found < eta1 * promised:
            sigma = gamma1 * sigma
        else:
            w = y
            if found >= eta2 * promised:
                sigma = max(sigma_min, gamma3 * sigma)
    return w
