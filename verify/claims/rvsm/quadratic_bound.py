"""After Lemma 2: the descent inequality, which (11) at the iterates does not give and the shape of f does."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.claims.rvsm.setting import (
    BETA_SMALL,
    DELTA_POSITIVE,
    INITIAL_ANGLE,
    K_TWO,
    LAM_SMALL,
    curvature,
    draw_runs,
    in_range,
    iterates,
    penalised,
    problem,
)
from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.draw import log_uniform, mostly
from verify.losses import NoOverlapReLU

STEPS = 60


def largest_slope(case: Case, xp: Any) -> Any:
    """The smallest L for which (11) holds along the first 60 steps; steps below 1e-7 are left out, rounding decides theirs."""
    f, before, worst = problem(case, xp), None, 0
    for w, _ in iterates(case, xp, STEPS):
        g = f.gradient(w, xp)
        if before is not None:
            move, change = xp.norm(w - before[0], axis=-1), xp.norm(g - before[1], axis=-1)
            clear = move > xp.constant("1e-7")
            worst = xp.maximum(worst, xp.where(clear, change, 0) / xp.where(clear, move, xp.full_like(move, 1)))
        before = w, g
    return worst


def gap(f: NoOverlapReLU, w: Any, v: Any, L: Any, xp: Any) -> Any:
    """<grad f(w), v - w> + (L/2)|v - w|^2 - (f(v) - f(w))."""
    move = v - w
    return xp.dot(f.gradient(w, xp), move) + L * xp.sum(move * move, axis=-1) / 2 - (f.value(v, xp) - f.value(w, xp))


@claim(
    "RVSM.L2.descent",
    place="after Lemma 2",
    kind="run",
    expected="refuted",
    why="k = 2, w* = (0, 1), w0 = (1, -1), beta = .01, lam = 1e-3, eta = 1.5: (11) has L = .6245, the first step needs .6405",
    erratum="gap",
    fix="RVSM.L2.descent.sharp",
    falls="Lemma 6 read with an L known from the iterates alone; it survives with any L >= 2a/k^2, so with 1 + 3|w*|/M. "
    "No such case is known on a line",
)
class Consequence:
    r"""If (11) holds for all $t$ with a constant $L$, and Theorem 1's conditions with this $L$, then $f(w^{t+1}) - f(w^t) \le
    \langle \nabla f(w^t), w^{t+1} - w^t \rangle + \frac{L}{2} |w^{t+1} - w^t|^2$ for all $t$ with the same $L$: checked at $t
    = 0$, with the smallest $L$ for which (11) holds along 60 steps. (The usual proof needs (11) along the segment; the paper
    has it at its ends. Every $L \ge 2a/k^2$ is large enough: RVSM.L2.descent.sharp.)"""

    vectors = ("w_star", "w0")
    angle, positive, two, relaxed, threshold = INITIAL_ANGLE, DELTA_POSITIVE, K_TWO, BETA_SMALL, LAM_SMALL
    step = Hypothesis(r"$\eta \le \frac{1}{\beta + L}$", lambda c, xp: 1 - c["eta"] * (c["beta"] + largest_slope(c, xp)))

    def cases(self, rng: Any, size: int) -> Case:
        case = draw_runs(rng, size, d=3)
        brief = rng.random(size) < 0.4
        case["w_star"][brief] = np.eye(3)[1]
        w0 = np.stack([rng.choice([1.0, 1.5, 2.0, 4.0], size), -rng.choice([0.5, 1.0, 1.5], size), np.zeros(size)], axis=1)
        case["w0"] = np.where(brief[:, None], w0, case["w0"])
        for name, value in {"k": 2, "delta": 0.4, "beta": 0.01, "lam": 0.001}.items():
            case[name] = np.where(brief, value, case[name])
        eta = 1 / (case["beta"] + curvature(case["k"], NUMPY)) * rng.uniform(0.5, 3.0, size)
        return case | {"eta": np.where(brief, rng.choice([1.5, 1.6], size), eta)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(xp.both(in_range(case, xp), penalised(case, xp)), xp.any(case["w0"] != 0, axis=-1))

    def first(self, case: Case, xp: Any) -> tuple[Any, Any]:
        (w, _), (v, _) = iterates(case, xp, 1)
        return w, v

    def margin(self, case: Case, xp: Any) -> Any:
        return gap(problem(case, xp), *self.first(case, xp), largest_slope(case, xp), xp)

    def bound(self, case: Case, xp: Any) -> Any:
        return 1 + xp.sum(case["w0"] * case["w0"], axis=-1)

    def trace(self, case: Case, xp: Any) -> list[tuple[str, Any]]:
        f, (w, v), L = problem(case, xp), self.first(case, xp), largest_slope(case, xp)
        needed = L - 2 * gap(f, w, v, L, xp) / xp.sum((v - w) * (v - w), axis=-1)
        rows = {"w^0": w, "w^1": v, "smallest L in (11)": L, "L that the first step needs": needed}
        return [*rows.items(), ("1/eta - beta", 1 / case["eta"] - case["beta"]), ("2a/k^2", f.descent_constant(xp))]


def from_convexity(p: Any) -> Any:
    """phi convex, phi(w) = <p, w>: W = |w|^2, V = |v|^2, X = <w, v>, phi_w = phi(w), p_v = <p(w), v> <= phi(v)."""
    a, W, V, X, phi_w, p_v, phi_v = p.reals("a W V X phi_w p_v phi_v")
    p.assume(phi_v >= p_v)
    slope = 2 * a * (X - W) - (p_v - phi_w)
    return (a * V - phi_v) - (a * W - phi_w) <= slope + a * (V - 2 * X + W)


def convex(p: Any) -> Any:
    """The Hessian of phi: 0, (s/r)(2b + (2k/pi) sin theta) and (s/r)(2b + (k/pi) sin theta), none negative."""
    k, pi, s, r, sine = p.real("k"), p.positive("pi"), p.positive("s"), p.positive("r"), p.nonnegative("sine")
    p.assume(k >= 1)
    two_b = (k * k - k) / pi
    return [s / r * (two_b + 2 * k / pi * sine) >= 0, s / r * (two_b + k / pi * sine) >= 0]


@claim(
    "RVSM.L2.descent.sharp",
    place="after Lemma 2",
    expected="unrefuted",
    why="attained by w and v on one ray: 0.99 (2a/k^2) fails there; k = 1 and crossings of 0 are among the cases",
)
class Descent:
    r"""For every $w \ne 0$ and every $v$ ($0$ included), in every dimension, for every $k \ge 1$, $f(v) - f(w) \le \langle
    \nabla f(w), v - w \rangle + \frac{L}{2} |v - w|^2$ with $L = \frac{2a}{k^2} = \frac{1}{k} + (1 - \frac{1}{k})
    \frac{1}{\pi} \le 1$ or any larger $L$: no bound on norms, no segment, no Lemma 2. Attained exactly for $v$ on the ray of
    $w$, so no smaller $L$ serves. $f$ is $\frac{a}{k^2} |w|^2$ less a convex function; that this is convex off the origin is
    the Hessian's sign, at the origin homogeneity."""

    vectors = ("w_star", "w", "v")
    complete_proof = False

    def cases(self, rng: Any, size: int) -> Case:
        case = draw_runs(rng, size)
        w = case["w0"]
        v = rng.normal(size=w.shape) * ((w != 0) | (case["w_star"] != 0)) * log_uniform(rng, 1e-3, 1e2, (size, 1))
        kind = rng.integers(0, 5, (size, 1))
        v = np.where(kind == 0, w + v * 1e-3, np.where(kind == 1, w * log_uniform(rng, 1e-2, 1e2, (size, 1)), v))
        v = np.where(kind == 2, -w * log_uniform(rng, 1e-2, 1e2, (size, 1)), v)
        k = mostly(rng, case["k"], 1, 0.2).astype(np.int64)
        return {"k": k, "w_star": case["w_star"], "w": w, "v": mostly(rng, v, 0.0, 0.01)}

    def domain(self, case: Case, xp: Any) -> Any:
        met = xp.both(xp.any(case["w"] != 0, axis=-1), xp.any(case["w_star"] != 0, axis=-1))
        return xp.both(met, case["k"] >= 1)

    def margin(self, case: Case, xp: Any) -> Any:
        f = problem(case, xp)
        move = case["v"] - case["w"]
        size = f.descent_constant(xp) * xp.sum(move * move, axis=-1) / 2
        size = size + xp.constant("1e-6") * (1 + xp.sum(case["w"] * case["w"], axis=-1))
        return gap(f, case["w"], case["v"], f.descent_constant(xp), xp) / size

    def proof(self) -> list[Lemma]:
        return [Lemma("the split-off function is convex", convex), Lemma("then f descends", from_convexity)]
