"""What SR2's claims are tried on: finite sums of quadratics (and cosines), and six regularisers with known prox maps.

A case holds ``a``, ``c``, ``b`` of shape (..., N, d), for f_i(x) = sum_j a_ij (x_j - c_ij)^2/2 + b_ij x_j, optionally ``wave``
and ``pitch`` for + wave (1 - cos(pitch x_j))/pitch^2; and ``kind`` and ``lam`` of R.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.evidence import Case
from verify.evidence.draw import log_uniform, mostly
from verify.penalties import L0, L1, Box, NegativeAbs, NegativeSquare

NONE, ONE, ZERO, BOX, OUTWARD, HILL = range(6)  # 0, lam |x|, lam |x|_0, |x| <= lam, -lam |x|, -lam x^2
BOUNDED = (NONE, ONE, ZERO, BOX)
CONVEX = (NONE, ONE, BOX)


class Samples:
    """f = (1/N) sum_i f_i. ``pick`` has shape (...): the index of the sample that is meant, or -1 for all of them."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.a, self.c, self.b = case["a"], case["c"], case["b"]
        self.n = self.a.shape[-2]

    def gradient(self, x: Any, pick: Any, xp: Any) -> Any:
        x = x[..., None, :]
        terms = self.a * (x - self.c) + self.b
        if "wave" in self.case:
            terms = terms + self.case["wave"] * xp.sin(self.case["pitch"] * x) / self.case["pitch"]
        return self._mean(terms, pick, xp)

    def drop(self, x: Any, y: Any, pick: Any, xp: Any) -> Any:
        """f(x) - f(y), shape (...), without cancellation."""
        s, x = (y - x)[..., None, :], x[..., None, :]
        middle = x + s / 2
        terms = -s * (self.a * (middle - self.c) + self.b)
        if "wave" in self.case:
            k = self.case["pitch"]
            terms = terms - 2 * self.case["wave"] * xp.sin(k * middle) * xp.sin(k * s / 2) / (k * k)
        return xp.sum(self._mean(terms, pick, xp), axis=-1)

    def value(self, x: Any, xp: Any) -> Any:
        """f(x), shape (...), of quadratics."""
        x = x[..., None, :]
        terms = self.a * (x - self.c) * (x - self.c) / 2 + self.b * x
        return xp.sum(self._mean(terms, -1, xp), axis=-1)

    def _mean(self, terms: Any, pick: Any, xp: Any) -> Any:
        chosen = np.asarray(pick)[..., None]
        weight = xp.where(chosen < 0, 1, xp.where(chosen == np.arange(self.n), self.n, 0))
        return xp.sum(weight[..., None] * terms, axis=-2) / self.n

    def smoothness(self, xp: Any, each: bool = False) -> Any:
        """The Lipschitz constant of f's gradient (an upper bound with waves), or the largest one of the f_i's."""
        wave = xp.abs(self.case["wave"]) if "wave" in self.case else xp.zeros_like(self.a)
        if each:
            return xp.max(xp.max(xp.abs(self.a) + wave, axis=-1), axis=-1)
        return xp.max(xp.abs(self._mean(self.a, -1, xp)) + self._mean(wave, -1, xp), axis=-1)


