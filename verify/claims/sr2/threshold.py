"""Section 3: thresholds of prox-boundedness."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import log_uniform, vectors


def envelope_abs(p: Any) -> Any:
    """r = |w - x|, |w| <= |x| + r, for R = -|w|."""
    step, r, x, w = p.reals("lam> r>= X>= W>=")
    p.assume(w <= x + r)
    return r * r / (2 * step) - w >= -x - step / 2


def farthest(p: Any) -> Any:
    a, r, x, w = p.reals("a> r>= X>= W>=")
    p.assume(w <= x + r)
    return a * w * w <= a * (x + r) * (x + r)


def completed(p: Any) -> Any:
    step, a, r, x = p.reals("lam> a> r>= X>=")
    room = 1 - 2 * a * step
    rest = (r * r / (2 * step) - a * (x + r) * (x + r)) * room + a * x * x
    return 2 * step * rest == (r * room - 2 * a * step * x) * (r * room - 2 * a * step * x)


def beyond_square(p: Any) -> Any:
    """Along w = x + M x/|x|."""
    step, a, far, x = p.positive("lam"), p.positive("a"), p.nonnegative("M"), p.nonnegative("X")
    p.assume(2 * a * step >= 1)
    return far * far / (2 * step) - a * (x + far) * (x + far) <= -(a - 1 / (2 * step)) * far * far


def bounded(p: Any) -> Any:
    step, r, low, value = p.positive("lam"), p.real("r"), p.real("low"), p.real("R")
    p.assume(value >= low)
    return r * r / (2 * step) + value >= low


@claim(
    "SR2.S3.threshold",
    place="Section 3",
    expected="proved",
    why="with 1/a for 1/(2a) as the threshold of -a|x|^2 it fails at lam = 0.75/a",
)
class Threshold:
    r"""$\inf_w \frac{1}{2\lambda} |x - w|^2 + R(w)$ is at least $\inf R$ if $R$ is bounded below, and $-|x| -
    \frac\lambda2$ for $R = -|x|$: thresholds $\infty$. For $R = -a|x|^2$ it is $\frac{-a|x|^2}{1 - 2a\lambda}$ if
    $\lambda < \frac{1}{2a}$, and along $w = x + M \frac{x}{|x|}$ at most $-(a - \frac{1}{2\lambda}) M^2$ beyond:
    threshold $\frac{1}{2a}$, the same for all $x$."""

    vectors = ("x", "w")

    def cases(self, rng: Any, size: int) -> Case:
        x = vectors(rng, size, 3) * log_uniform(rng, 1e-3, 1e3, (size, 1)) * (rng.random((size, 1)) < 0.9)
        step, a = log_uniform(rng, 1e-3, 1e3, size), log_uniform(rng, 1e-2, 1e2, size)
        step = np.where(rng.random(size) < 0.5, rng.choice([0.45, 0.5, 0.55, 0.75], size) / a, step)
        kind = rng.integers(0, 2, size)
        best = np.where(
            kind == 0, step / np.maximum(np.linalg.norm(x, axis=1), 1e-9), 1 / (1 - np.minimum(2 * a * step, 0.99)) - 1
        )
        w = np.where(rng.random((size, 1)) < 0.5, x * (1 + best[:, None]), x + rng.normal(size=(size, 3)) * step[:, None])
        return {"x": x, "w": w, "step": step, "a": a, "far": log_uniform(rng, 1e-2, 1e4, size), "kind": kind}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(xp.both(case["step"] > 0, case["a"] > 0), case["far"] > 0)

    def margin(self, case: Case, xp: Any) -> Any:
        x, w, step, a, far = (case[n] for n in ("x", "w", "step", "a", "far"))
        length, near = xp.norm(x, axis=-1), xp.dot(w - x, w - x) / (2 * step)
        room = 1 - 2 * a * step
        over = room / xp.where(room > 0, room, 1)  # 1 or nothing
        inside = (near - a * xp.dot(w, w)) * over + a * xp.dot(x, x) / xp.where(room > 0, room, 1)
        beyond = -(far * far / (2 * step) - a * (length + far) * (length + far)) - (a - 1 / (2 * step)) * far * far
        square = xp.where(room > 0, inside, beyond)
        return xp.where(case["kind"] == 0, near - xp.norm(w, axis=-1) + length + step / 2, square)

    def bound(self, case: Case, xp: Any) -> Any:
        a, step, far = case["a"], case["step"], case["far"]
        size = xp.dot(case["x"], case["x"]) + xp.dot(case["w"], case["w"]) + xp.where(case["kind"] == 0, 0, far * far)
        room = 1 - 2 * a * step
        return step + xp.norm(case["x"], axis=-1) + (a + 1 / step) * size / xp.where(room > 0, room, 1)

    def proof(self) -> list[Lemma]:
        named = {"-|x|": envelope_abs, "-a|w|^2 at |w| <= |x| + r": farthest, "below 1/(2a), a square": completed}
        named |= {"beyond 1/(2a)": beyond_square, "bounded below": bounded}
        return [Lemma(name, lemma) for name, lemma in named.items()]
