"""The argmin that ADMM asks of the no-overlap loss, against the best points of rays."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.evidence import Case, claim
from verify.evidence.draw import log_uniform, mostly
from verify.losses import NoOverlapReLU
from verify.losses.no_overlap_prox import nearest

SIZE, AROUND, OTHERS = 3, 24, 8


@claim(
    "LOSS.no_overlap.nearest",
    place="verify/losses/no_overlap_prox.py",
    expected="unrefuted",
    form="own",
    why="one basin alone, the worse of the two, or another length leaves a lower ray",
)
class Nearest:
    r"""no_overlap_prox.nearest returns a global minimiser of $f(w) + \frac\beta2 |w - v|^2$, $f$ the loss of NoOverlapReLU: no
    ray is lower. Rays all round in the plane of $w^*$ and $v$, others, and some close to the point returned; each at its best
    length, since $f$ is quadratic along a ray from 0."""

    def cases(self, rng: Any, size: int) -> Case:
        star = mostly(rng, rng.normal(size=(size, SIZE)), 0.0, 0.1) * rng.choice([0.3, 1.0, 2.0], (size, 1))
        star[:, 0] = np.where(star.any(axis=1), star[:, 0], 1.0)
        v = rng.normal(size=(size, SIZE)) * log_uniform(rng, 1e-2, 10.0, (size, 1))
        along, off = rng.uniform(-3, 3, (size, 1)), rng.choice([0.0, 1e-3, 0.1], (size, 1))
        v = np.where(rng.random((size, 1)) < 0.5, along * star + off * v, v)
        other = np.where(rng.random((size, 1)) < 0.8, v, rng.normal(size=(size, SIZE)))
        e = star / np.linalg.norm(star, axis=1, keepdims=True)
        n = other - np.sum(other * e, axis=1, keepdims=True) * e
        n /= np.maximum(np.linalg.norm(n, axis=1, keepdims=True), 1e-12)
        turns = np.arange(AROUND) * (2 * np.pi / AROUND)
        plane = np.cos(turns)[:, None] * e[:, None] + np.sin(turns)[:, None] * n[:, None]
        rays = np.concatenate([plane, rng.normal(size=(size, OTHERS, SIZE))], axis=1)
        return {"k": rng.integers(1, 12, size), "w*": star, "v": v, "beta": log_uniform(rng, 0.01, 20.0, size), "rays": rays}

    def domain(self, case: Case, xp: Any) -> Any:
        met = xp.both(xp.any(case["w*"] != 0, axis=-1), xp.all(xp.any(case["rays"] != 0, axis=-1), axis=-1))
        return xp.both(met, xp.both(case["beta"] > 0, case["k"] >= 1))

    def objective(self, w: Any, case: Case, xp: Any) -> Any:
        """Of points (case, point, coordinate)."""
        apart = w - case["v"][:, None]
        loss = NoOverlapReLU(case["k"][:, None], case["w*"][:, None])
        return loss.value(w, xp) + case["beta"][:, None] / 2 * xp.sum(apart * apart, axis=-1)

    def margin(self, case: Case, xp: Any) -> Any:
        w = nearest(NoOverlapReLU(case["k"], case["w*"]), case["v"], case["beta"][:, None], xp)[:, None]
        rays = np.concatenate([case["rays"], w + case["rays"] / 100], axis=1)
        start, one, two = (self.objective(length * rays, case, xp) for length in (0, 1, 2))
        bend = (two - one) - (one - start)
        rise = (one - start) - bend / 2
        length = xp.maximum(-rise / xp.where(bend > 0, bend, 1), 0)
        lowest = -xp.max(-self.objective(length[..., None] * rays, case, xp), axis=-1)
        return lowest - self.objective(w, case, xp)[:, 0]

    def bound(self, case: Case, xp: Any) -> Any:
        """The objective at 0."""
        return self.objective(0 * case["v"][:, None], case, xp)[:, 0]
