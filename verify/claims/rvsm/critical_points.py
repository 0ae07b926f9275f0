"""Lemma 3, part 2: the critical points of the loss, and how fast it grows away from its minimum."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.rvsm.draws import unit_rows
from verify.claims.rvsm.loss import points
from verify.claims.rvsm.setting import K_TWO, problem
from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.draw import log_uniform
from verify.evidence.margins import column
from verify.losses import angle, unit

VECTORS = ("w_star", "w", "y")
TINY = "1e-12"


def draw(rng: Any, size: int, k: Any = None, one_dimension: float | None = None) -> Case:
    """A point w, a direction y, an angle x, for each w*; w often near the axis of w* and near 0, c w*, 2c w*."""
    case = points(rng, size, d=4)
    case["w_star"] = unit_rows(case["w_star"])
    if one_dimension:
        for name in ("w_star", "w"):
            case[name][:, 1:] *= rng.random((size, 1)) > one_dimension
        case["w_star"][~case["w_star"].any(axis=1), 0] = 1.0
        case["w"][~case["w"].any(axis=1), 0] = -1.0
    case["k"] = np.maximum(case["k"], 2) if k is None else np.full(size, k)
    c = ((case["k"] - 1) / (case["k"] - 1 + np.pi))[:, None]
    place = rng.integers(0, 8, size)[:, None]
    special = np.where(place == 0, -c, np.where(place == 1, -2 * c, np.where(place == 2, -1.0, 0.0)))
    near = special * unit_rows(case["w_star"]) + case["w"] * log_uniform(rng, 1e-6, 1e-1, (size, 1))
    case["w"] = np.where(place < 4, near, case["w"])
    alive = (case["w"] != 0) | (case["w_star"] != 0)
    y = rng.normal(size=case["w"].shape) * alive
    return case | {"y": unit_rows(y), "x": log_uniform(rng, 1e-2, 1.0, size)}


def across(case: Case, xp: Any) -> Any:
    """The unit vector of y across w*; 0 when there is none."""
    e = unit(case["w_star"], xp)
    y = case["y"] - column(xp.dot(case["y"], e)) * e
    y = y - column(xp.dot(y, e)) * e
    size = xp.norm(y, axis=-1, keepdims=True)
    seen = size > xp.constant("1e-9")
    return xp.where(seen, y / xp.where(seen, size, xp.full_like(size, 1)), xp.zeros_like(y))


def coordinates(case: Case, xp: Any) -> Any:
    """The dimension of a case: coordinates in which w*, w or y is not 0."""
    used = xp.either(case["w_star"] != 0, xp.either(case["w"] != 0, case["y"] != 0))
    return xp.sum(xp.where(used, 1, 0), axis=-1)


def turn_of(case: Case, xp: Any) -> tuple[Any, Any]:
    """(pi - theta) sin theta / (k pi), the part of the gradient that turns w towards w*; and theta."""
    theta = angle(case["w"], case["w_star"], xp)
    return (xp.pi - theta) * xp.sin(theta) / (case["k"] * xp.pi), theta


def ordinary(case: Case, xp: Any) -> Any:
    """All but the saddle: 0 is a local maximum, w* the global minimum, the gradient is 0 at w* and -c w* and nowhere else."""
    w, k, e = case["w"], case["k"], unit(case["w_star"], xp)
    f = problem(case, xp)
    r, c = xp.norm(w, axis=-1), f.saddle(xp)
    ell, tiny = f.descent_constant(xp), xp.constant(TINY)
    fall = 2 * (f.value(xp.zeros_like(w), xp) - f.value(w, xp)) - ell * r * (2 * c - r)
    grow = f.value(w, xp) - f.growth(xp) * xp.sum((w - e) * (w - e), axis=-1)
    turning, _ = turn_of(case, xp)
    moves = xp.norm(f.gradient(w, xp), axis=-1) - turning
    ahead = xp.norm(f.gradient(column(r) * e, xp), axis=-1) - ell * xp.abs(r - 1)
    behind = xp.norm(f.gradient(-column(r) * e, xp), axis=-1) - ell * xp.abs(r - c)
    still = -xp.norm(f.gradient(e, xp), axis=-1) - xp.norm(f.gradient(-column(c) * e, xp), axis=-1)
    worst = xp.minimum(xp.minimum(fall, grow) / (1 + r * r), xp.minimum(moves, xp.minimum(ahead, behind)) / (1 + r))
    return xp.minimum(worst, still) + tiny + 0 * k


def descends(case: Case, xp: Any) -> Any:
    """f(-c w*) - min f over points near -c w*, at angle x around the origin and at distance c x along w*, less what a saddle
    must give: a quarter of c x^3/(k pi), the leading term being a third."""
    f, k, x = problem(case, xp), case["k"], case["x"]
    e, c = unit(case["w_star"], xp), f.saddle(xp)
    here = f.value(-column(c) * e, xp)
    turned = column(c) * (column(xp.sin(x)) * across(case, xp) - column(xp.cos(x)) * e)
    lowest = xp.minimum(f.value(turned, xp), xp.minimum(*(f.value(-column(c * (1 + d)) * e, xp) for d in (x / 2, -x / 2))))
    return (here - lowest) * (k * xp.pi) / (c * x * x * x) - xp.constant("0.25")


@claim(
    "RVSM.L3.crit",
    place="Lemma 3, part 2",
    expected="refuted",
    why="d = 1, k = 2, w* = 1: k^2 f(-r) = a(r^2 + 1) - 2br is a parabola with its minimum at c = 1/(1 + pi)",
    erratum="false",
    fix="RVSM.L3.crit.fix",
    falls="in one dimension gradient descent from the wrong side ends at -c w*; each statement with an angle below pi survives",
)
class Critical:
    r"""For $k > 1$ and every dimension $d \ge 1$, $f$ has exactly the critical points $0$, a local maximum, $w^*$, the unique
    global minimum, and $-\frac{k^2 - k}{k^2 + (\pi - 1)k} w^*$, a degenerate saddle. (A saddle has lower values in every
    neighbourhood; the margin takes the lowest of the values near it along $w^*$ and, where there are any, across it.)"""

    vectors = VECTORS

    def cases(self, rng: Any, size: int) -> Case:
        return draw(rng, size, one_dimension=0.2)

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(proper(case, xp), case["k"] >= 2)

    def margin(self, case: Case, xp: Any) -> Any:
        return xp.minimum(ordinary(case, xp), descends(case, xp))

    def picture(self, case: Case) -> Any:
        from matplotlib.figure import Figure

        from verify.arrays import NUMPY

        line = {"k": np.full(400, case["k"][0]), "w_star": np.ones((400, 1))}
        w = np.linspace(-0.8, 1.4, 400)[:, None]
        figure = Figure(figsize=(5, 3), layout="constrained")
        axes = figure.subplots()
        axes.plot(w[:, 0], problem(line, NUMPY).value(w, NUMPY))
        axes.axvline(-float(problem(line, NUMPY).saddle(NUMPY)[0]), linestyle=":", color="grey")
        axes.set(xlabel="w", ylabel="f(w)", title=f"d = 1, k = {int(case['k'][0])}, w* = 1: a second local minimum")
        return figure


def proper(case: Case, xp: Any) -> Any:
    """w* and w are not 0, x is in (0, 1], and y is not parallel to w* unless there is no other direction."""
    some = xp.both(xp.any(case["w_star"] != 0, axis=-1), xp.any(case["w"] != 0, axis=-1))
    fine = xp.either(coordinates(case, xp) < 2, xp.any(across(case, xp) != 0, axis=-1))
    return xp.both(xp.both(some, fine), xp.both(case["x"] > 0, case["x"] <= 1))


def off_axis(p: Any) -> Any:
    """Where (pi - theta) sin theta > 0 the gradient is not 0, whatever its radial part."""
    turning, radial = p.positive("turning"), p.real("radial")
    return turning * turning + radial * radial > 0


def on_axis(p: Any) -> Any:
    """On the axis k^2 |grad f| = |2a r - 2b - k| or |2a r - 2b|: zero only at r = 1 and r = b/a = (k - 1)/(k - 1 + pi)."""
    k, r, pi = p.real("k"), p.real("r"), p.positive("pi")
    p.assume(k > 1)
    b = (k * k - k) / (2 * pi)
    a = b + k / 2
    ahead = p.implies(2 * a * r - 2 * b - k == 0, r == 1)
    return [ahead, p.implies(2 * a * r - 2 * b == 0, r * (k - 1 + pi) == k - 1)]


@claim(
    "RVSM.L3.crit.fix",
    place="Lemma 3, part 2",
    expected="unrefuted",
    why="c = (k - 1)/(k + pi) leaves a gradient at -c w*; the same without d >= 2 has no lower value near -c w*",
)
class CriticalFix:
    r"""For $k \ge 2$, $|w^*| = 1$, $c = \frac{k - 1}{k - 1 + \pi}$: $f(w) < f(0)$ for $0 < |w| < 2c$, by at least
    $\frac{a}{k^2} |w| (2c - |w|)$, with equality on the ray of $-w^*$; $f(w) \ge \frac{1}{4k} |w - w^*|^2$; the gradient is
    $0$ at $w^*$ and $-c w^*$ and nowhere else. For $d \ge 2$, $-c w^*$ is a saddle whose Hessian has rank one: turning it by
    $x \in (0, 1]$ lowers $f$ by more than $\frac{c}{4k\pi} x^3$ (exactly $\frac{c}{k\pi} (\sin x - x \cos x)$). For $d = 1$
    it is a strict local minimum, $f(w) = f(-c w^*) + \frac{a}{k^2} |w + c w^*|^2$ on the ray of $-w^*$, so $d \ge 2$ is
    needed."""

    vectors = VECTORS
    complete_proof = False
    many_patches = K_TWO
    plane = Hypothesis(r"$d \ge 2$", lambda c, xp: coordinates(c, xp) - 2)

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        k = 1 if without == "many_patches" else None
        return draw(rng, size, k, one_dimension=1.0 if without == "plane" else None)

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(proper(case, xp), case["k"] >= 1)

    def margin(self, case: Case, xp: Any) -> Any:
        f, k, x = problem(case, xp), case["k"], case["x"]
        e, c, tiny = unit(case["w_star"], xp), f.saddle(xp), xp.constant("1e-11")
        turned = column(c) * (column(xp.sin(x)) * across(case, xp) - column(xp.cos(x)) * e)
        drop = f.value(-column(c) * e, xp) - f.value(turned, xp)
        cubic = drop * k * xp.pi - c * x * x * x / 4
        exact = tiny - xp.abs(drop - c * (xp.sin(x) - x * xp.cos(x)) / (k * xp.pi))
        eigenvalues = f.hessian_eigenvalues(-column(xp.maximum(c, tiny)) * e, xp)
        flat = tiny - xp.abs(eigenvalues.angular) - xp.abs(eigenvalues.across)
        saddle = xp.minimum(xp.where(cubic > 0, cubic, -xp.full_like(cubic, 1)), xp.minimum(exact, flat))
        return xp.minimum(ordinary(case, xp), saddle)

    def proof(self) -> list[Lemma]:
        return [Lemma("no critical point off the axis", off_axis), Lemma("the critical points on the axis", on_axis)]


@claim(
    "RVSM.L3.k1",
    place="Lemma 3, after part 2",
    expected="unrefuted",
    why="no local maximum is not a local minimum: f(t w*) = (1 - t)^2/2 along w*; with k = 2, f is lower on both sides of 0",
)
class OnePatch:
    r"""For $k = 1$, $w = 0$ is not a local maximum ($f(-t w^*) = f(0) + \frac{t^2}{2}$ with $|w^*| = 1$), nor a minimum ($f(t
    w^*) = \frac{(1 - t)^2}{2}$), and $w^*$, the unique global minimum ($f(w) \ge \frac14 |w - w^*|^2$), is the only critical
    point where $f$ is differentiable: $|\nabla f(w)| \ge \frac{1}{\pi} (\pi - \theta) \sin\theta$ off the axis of $w^*$, $|r
    - 1|$ and $r$ on its two rays, $r = |w|$. (On the ray of $-w^*$ the gradient is $w$ and tends to $0$ at $0$.)"""

    vectors = VECTORS
    one_patch = Hypothesis(r"$k = 1$", lambda c, xp: 1 - c["k"])

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        return draw(rng, size, None if without else 1)

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(proper(case, xp), case["k"] >= 1)

    def margin(self, case: Case, xp: Any) -> Any:
        f, e, t, w = problem(case, xp), unit(case["w_star"], xp), column(case["x"]), case["w"]
        origin, tiny = f.value(xp.zeros_like(e), xp), xp.constant(TINY)
        above = f.value(-t * e, xp) - origin - case["x"] * case["x"] / 2
        below = origin - f.value(t * e, xp) - case["x"] * (2 - case["x"]) / 2
        r = xp.norm(w, axis=-1)
        grow = (f.value(w, xp) - xp.sum((w - e) * (w - e), axis=-1) / 4) / (1 + r * r)
        turning, _ = turn_of(case, xp)
        moves = xp.norm(f.gradient(w, xp), axis=-1) - turning
        ahead = xp.norm(f.gradient(column(r) * e, xp), axis=-1) - xp.abs(r - 1)
        behind = xp.norm(f.gradient(-column(r) * e, xp), axis=-1) - r
        still = -xp.norm(f.gradient(e, xp), axis=-1)
        slopes = xp.minimum(xp.minimum(moves, still), xp.minimum(ahead, behind)) / (1 + r)
        return tiny + xp.minimum(xp.minimum(above, below), xp.minimum(grow, slopes))


@claim(
    "RVSM.L3.growth",
    place="beside Lemma 3",
    expected="unrefuted",
    form="own",
    why="1/(4k) is attained at -w*, a/k^2 on the ray of w*: any larger or smaller constant fails there",
)
class Growth:
    r"""For every $w$, $k \ge 1$ and dimension, $\frac{1}{4k} |w - w^*|^2 \le f(w) \le \frac{a}{k^2} |w - w^*|^2$ with $a =
    \frac{k^2 - k}{2\pi} + \frac{k}{2}$; the first with equality only at $w^*$ and $-w^*$, the second on the ray of $w^*$."""

    vectors = ("w_star", "w")

    def cases(self, rng: Any, size: int) -> Case:
        case = points(rng, size, zeros=0.01)
        exact = rng.random((size, 1)) < 0.1
        return case | {"w": np.where(exact, -case["w_star"], case["w"])}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["k"] >= 1, xp.any(case["w_star"] != 0, axis=-1))

    def margin(self, case: Case, xp: Any) -> Any:
        f, e = problem(case, xp), unit(case["w_star"], xp)
        square = xp.sum((case["w"] - e) * (case["w"] - e), axis=-1)
        value = f.value(case["w"], xp)
        low = (value - f.growth(xp) * square) / (f.growth(xp) * xp.where(square > 0, square, xp.full_like(square, 1)))
        high = f.descent_constant(xp) * square / 2
        high = (high - value) / xp.where(high > 0, high, xp.full_like(high, 1))
        return xp.minimum(low, high)