class Mixed:
    """R of each case by its ``kind``: each penalty with its own ``lam`` where it is meant and 0 where it is not."""

    def __init__(self, case: Case, xp: Any) -> None:
        kind, lam = case["kind"][..., None], case["lam"][..., None]
        self.kind, self.lam = kind, lam
        one, zero, out, hill = (xp.where(kind == k, lam, 0 * lam) for k in (ONE, ZERO, OUTWARD, HILL))
        reach = xp.where(kind == BOX, lam, xp.inf)
        self.box = Box._unchecked(lower=-reach, upper=reach)
        self.parts = [
            self.box,
            L1._unchecked(lam=one),
            L0._unchecked(lam=zero),
            NegativeAbs._unchecked(lam=out),
            NegativeSquare._unchecked(lam=hill),
        ]

    def _value(self, x: Any, xp: Any) -> Any:
        total = 0 * x
        for part in self.parts[1:]:
            total = total + part._value(x, xp)
        return xp.where(self.box._value(x, xp) == 0, total, xp.inf)

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        for part in self.parts:  # all but one have lam = 0 and do nothing; the last is the one that can give NaN
            z = part._prox(z, t, xp)
        return z

    def fall(self, x: Any, y: Any, xp: Any) -> Any:
        """R(x) - R(y) a coordinate, for x and y in the box."""
        s, lam = y - x, self.lam
        length = xp.where(x * y > 0, -xp.sign(x) * s, xp.abs(x) - xp.abs(y))
        count = xp.where(x == 0, 0, 1) - xp.where(y == 0, 0, 1)
        curved = xp.where(self.kind == HILL, lam * s * (x + y), 0 * lam)
        other = xp.where(self.kind == ZERO, lam * count, curved)
        return xp.where(self.kind == ONE, lam * length, xp.where(self.kind == OUTWARD, -lam * length, other))

    def gap(self, x: Any, g: Any, xp: Any) -> Any:
        """The distance of -g to the subdifferential of R at x, shape (...)."""
        apart = [part._subgradient_gap(x, g, xp) for part in self.parts]
        result = xp.abs(g)
        for kind, own in zip((BOX, ONE, ZERO, OUTWARD, HILL), apart, strict=True):
            result = xp.where(self.kind == kind, own, result)
        return xp.norm(result, axis=-1)

    def threshold(self, xp: Any) -> Any:
        """1/lambda_R, shape (...): above it, and for -lam x^2 only there, the model has a minimiser."""
        return xp.where(self.kind == HILL, 2 * self.lam, 0 * self.lam)[..., 0]


def rounding(xp: Any) -> Any:
    return 2.0**-52 if xp.name == "numpy" else 0


def draw_problem(
    rng: Any, size: int, d: int = 2, samples: int = 2, kinds: Any = range(6), noise: float = 0.5, bowls: bool = False
) -> Case:
    """Problems with a start ``x``; a third of them of short decimals, some without noise. ``bowls``: a >= 0, sum of b = 0."""
    shape = (size, samples, d)
    plain = rng.random((size, 1, 1)) < 0.4
    a = rng.uniform(0 if bowls else -1.5, 2, shape) * rng.choice([0.05, 1, 1], (size, 1, 1))
    a = np.where(plain, rng.choice([1.0, 1.0, 2.0] if bowls else [1.0, -1.0, 2.0], (size, 1, 1)), a)
    a = np.where(rng.random((size, 1, 1)) < 0.5, a[:, :1], a)
    c = np.where(rng.random((size, 1, 1)) < 0.5, 0.0, np.round(rng.normal(size=(size, 1, d)), 1)) + 0 * a
    b = np.where(plain, rng.choice([1.0, 0.5], shape), rng.normal(size=shape))
    b = (b if samples > 1 else 0 * b) * (rng.random((size, 1, 1)) < noise)
    b[:, -1] = 0.0 - b[:, :-1].sum(axis=1)
    x = np.where(plain[:, 0], np.round(rng.uniform(-3, 3, (size, d)), 1), rng.normal(size=(size, d)) * 2)
    kind = rng.choice(np.array(kinds), size).astype(np.int64)
    lam = np.where(plain[:, 0, 0], rng.choice([0.1, 0.5, 1.0, 2.0], size), log_uniform(rng, 1e-2, 5.0, size))
    x = np.where((kind == BOX)[:, None], np.clip(x, -lam[:, None], lam[:, None]), x)
    return {"a": a, "c": c, "b": b, "x": mostly(rng, x, 0.0, 0.15), "kind": kind, "lam": lam}


def settle(case: Case, where: Any, values: dict[str, Any]) -> Case:
    """The case with ``values`` where it is said."""
    wide = {n: where.reshape((-1,) + (1,) * (case[n].ndim - 1)) for n in values}
    return case | {n: np.where(wide[n], v, case[n]).astype(case[n].dtype) for n, v in values.items()}


def fine_problem(case: Case, xp: Any) -> Any:
    """lam > 0, and the start in the box."""
    inside = xp.all(xp.abs(case["x"]) <= case["lam"][..., None], axis=-1)
    return xp.both(xp.both(case["lam"] > 0, case["kind"] <= HILL), xp.either(case["kind"] != BOX, inside))
