"""Which inputs are tried: zero, ties between coordinates, all scales, and the two sides of every jump and kink of the map.

Mistakes hide where the map changes its formula. Those places are looked for along lines s -> prox(s d): coarsely by the change
of slope, then by halving.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

Line = Callable[[np.ndarray], np.ndarray]  # a batch of inputs to their results
BESIDE = np.array([-0.03, -0.01, -3e-3, -1e-4, 1e-4, 3e-3, 0.01, 0.03])
ROUND = np.array([0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 10.0])
EXTREMES = {"float64": (1e-30, 1e-15, 1e15, 1e30), "float32": (1e-8, 1e8)}
SHAPED_EXTREMES = {"float64": (1e-15, 1e10), "float32": (1e-6, 1e4)}  # beyond the large one, times a small step, sums lose it
PATTERNS = 8  # see :func:`pattern`
GRADED = 4  # matrices of :func:`graded` for each step
LARGEST = {dtype: float(np.sqrt(np.finfo(dtype).max)) for dtype in EXTREMES}  # beyond it squares are infinite, in the map too


def scan(t: float, rng: np.random.Generator, count: int) -> np.ndarray:
    """Increasing numbers of both signs from 1e-6 to 1e6, denser between 0.01 and 100, and around t, jittered; and zero."""
    middle = np.geomspace(1e-2, 1e2, count // 3) * rng.uniform(0.97, 1.03, count // 3)
    wide = np.geomspace(1e-6, 1e6, count // 6) * rng.uniform(0.9, 1.1, count // 6)
    around = t * np.geomspace(1e-2, 1e2, count // 12) * rng.uniform(0.9, 1.1, count // 12)
    sizes = np.concatenate([middle, wide, around, ROUND])
    return np.unique(np.concatenate([-sizes, [0.0], sizes]))


def scalar_inputs(line: Line, t: float, parameters: Mapping[str, Any], dtype: str, rng: np.random.Generator) -> np.ndarray:
    """The numbers to try as inputs of a scalar map at one step, each a number of ``dtype``."""
    s = np.unique(np.concatenate([scan(t, rng, 480), _natural(t, parameters)]))
    s = s[np.abs(s) <= LARGEST[dtype]]
    places = changes(line, s.astype(dtype).astype(np.float64), most=12, halvings=44 if dtype == "float64" else 20)
    near = np.concatenate([places, (places[:, None] * (1 + BESIDE)).ravel()])
    extremes = np.array(EXTREMES[dtype])
    z = np.concatenate([s, near, np.nextafter(places, np.inf), np.nextafter(places, -np.inf), extremes, -extremes])
    return np.unique(z.astype(dtype).astype(np.float64))


def changes(line: Line, s: np.ndarray, most: int, halvings: int) -> np.ndarray:
    """At most ``most`` places on the increasing numbers s: where the slope of ``line`` (k numbers to k results) bends most."""
    bend = _bends(s, line(s).reshape(len(s), -1))
    found = np.argsort(-bend, kind="stable")[:most]
    found = found[bend[found] > 1e-9]
    low, high, rows = s[found], s[found + 2], np.arange(len(found))
    for _ in range(halvings if len(found) else 0):
        points = low[:, None] + (high - low)[:, None] * np.linspace(0, 1, 5)
        x = line(points.ravel()).reshape(len(found), 5, -1)
        sharpest = np.argmax(_bends(points, x), axis=1)
        low, high = points[rows, sharpest], points[rows, sharpest + 2]
    return np.unique((low + high) / 2)


def shaped_inputs(
    prox: Line,
    shape: tuple[int, ...],
    t: float,
    parameters: Mapping[str, Any],
    count: int,
    dtype: str,
    rng: np.random.Generator,
) -> np.ndarray:
    """Arrays to try: zero, drawn ones of many scales and patterns, those along two of them where the map changes, and matrices
    that are nearly singular."""
    tiny, huge = SHAPED_EXTREMES[dtype]
    natural = _natural(t, parameters)
    natural = natural[np.abs(natural) <= huge]
    drawn = [np.zeros(shape), np.ones(shape), rng.integers(-2, 3, shape) * 1.0]
    for i in range(count):
        wide = (i + i // PATTERNS) % 2  # so that each pattern has both kinds of scale
        scale = 10 ** rng.uniform(-2, 2) if wide else abs(rng.choice(natural)) * rng.uniform(0.3, 3)
        drawn.append(pattern(shape, i, rng) * scale)
    drawn += [pattern(shape, 0, rng) * scale for scale in (tiny, huge * min(t, 1))]
    drawn += [rearranged(z) for z in drawn[3:6]]
    for i in range(2):
        d = pattern(shape, i, rng)
        d /= max(float(np.abs(d).max(initial=0)), 1e-30)
        s = np.unique(np.concatenate([np.geomspace(1e-3, 1e3, 20), np.abs(natural), [0.0]]))
        places = changes(partial(_along, prox, d), s, most=2, halvings=7)
        sizes = np.concatenate([places, (places[:, None] * (1 + BESIDE[1::2])).ravel(), rng.choice(s, 4)])
        drawn += list(np.multiply.outer(sizes, d))
    for _ in range(GRADED if len(shape) == 2 else 0):
        drawn.append(graded(shape, rng) * abs(rng.choice(natural)) * rng.uniform(0.3, 3))
    return np.array(drawn).reshape(-1, *shape).astype(dtype).astype(np.float64)


def _along(prox: Line, d: np.ndarray, s: np.ndarray) -> np.ndarray:
    return prox(np.multiply.outer(s, d))


def pattern(shape: tuple[int, ...], kind: int, rng: np.random.Generator) -> np.ndarray:
    """Dense, sparse, with large coordinates, equal magnitudes, of rank one, positive, negative, or of one entry, in turn."""
    z = rng.normal(size=shape)
    match kind % PATTERNS:
        case 1:
            return z * (rng.random(shape) < 0.5)
        case 2:
            return z * np.where(rng.random(shape) < 0.3, 10.0, 1.0)
        case 3:
            return np.sign(z) * rng.choice([1.0, 1.0, 0.5], size=shape)
        case 4 if len(shape) == 2:
            return np.outer(rng.normal(size=shape[0]), rng.normal(size=shape[1]))
        case 5:
            return np.abs(z)
        case 6:
            return -np.abs(z)
        case 7:  # of the length of all entries, so that thresholds on the length are met as often
            entry = np.arange(z.size).reshape(shape) == rng.integers(z.size)
            return np.linalg.norm(z) * np.sign(z) * entry
    return z


def graded(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """A matrix (m, n) with singular values between 1e-4 and 1; a square one is symmetric and positive definite. The matrices of
    :func:`pattern` have small singular values too seldom, and are not symmetric."""
    u, v = (np.linalg.qr(rng.normal(size=(size, min(shape))))[0] for size in shape)
    s = 10 ** -rng.uniform(0, 4, size=min(shape))
    if shape[0] != shape[1]:
        return (u * s) @ v.T
    z = (u * s) @ u.T
    return (z + z.T) / 2


def rearranged(z: np.ndarray) -> np.ndarray:
    """The same numbers in another order, the first in its place: another input, to a memory that knows it by too little."""
    flat = z.ravel()
    return np.append(flat[:1], flat[:0:-1]).reshape(z.shape)


def _natural(t: float, parameters: Mapping[str, Any]) -> np.ndarray:
    """Numbers that thresholds often are: built from the step and each parameter, or 1 where it is not written."""
    found = []
    for p in (1.0, *parameters.values()):
        if isinstance(p, int | float) and 0 < p < np.inf:
            found += [p, p * t, np.sqrt(2 * p * t), p * (1 + t), p + p * t / 2]
    sizes = np.array([f for f in found if 1e-12 < f < 1e12])
    return np.concatenate([-sizes, sizes])


def _bends(s: np.ndarray, x: np.ndarray) -> np.ndarray:
    """By how much the slope of some coordinate changes at each inner point of s (..., m), x (..., m, n); 0 where not finite."""
    slope = np.diff(x, axis=-2) / np.diff(s)[..., None]
    return np.nan_to_num(np.abs(np.diff(slope, axis=-2)).max(axis=-1, initial=0), nan=0.0, posinf=0.0)
