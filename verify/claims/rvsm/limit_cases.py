"""How the claims on RVSM's limits and angles draw their cases: Theorem 1's conditions with their edges, and short decimals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.claims.rvsm.chosen import threshold
from verify.claims.rvsm.draws import STEP, mix
from verify.claims.rvsm.setting import (
    BETA_SMALL,
    INITIAL_ANGLE,
    K_TWO,
    LAM_SMALL,
    VECTORS,
    curvature,
    dimension,
    draw_runs,
    in_range,
    start_angle,
)
from verify.evidence import Case, Hypothesis
from verify.evidence.draw import integers, log_uniform, mostly

Known = Sequence[dict[str, Any]]

SMALL_START = Hypothesis(
    r"$|w^0| \le 2$ or $t \sqrt{d - 1} \le 1$, $t$ the pruning threshold",
    lambda c, xp: xp.maximum(
        2 - xp.norm(c["w0"], axis=-1), 1 - threshold(c, xp) * xp.sqrt(xp.maximum(dimension(c, xp) - 1, 0))
    ),
)
START_NONZERO = Hypothesis(r"$w^0 \ne 0$", lambda c, xp: xp.norm(c["w0"], axis=-1), strict=True)


def known_cases(rng: Any, size: int, known: Known, d: int) -> Case:
    """Copies of the listed cases (k, w_star, w0, beta, lam, delta and more; eta = 1), padded to d coordinates; ``side`` is 1
    where they do not say."""
    known = [c | {"side": c.get("side", [1]) + [1] * (d - len(c.get("side", [1])))} for c in known]
    pick = rng.integers(0, len(known), size)
    made = {}
    for name in known[0]:
        values = np.asarray([c[name] + [0.0] * (d - len(c[name])) if isinstance(c[name], list) else c[name] for c in known])
        made[name] = values[pick] if values.dtype.kind == "i" else values[pick].astype(np.float64)
    return made


def short(w_star: list[float], w0: list[float], beta: float, lam: float, delta: float = 2.0, **more: Any) -> dict[str, Any]:
    return {"k": 2, "w_star": w_star, "w0": w0, "beta": beta, "lam": lam, "delta": delta, "eta": 1.0, **more}


def sides(rng: Any, size: int, d: int) -> Any:
    """One coordinate of a case in two stands for up to 1e14 equal ones, the others for themselves."""
    many = np.where(rng.random(size) < 0.5, integers(rng, 2, 10**7, size), 1)
    return np.where(np.arange(d) == rng.integers(0, 2, size)[:, None], many[:, None], 1)


def at_edges(rng: Any, case: Case) -> Case:
    """delta at 2.02876, where delta sin delta is largest, beta and lam/beta at their limits, each in a share of the cases."""
    size, room = len(case["k"]), np.pi - start_angle(case, NUMPY)
    delta = np.where((rng.random(size) < 0.3) & (room > 2.02876), 2.02876, case["delta"])
    delta = np.where(rng.random(size) < 0.3, room, delta)
    limit = np.maximum(delta * np.sin(delta), 1e-12) / (case["k"] * np.pi)
    beta = np.where(rng.random(size) < 0.5, limit * (1 - 1e-12), np.minimum(case["beta"], limit * (1 - 1e-12)))
    ratio = np.where(rng.random(size) < 0.5, 0.999999, log_uniform(rng, 1e-5, 1.0, size) * 0.999999)
    lam = beta * ratio / np.sqrt(np.maximum(dimension(case, NUMPY), 1))
    return case | {"delta": delta, "beta": beta, "lam": mostly(rng, lam, 0.0, 0.02)}


def draw(
    rng: Any,
    size: int,
    without: str | None = None,
    d: int = 4,
    largest: float = 3.0,
    penalties: bool = False,
    any_dimension: bool = False,
) -> Case:
    """Runs under Theorem 1's conditions; the named hypothesis violated where one is."""
    case = draw_runs(rng, size, d, largest)
    case = at_edges(rng, case | {"side": sides(rng, size, d)} if any_dimension else case)
    case["k"] = np.where(rng.random(size) < 0.3, 2, case["k"])
    limit = np.maximum(case["delta"] * np.sin(case["delta"]), 1e-12) / (case["k"] * np.pi)
    ratio, case["beta"] = case["lam"] / case["beta"], np.minimum(case["beta"], limit * (1 - 1e-12))
    if without == "patches":
        case["k"], case["beta"] = np.ones(size, dtype=np.int64), case["beta"] * case["k"]
    if without == "coupling":
        case["beta"] = limit * log_uniform(rng, 1.01, 20, size)
    if without == "sparsity":
        ratio = ratio * log_uniform(rng, 1.0, 10, size)
    if without == "small_start":
        long = log_uniform(rng, 2.1, 30.0, (size, 1)) / np.linalg.norm(case["w0"], axis=1, keepdims=True)
        case["w0"], ratio = case["w0"] * long, np.maximum(ratio, 0.9 / np.sqrt(dimension(case, NUMPY)))
    if without == "start":
        case["w0"] = np.where(rng.random((size, 1)) < 0.5, -case["w_star"], case["w0"])
        case["delta"] = np.where(rng.random(size) < 0.5, 2.0, case["delta"])
    if without == "positive":
        case["delta"] = -case["delta"]
    case["lam"] = case["beta"] * ratio
    step = 1 / (case["beta"] + curvature(case["k"], NUMPY)) * (1 - 1e-12)
    step = step * (log_uniform(rng, 1.01, 4, size) if without == "step" else 1)
    case["eta"] = step * np.where(rng.random(size) < 0.6, 1.0, rng.uniform(0.05, 1.0, size) if without != "step" else 1)
    if penalties:
        which = rng.integers(1 if without == "small_start" else 0, 3, size)
        a = np.where(rng.random(size) < 0.5, 1.0, log_uniform(rng, 1e-2, 1e2, size))
        case |= {"penalty": which, "a": a}
    return case


