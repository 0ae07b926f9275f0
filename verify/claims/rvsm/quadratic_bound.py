"""After Lemma 2: the descent inequality, which (11) at the iterates does not give and the shape of f does."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.rvsm.setting import LAM_SMALL, draw_runs, in_range, iterates, penalised, problem
from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.draw import log_uniform, mostly
from verify.losses import NoOverlapReLU


def first_step(case: Case, xp: Any) -> tuple[NoOverlapReLU, Any, Any, Any]:
    """f, w^0, w^1, and the smallest L for which (11) holds at t = 0."""
    f = problem(case, xp)
    (w, _), (v, _) = iterates(case, xp, 1)
    move = xp.norm(v - w, axis=-1)
    change = xp.norm(f.gradient(v, xp) - f.gradient(w, xp), axis=-1)
    return f, w, v, change / xp.where(move > 0, move, xp.full_like(move, 1))


def gap(f: NoOverlapReLU, w: Any, v: Any, L: Any, xp: Any) -> Any:
    """<grad f(w), v - w> + (L/2)|v - w|^2 - (f(v) - f(w))."""
    move = v - w
    return xp.dot(f.gradient(w, xp), move) + L * xp.sum(move * move, axis=-1) / 2 - (f.value(v, xp) - f.value(w, xp))


def _step_margin(case: Case, xp: Any) -> Any:
    return 1 - case["eta"] * (case["beta"] + first_step(case, xp)[3])


@claim(
    "RVSM.L2.descent",
    place="after Lemma 2",
    expected="refuted",
    why="d = 1, k = 2: from w = 1.2 across 0 to v = -0.2 the gradient changes by 0.075 |w - v|, but f bends at 0 in between",
    erratum="gap",
    fix="RVSM.L2.descent.sharp",
    falls="Lemma 6 read with an L known from the iterates alone; it survives with any L >= 2a/k^2, so with 1 + 3|w*|/M",
)
class Consequence:
    r"""If (11) holds for $w^t$ and $w^{t+1}$ with a constant $L$ and $\eta \le \frac{1}{\beta + L}$, $k \ge 2$, then
    $f(w^{t+1}) - f(w^t) \le \langle \nabla f(w^t), w^{t+1} - w^t \rangle + \frac{L}{2} |w^{t+1} - w^t|^2$ with the same $L$.
    (The usual proof needs (11) along the segment; the paper has it at its ends. Every $L \ge 2a/k^2$ is large enough:
    RVSM.L2.descent.sharp.)"""

    vectors = ("w_star", "w0")
    many_patches = Hypothesis(r"$k \ge 2$", lambda c, xp: c["k"] - 2)
    step = Hypothesis(r"$\eta \le \frac{1}{\beta + L}$", _step_margin)
    threshold = LAM_SMALL

    def cases(self, rng: Any, size: int) -> Case:
        case = draw_runs(rng, size, d=3)
        line = rng.random(size) < 0.4
        case["w_star"][line] = np.eye(3)[0]
        case["w0"][line] = np.eye(3)[0] * rng.choice([1.1, 1.2, 1.25, 1.5], (line.sum(), 1))
        case["k"] = np.where(line, 2, case["k"])
        case["beta"] = np.where(line, rng.choice([0.001, 0.01, 0.02], size), case["beta"])
        case["lam"] = np.where(line, case["beta"] / 10, case["lam"])
        eta = np.where(line, rng.uniform(5, 20, size), log_uniform(rng, 1e-2, 1e2, size))
        return {n: v for n, v in case.items() if n != "delta"} | {"eta": eta}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(xp.both(in_range(case, xp), penalised(case, xp)), xp.any(case["w0"] != 0, axis=-1))

    def margin(self, case: Case, xp: Any) -> Any:
        f, w, v, L = first_step(case, xp)
        return gap(f, w, v, L, xp)

    def bound(self, case: Case, xp: Any) -> Any:
        return 1 + xp.sum(case["w0"] * case["w0"], axis=-1)

    def trace(self, case: Case, xp: Any) -> list[tuple[str, Any]]:
        f, w, v, L = first_step(case, xp)
        names = {"w^0": w, "w^1": v, "smallest L in (11)": L, "f(w^0)": f.value(w, xp), "f(w^1)": f.value(v, xp)}
        return [*names.items(), ("2a/k^2", f.descent_constant(xp))]


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
