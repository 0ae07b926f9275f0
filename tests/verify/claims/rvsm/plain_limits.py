"""RVSM in 60 digits written out from its definitions (Equation 13 and the thresholdings), sharing nothing with the package."""

from __future__ import annotations

import mpmath as mp

mp.mp.dps = 60


def numbers(values):
    return [mp.mpf(v) for v in values]


def norm(v):
    return mp.sqrt(sum(x * x for x in v))


def angle(v, w):
    cosine = sum(a * b for a, b in zip(v, w, strict=True)) / norm(v) / norm(w)
    return mp.acos(max(-1, min(1, cosine)))


def gradient(w, star, k):
    r, theta = norm(w), angle(w, star)
    c = k + (k * k - k) / mp.pi - (k * mp.sin(theta) + k * k - k) / (mp.pi * r)
    return [(c * x - k / mp.pi * (mp.pi - theta) * y) / k**2 for x, y in zip(w, star, strict=True)]


def soft(x, ratio):
    return mp.sign(x) * max(abs(x) - ratio, 0)


def hard(x, ratio):
    return x if abs(x) > mp.sqrt(2 * ratio) else mp.mpf(0)


def run(w0, star, beta, lam, steps, threshold=soft, k=2, eta="1"):
    """w^0, ..., w^steps in the order of the proofs; star of length 1."""
    w, star = numbers(w0), numbers(star)
    beta, lam, eta, k = mp.mpf(beta), mp.mpf(lam), mp.mpf(eta), mp.mpf(k)
    path = [w]
    for _ in range(steps):
        g = gradient(w, star, k)
        w = [x - eta * (y + beta * (x - threshold(x, lam / beta))) for x, y in zip(w, g, strict=True)]
        path.append(w)
    return path