def rounded(case: Case) -> Case:
    """Two significant digits for each number, cut so that upper bounds on beta, lam, eta and delta still hold; k = 2."""

    def cut(x: Any, digits: int) -> Any:
        unit = 10.0 ** (np.floor(np.log10(np.maximum(np.abs(x), 1e-12))) - digits + 1)
        return np.round(np.floor(np.abs(x) / unit + 1e-9) * unit, 12) * np.sign(x)

    short: Case = {n: np.round(case[n], 1) for n in ("w_star", "w0")}
    short = {n: np.where(np.any(v != 0, axis=1, keepdims=True), v, case[n]) for n, v in short.items()}
    case = case | short | {"k": np.full_like(case["k"], 2), "delta": cut(case["delta"], 2)}
    limit = np.maximum(case["delta"] * np.sin(case["delta"]), 0) / (2 * np.pi)
    ratio = np.minimum(cut(case["lam"] / case["beta"], 2), cut(0.9999 / np.sqrt(np.maximum(dimension(case, NUMPY), 1)), 2))
    beta = cut(np.minimum(case["beta"], limit), 2)
    case |= {"beta": beta, "lam": np.round(beta * ratio, 12), "eta": cut(np.minimum(case["eta"], 1.0), 1)}
    return case | ({"a": cut(case["a"], 1)} if "a" in case else {})


class Runs:
    """Shared by the claims under Theorem 1's conditions: its hypotheses, and cases that hit their edges. ``known`` lists cases
    to draw again and again, ``broken`` such as violate one hypothesis, by its name; ``brief`` cases are short decimals; with
    ``any_dimension`` d goes up to 1e14, else to 4."""

    step: Hypothesis | None = STEP
    start: Hypothesis | None = INITIAL_ANGLE
    patches: Hypothesis | None = K_TWO
    coupling: Hypothesis | None = BETA_SMALL
    sparsity: Hypothesis | None = LAM_SMALL
    vectors: tuple[str, ...] = (*VECTORS, "side")
    known: Known = ()
    broken: Mapping[str, Known] = MappingProxyType({})
    largest = 3.0
    penalties = False
    brief = False
    any_dimension = False

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        known, share = (self.broken.get(without, ()), 0.3) if without else (self.known, 0.05)
        case = draw(rng, size, without, largest=self.largest, penalties=self.penalties, any_dimension=self.any_dimension)
        case = rounded(case) if self.brief else case
        if not known:
            return case
        corner = known_cases(rng, size, known, case["w_star"].shape[1])
        return mix(rng, case, {n: corner.get(n, case[n]) for n in case}, share)

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(self.sensible(case, xp), case["delta"] > 0)

    def sensible(self, case: Case, xp: Any) -> Any:
        fine = xp.both(in_range(case, xp), xp.any(case["w0"] != 0, axis=-1))
        fine = xp.both(fine, xp.all(case["side"] >= 1, axis=-1)) if "side" in case else fine
        return xp.both(fine, case["a"] > 0) if "a" in case else fine
