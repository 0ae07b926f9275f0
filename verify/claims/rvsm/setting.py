"""What RVSM's claims share: how problems and runs are drawn, and the run itself.

A case holds the direction ``w_star`` (normalised when used, so that |w*| = 1 exactly in the replay), the start ``w0``, ``k``,
``eta``, ``beta``, ``lam`` and ``delta``. Vectors are padded with zeros: a coordinate that is zero in w* and w0 stays zero for
ever, so the dimension of a case is the number of its other coordinates. Where a case has ``side``, an integer m for each
coordinate, that one stands for m^2 equal ones of w*, of w0 and so of the whole run: it is m times their size, so that lengths
and angles are those of the whole, and d may be as large as one likes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from verify.evidence import Case, Hypothesis
from verify.evidence.draw import integers, log_uniform, mostly, uniform, vectors
from verify.evidence.margins import column
from verify.losses import NoOverlapReLU, angle, unit
from verify.methods import RVSM
from verify.methods.rvsm import Relaxation
from verify.penalties import L1

VECTORS = ("w_star", "w0")


def problem(case: Case, xp: Any) -> NoOverlapReLU:
    """The loss of each case, with |w*| = 1."""
    return NoOverlapReLU(case["k"], unit(case["w_star"], xp))


def curvature(k: Any, xp: Any) -> Any:
    """2a/k^2 = 1/k + (1 - 1/k)/pi, in (1/pi, 1]: the least L of f's descent inequality, and f's curvature along every ray."""
    return (k + (k * k - k) / xp.pi) / (k * k)


def dimension(case: Case, xp: Any) -> Any:
    """How many coordinates are not zero in both w* and w0, all that one stands for counted."""
    each = case["side"] * case["side"] if "side" in case else 1
    return xp.sum(xp.where(xp.either(case["w_star"] != 0, case["w0"] != 0), each, 0), axis=-1)


def start_angle(case: Case, xp: Any) -> Any:
    return angle(case["w0"], case["w_star"], xp)


def iterates(
    case: Case, xp: Any, steps: int, method: Any = None, penalty: type = L1, **fixed: Any
) -> Iterator[tuple[Any, Any]]:
    """(w^t, u^t) for t = 0, 1, ..., steps, with u^0 = S(w^0), in the order of the proofs unless ``method`` says otherwise."""
    method = method or RVSM()
    loss = problem(case, xp)
    regulariser = penalty(lam=column(case["lam"]), **{n: column(v) for n, v in fixed.items()})
    hyper = Relaxation(column(case["eta"]), column(case["beta"]))
    w = case["w0"]
    state = method.init(w, hyper, regulariser, xp)
    yield w, state.u
    for _ in range(steps):
        state, w = method.step(state, w, loss.gradient(w, xp), hyper, regulariser, xp)
        yield w, state.u


def directions(rng: Any, size: int, d: int) -> Any:
    """Directions in up to d dimensions, all dimensions from 1 to d equally often."""
    keep = np.arange(d) < rng.integers(1, d + 1, size)[:, None]
    v = vectors(rng, size, d) * keep
    v[~v.any(axis=1), 0] = 1.0
    return v


def starts(rng: Any, w_star: Any, norm: Any) -> Any:
    """w0 of the given norms: independent of w*, close to it, opposite or nearly so, in its plane, parallel."""
    size, d = w_star.shape
    alive = np.any(w_star != 0, axis=1, keepdims=True) & (np.cumsum(w_star[:, ::-1] != 0, axis=1)[:, ::-1] > 0)
    other = rng.normal(size=(size, d)) * alive
    star = w_star / np.linalg.norm(w_star, axis=1, keepdims=True)
    kind = rng.integers(0, 6, size)[:, None]
    close = star + other * log_uniform(rng, 1e-6, 1.0, (size, 1))
    v = np.where(kind == 0, close, np.where(kind == 1, -close, np.where(kind == 2, star, other)))
    v = np.where(np.any(v != 0, axis=1, keepdims=True), v, star)
    return v / np.linalg.norm(v, axis=1, keepdims=True) * np.reshape(norm, (-1, 1))


def draw_runs(rng: Any, size: int, d: int = 4, largest_norm: float = 3.0, beta_factor: float = 1.0) -> Case:
    """Runs under Theorem 1's conditions but for the step, which a claim sets from its own L; edges included."""
    w_star = directions(rng, size, d)
    norm = np.where(rng.random(size) < 0.3, 1.0, log_uniform(rng, 0.05, largest_norm, size))
    w0 = starts(rng, w_star, norm)
    case: Case = {"k": integers(rng, 2, 100, size), "w_star": w_star, "w0": w0}
    room = np.pi - np.asarray(angle(w0, w_star, _numpy()))
    delta = np.clip(room * uniform(rng, 0.05, 1.0, size), 1e-3, np.pi)
    limit = np.maximum(delta * np.sin(delta), 1e-12) / (case["k"] * np.pi)
    beta = limit * log_uniform(rng, 1e-3, 1.0, size) * beta_factor
    ratio = log_uniform(rng, 1e-3, 0.999, size) / np.sqrt(np.maximum(np.sum((w_star != 0) | (w0 != 0), axis=1), 1))
    lam = mostly(rng, beta * ratio, 0.0, 0.05)
    return case | {"delta": delta, "beta": beta, "lam": lam}


def _numpy() -> Any:
    from verify.arrays import NUMPY

    return NUMPY


def in_range(case: Case, xp: Any) -> Any:
    """The domain of all run claims: k >= 1, positive eta and beta, lam >= 0, w* not 0."""
    fine = xp.both(case["beta"] > 0, case["lam"] >= 0)
    fine = xp.both(fine, xp.both(case["k"] >= 1, xp.any(case["w_star"] != 0, axis=-1)))
    return xp.both(fine, case["eta"] > 0) if "eta" in case else fine


def penalised(case: Case, xp: Any) -> Any:
    """lam > 0, as the paper has it (Eq. 7): what it prints is refuted with a penalty. Corrections hold at lam = 0 as well."""
    return case["lam"] > 0


INITIAL_ANGLE = Hypothesis(r"$\theta(w^0, w^*) \le \pi - \delta$", lambda c, xp: xp.pi - c["delta"] - start_angle(c, xp))
DELTA_POSITIVE = Hypothesis(r"$\delta > 0$", lambda c, xp: c["delta"], strict=True)
K_TWO = Hypothesis(r"$k \ge 2$", lambda c, xp: c["k"] - 2)
BETA_SMALL = Hypothesis(
    r"$\beta \le \delta \sin\delta / (k \pi)$",
    lambda c, xp: c["delta"] * xp.sin(c["delta"]) / (c["k"] * xp.pi) - c["beta"],
)
LAM_SMALL = Hypothesis(
    r"$\lambda / \beta < 1/\sqrt{d}$",
    lambda c, xp: 1 / xp.sqrt(dimension(c, xp)) - c["lam"] / c["beta"],
    strict=True,
)
