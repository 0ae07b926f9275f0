"""How the claims on RVSM's descent draw their cases: the setting's runs with a step size, short decimals, and broken
conditions."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.claims.rvsm.setting import curvature, draw_runs, in_range, start_angle
from verify.evidence import Case, Hypothesis
from verify.evidence.draw import log_uniform, uniform

DELTA = 2.0  # near the maximum of delta sin delta, so that the short decimals below meet Theorem 1's conditions
STARS = np.array([(1.0, 0.0), (0.0, 1.0), (3.0, 4.0), (4.0, 3.0), (1.0, 1.0)])

STEP = Hypothesis(r"$\eta \le 1/(\beta + L)$, $L \ge 2a/k^2$", lambda c, xp: 1 - c["eta"] * (c["beta"] + curvature(c["k"], xp)))
STEP_TWICE = Hypothesis(
    r"$\eta \le 2/(\beta + L)$, $L \ge 2a/k^2$", lambda c, xp: 2 - c["eta"] * (c["beta"] + curvature(c["k"], xp))
)
STEP_LISTING = Hypothesis(
    r"$\eta \le 2/(2\beta + 2a/k^2)$", lambda c, xp: 2 - c["eta"] * (2 * c["beta"] + curvature(c["k"], xp))
)


def in_domain(case: Case, xp: Any) -> Any:
    """Parameters in range, w0 != 0 (f has no gradient there) and delta > 0."""
    return xp.both(xp.both(in_range(case, xp), xp.norm(case["w0"], axis=-1) > 0), case["delta"] > 0)


def mix(rng: Any, a: Case, b: Case, share: float) -> Case:
    """The cases of ``a``, a share of them replaced by those of ``b``."""
    pick = rng.random(len(a["k"])) < share
    return {n: np.where(pick.reshape((-1,) + (1,) * (v.ndim - 1)), b[n], v) for n, v in a.items()}


def pad(v: Any, d: int) -> Any:
    return np.concatenate([v, np.zeros((len(v), d - v.shape[1]))], axis=1) if v.shape[1] < d else v[:, :d]


def short_runs(rng: Any, size: int, d: int = 4, ratios: tuple[float, float] = (0.0, 0.7), reach: float = 1.5) -> Case:
    """k = 2, one or two dimensions, and every number a short decimal; Theorem 1's conditions mostly hold with delta = 2."""
    w_star = STARS[rng.integers(0, len(STARS), size)]
    w0 = np.round(rng.uniform(-reach, reach, (size, 2)), 1)
    w0 = np.where(rng.random((size, 1)) < 0.5, np.round(w0 + rng.uniform(-0.1, 0.1, (size, 2)), 2), w0)
    w0 = np.where(np.any(w0 != 0, axis=1, keepdims=True), w0, 1.0)
    line = (rng.random(size) < 0.3)[:, None]
    w_star, w0 = np.where(line, [[1.0, 0.0]], w_star), np.where(line, w0 * [[1.0, 0.0]], w0)
    w0 = np.where(np.any(w0 != 0, axis=1, keepdims=True), w0, [[1.0, 0.0]])
    beta = np.full(size, 0.25)
    lam = beta * np.round(rng.uniform(*ratios, size), 2)
    case = {"k": np.full(size, 2), "w_star": pad(w_star, d), "w0": pad(w0, d), "delta": np.full(size, DELTA)}
    return case | {"beta": beta, "lam": lam, "eta": rng.choice([1.0, 0.5, 0.2], size)}


def with_step(rng: Any, case: Case, limit: Any = 1.0) -> Case:
    """``eta`` at the largest step ``limit``/(beta + 2a/k^2), or at a share of it over two decades."""
    size = len(case["k"])
    share = np.where(rng.random(size) < 0.4, 1 - 1e-12, log_uniform(rng, 1e-2, 1.0, size))
    return case | {"eta": share * limit / (case["beta"] + curvature(case["k"], NUMPY))}


def listing_limit(case: Case) -> Any:
    """2/(2 beta + 2a/k^2) as a multiple of 1/(beta + 2a/k^2)."""
    least = curvature(case["k"], NUMPY)
    return 2 * (case["beta"] + least) / (2 * case["beta"] + least)


def draw(
    rng: Any, size: int, without: str | None = None, limit: Any = 1.0, d: int = 4, largest: float = 3.0, short: float = 0.2
) -> Case:
    """Runs that meet Theorem 1's conditions with a step up to ``limit``/(beta + 2a/k^2) (a number, or a function of the
    case); told a hypothesis by its attribute's name (``step``, ``two``, ``angle``, ``relaxed``, ``threshold``), they break
    it."""
    brief = short_runs(rng, size, d)
    case = mix(rng, draw_runs(rng, size, d, largest) | {"eta": np.zeros(size)}, brief, short)
    if without == "two":
        case["k"] = np.ones_like(case["k"])
    if without == "angle":
        turned = -case["w_star"] * uniform(rng, 0.1, 2.0, (size, 1))
        case["w0"] = np.where(rng.random((size, 1)) < 0.5, turned, case["w0"] - 3 * case["w_star"])
        room = np.pi - start_angle(case, NUMPY)
        case["delta"] = np.minimum(room + uniform(rng, 0.1, 2.0, size), 3.1)
        ratio = case["lam"] / case["beta"]
        case["beta"] = case["delta"] * np.sin(case["delta"]) / (case["k"] * np.pi) * log_uniform(rng, 0.01, 1.0, size)
        case["lam"] = ratio * case["beta"]
    if without == "relaxed":
        case = case | {n: case[n] * f for f in [log_uniform(rng, 1.1, 1e3, size)] for n in ("beta", "lam")}
    if without == "threshold":
        case["lam"] = case["beta"] * uniform(rng, 0.5, 2.0, size)
    share = limit(case) if callable(limit) else limit
    stepped = with_step(rng, case, share * log_uniform(rng, 1.01, 10, size) if without == "step" else share)
    keep = (case["eta"] > 0) & (rng.random(size) < (0.7 if without != "step" else 0.0))
    return stepped | {"eta": np.where(keep, case["eta"], stepped["eta"])}


def unit_rows(x: Any) -> Any:
    """Vectors (n, d), each divided by its length."""
    return x / np.linalg.norm(x, axis=1, keepdims=True)
