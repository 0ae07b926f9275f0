"""RVSM: constants of the loss are attained, and ADMM's exact argmin is one: what inequalities with room would not notice."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.arrays.exact import DecimalArrays
from verify.evidence import Case, claim
from verify.evidence.draw import integers, log_uniform, vectors
from verify.evidence.margins import column
from verify.losses import NoOverlapReLU, unit
from verify.losses.no_overlap_prox import nearest

EXACT = DecimalArrays()
EPSILON = "0.0001"  # half the angle between the two points of a near pair


@claim(
    "RVSM.L4.attained",
    place="Lemma 4",
    expected="unrefuted",
    form="own",
    why="any larger constant leaves room: 2a added instead of taken away, k/pi for 2k/pi",
)
class Attained:
    r"""No constant smaller than RVSM.L4.sharp's serves: $|\nabla f(w_1) - \nabla f(w_2)| \ge (1 - 10^{-3}) L |w_1 - w_2|$ for
    the worse of two pairs, one on a ray and one at $|w| = M$ around $\theta = \pi/2$, $10^{-4}$ apart."""

    def cases(self, rng: Any, size: int) -> Case:
        return {"k": integers(rng, 1, 60, size), "M": log_uniform(rng, 0.02, 20.0, size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["k"] >= 1, case["M"] > xp.constant("0.01"))

    def margin(self, case: Case, xp: Any) -> Any:
        M, e = column(case["M"]), xp.constant(EPSILON)
        sine, cosine = xp.sin(e), xp.cos(e)
        loss = NoOverlapReLU(case["k"], np.array([[1, 0]]) + 0 * M)
        up, left, right = (np.array([v]) + 0 * M for v in ([0, 1], [-1, 0], [1, 0]))
        pairs = ((M * (cosine * up + sine * left), M * (cosine * up + sine * right)), (M * up, 2 * M * up))
        best = 0 * case["M"]
        for one, two in pairs:
            gap = loss.gradient(one, xp) - loss.gradient(two, xp)
            best = xp.maximum(best, xp.norm(gap, axis=-1) / xp.norm(one - two, axis=-1))
        return best / loss.lipschitz(case["M"], xp) - 1 + xp.constant("0.001")


@claim(
    "RVSM.S33.nearest",
    place="Eq. (10), first line",
    expected="unrefuted",
    form="own",
    why="a wrong bracket, slope or turn of the search for the angle leaves a rival with a lower objective",
)
class Nearest:
    r"""The exact argmin of $f(w) + \frac{\beta}{2} |w - v|^2$ that ADMM takes is a global minimiser."""

    def cases(self, rng: Any, size: int) -> Case:
        w_star, v = vectors(rng, size, 3), vectors(rng, size, 3) * log_uniform(rng, 1e-2, 10.0, (size, 1))
        rivals = np.concatenate([rng.normal(size=(size, 12, 3)) * 1.5, v[:, None], w_star[:, None], -w_star[:, None]], axis=1)
        return {
            "k": integers(rng, 1, 60, size),
            "w_star": w_star,
            "v": np.where(rng.random((size, 1)) < 0.3, -w_star * log_uniform(rng, 0.1, 5.0, (size, 1)) + 0.3 * v, v),
            "beta": log_uniform(rng, 1e-2, 10.0, size),
            "rivals": rivals,
        }

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(case["beta"] > 0, xp.any(case["w_star"] != 0, axis=-1))
        return xp.both(fine, case["k"] >= 1)

    def _objective(self, w: Any, case: Case, xp: Any) -> Any:
        loss, v, beta = NoOverlapReLU(case["k"], unit(case["w_star"], xp)), case["v"], case["beta"]
        if w.ndim == 3:
            loss, v, beta = NoOverlapReLU(case["k"][:, None], loss.w_star[:, None]), v[:, None], beta[:, None]
        return loss.value(w, xp) + beta * xp.sum((w - v) * (w - v), axis=-1) / 2

    def margin(self, case: Case, xp: Any) -> Any:
        loss = NoOverlapReLU(case["k"], unit(case["w_star"], xp))
        found = nearest(loss, case["v"], column(case["beta"]), xp)
        here, worst = self._objective(found, case, xp), None
        for rivals in (case["rivals"], *(found[:, None] + (case["rivals"] - found[:, None]) / n for n in (8, 64))):
            gap = -xp.max(here[:, None] - self._objective(rivals, case, xp), axis=-1)
            worst = gap if worst is None else xp.minimum(worst, gap)
        return worst

    def bound(self, case: Case, xp: Any) -> Any:
        return 1 + case["beta"] * xp.sum(case["v"] * case["v"], axis=-1)


@claim(
    "RVSM.E13.zero",
    place="Eq. (13)",
    expected="unrefuted",
    form="own",
    why="an angle other than pi/2, or a unit vector other than 0, gives another vector",
)
class AtZero:
    r"""At $w = 0$, where $f$ has no gradient, the function gives what it documents, $-w^*/(2k)$: (13) with $w/|w|$ read as $0$
    and $\theta$ as $\pi/2$; and $f(0) = a |w^*|^2/k^2$."""

    vectors = ("w_star",)

    def cases(self, rng: Any, size: int) -> Case:
        return {"k": integers(rng, 1, 60, size), "w_star": vectors(rng, size, 3)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["k"] >= 1, xp.any(case["w_star"] != 0, axis=-1))

    def margin(self, case: Case, xp: Any) -> Any:
        k, w_star = case["k"], case["w_star"]
        loss, zero = NoOverlapReLU(k, w_star), 0 * w_star
        off = xp.norm(loss.gradient(zero, xp) + w_star / (2 * column(k)), axis=-1)
        a = k * (k - 1) / (2 * xp.pi) + k * xp.constant("0.5")
        off = off + xp.abs(loss.value(zero, xp) - a * xp.sum(w_star * w_star, axis=-1) / (k * k))
        return xp.constant("1e-12") * (1 + xp.sum(w_star * w_star, axis=-1)) - off


@claim(
    "RVSM.E5.digits",
    place="Eqs. (5) and (13)",
    expected="unrefuted",
    form="own",
    kind="costly",
    why="(5) as printed, or theta - sin theta as it stands for small theta, has no digit left at |w - w*| = 1e-9",
)
class Digits:
    r"""In float64 the loss and its gradient are within a relative $10^{-13}$ of the same functions in 50 digits, from
    $|w - w^*| = 10^{-13} |w^*|$ to the other side of the sphere."""

    def cases(self, rng: Any, size: int) -> Case:
        w_star = rng.normal(size=(size, 3))
        return {
            "k": integers(rng, 1, 60, size),
            "w_star": w_star,
            "w": w_star * (1 + log_uniform(rng, 1e-12, 1.0, (size, 1)) * rng.choice([-1.0, 0.0, 1.0], (size, 1)))
            + rng.normal(size=(size, 3)) * log_uniform(rng, 1e-12, 3.0, (size, 1)),
        }

    def domain(self, case: Case, xp: Any) -> Any:
        w, w_star = (np.asarray(case[n], dtype=np.float64) for n in ("w", "w_star"))
        size = np.linalg.norm(w_star, axis=-1)
        clear = (np.linalg.norm(w - w_star, axis=-1) > 1e-13 * size) & (np.linalg.norm(w, axis=-1) > 1e-3 * size)
        return xp.both(case["k"] >= 1, clear & (size > 1e-3))

    def margin(self, case: Case, xp: Any) -> Any:
        k = np.asarray(case["k"], dtype=np.float64).astype(np.int64)
        floats = {n: np.asarray(case[n], dtype=np.float64) for n in ("w", "w_star")}
        exact = {n: EXACT.held(v) for n, v in floats.items()}
        ours, right = NoOverlapReLU(k, floats["w_star"]), NoOverlapReLU(EXACT.convert(k), exact["w_star"])
        value, true_value = ours.value(floats["w"], NUMPY), right.value(exact["w"], EXACT)
        gradient, true_gradient = ours.gradient(floats["w"], NUMPY), right.gradient(exact["w"], EXACT)
        off = np.abs(value - true_value) / true_value
        turned = EXACT.norm(gradient - true_gradient, axis=-1) / EXACT.norm(true_gradient, axis=-1)
        worst = xp.constant("1e-13") - np.maximum(off, turned)
        return worst.astype(np.float64) if xp is NUMPY else worst
