"""Below Eq. 26: where the sqrt(t) method converges to."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.mrda.sqrt_t import after, symbols
from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.draw import log_uniform, uniform
from verify.evidence.margins import least
from verify.methods.sqrt_t import Scale, SqrtT
from verify.penalties.l1 import L1


def quartic_run(w: Any, steps: int, xp: Any) -> list[Any]:
    """|w_2|, ... for f = w^4/4 and lambda = 1."""
    method, map_, found = SqrtT(), L1._unchecked(lam=1), []
    state = method.init(w, Scale(), map_, xp)
    for _ in range(steps):
        state, w = method.step(state, w, w * w * w, Scale(), map_, xp)
        found.append(xp.abs(w))
    return found


@claim(
    "MRDA.E26",
    place="below Eq. 26",
    expected="refuted",
    why="f = w^4/4, lambda = 1, w_1 = 2: -5, 81.97, -3.2e5, 1.6e16; |w_t| >= 2 sqrt t from then on (MRDA.E26.quartic)",
    kind="run",
    erratum="false",
    fix="MRDA.E26.fix",
    falls="Table 1 calls the method not convergent; with bounded gradients, or L-smooth losses, it ends at 0 exactly",
    experiments=("DualAveraging",),
)
class ConvergesToZero:
    r"""The iteration (25) converges to $w = 0$ for every convex loss and $\lambda > 0$. Here $f = w^4/4$, $\lambda = 1$, so by
    MRDA.E26.quartic $|w_2| < 2 \sqrt2$ and $|w_3| < 2 \sqrt3$ are needed."""

    def cases(self, rng: Any, size: int) -> Case:
        return {"w1": np.where(rng.random(size) < 0.3, 2.0, rng.normal(size=size) * 2)}

    def margin(self, case: Case, xp: Any) -> Any:
        second, third = quartic_run(case["w1"], 2, xp)
        return least(2 * xp.sqrt(xp.constant(2)) - second, 2 * xp.sqrt(xp.constant(3)) - third, xp=xp)


@claim(
    "MRDA.E26.quartic",
    place="below Eq. 26",
    expected="proved",
    form="own",
    why="from |w_t| >= 1.5 sqrt t it need not grow: the lemma fails at t = 1",
)
class Quartic:
    r"""For $f = w^4/4$, $\lambda = 1$: $|w_t| \ge 2 \sqrt t$ implies $|w_{t+1}| \ge 2 \sqrt{t+1}$, for every $t \ge 1$. So
    such a run diverges."""

    def cases(self, rng: Any, size: int) -> Case:
        factor = np.where(rng.random(size) < 0.2, 1.0, log_uniform(rng, 1.0, 100.0, size)) * rng.choice([-2, 2], size)
        return {"t": np.floor(log_uniform(rng, 1.0, 1000.0, size)), "factor": factor}

    def step(self, t: Any, w: Any, xp: Any) -> Any:
        return xp.abs(after({"t": t, "w0": w, "g": w * w * w, "lam": 1}, xp))

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["t"] >= 1, xp.abs(case["factor"]) >= 2)

    def margin(self, case: Case, xp: Any) -> Any:
        grown = self.step(case["t"], case["factor"] * xp.sqrt(case["t"]), xp)
        return grown / xp.sqrt(case["t"] + 1) - 2

    def proof(self) -> list[Lemma]:
        def build(p: Any) -> Any:
            t, w, root = p.real("t"), p.real("w"), p.positive("r")
            p.assume(t >= 1, root * root == t, p.xp.abs(w) >= 2 * root)
            return self.step(t, w, p.xp) >= 2 * (root + 1)

        def roots(p: Any) -> Any:
            root, following = p.positive("r"), p.positive("s")
            p.assume(following * following == root * root + 1)
            return root + 1 >= following

        return [Lemma("|w_{t+1}| >= 2 (sqrt t + 1)", build), Lemma("sqrt t + 1 >= sqrt(t + 1)", roots)]


@claim(
    "MRDA.E26.fix",
    place="below Eq. 26",
    expected="unrefuted",
    why="the threshold lambda/sqrt t fails; 2 G/lambda for 3 G/lambda in the time fails",
    kind="run",
)
class BoundedGradients:
    r"""If all $|g_t| \le G$ and $\lambda > 0$, then $|w_{t+1}| \le (|w_t| + \frac{G}{\sqrt t} - \lambda \sqrt t)_+$ in every
    coordinate, attained by $g_t = -G\,\mathrm{sign}(w_t)$ (any sign at 0), and $w_{t+1} = 0$ for every $t \ge
    \frac{3G}{\lambda} + (\frac{3 |w_1|}{2 \lambda})^{2/3}$, whatever the losses."""

    complete_proof = False  # that the recursion reaches 0 by that time is proved on paper
    steps = 40

    bounded = Hypothesis(r"$|g_t| \le G$", lambda c, xp: c["G"] - c["G"] * xp.max(xp.abs(c["g"]), axis=-1))

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        size_of_g = rng.choice([1.0, 1.0, 0.5], (size, 1)) * (3 if without == "bounded" else 1)
        g = np.where(rng.random((size, 1)) < 0.5, 1.0, rng.uniform(-1, 1, (size, self.steps))) * size_of_g
        lam = log_uniform(rng, 0.1, 10.0, size)
        G = np.where(rng.random(size) < 0.1, 0.0, lam * uniform(rng, 0.0, 11.0, size))
        left = np.maximum(37 - 3 * G / lam, 0)
        w1 = rng.choice([-1.0, 1.0], size) * lam * (2 / 3) * (left * rng.random(size)) ** 1.5
        return {"g": g, "lam": lam, "G": G, "w1": w1}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["lam"] > 0, case["G"] >= 0)

    def margin(self, case: Case, xp: Any) -> Any:
        method, map_, w, G, lam = SqrtT(), L1._unchecked(lam=case["lam"]), case["w1"], case["G"], case["lam"]
        state, start = method.init(w, Scale(), map_, xp), xp.cbrt(9 * w * w / (4 * lam * lam))
        time, margins, size = 3 * G / lam + start, [], xp.abs(w) + G + lam
        for k in range(case["g"].shape[1]):
            away = xp.where(w < 0, 1 + 0 * w, -1 + 0 * w)  # so that entries 1 of g are the worst gradient
            root = xp.sqrt(xp.constant(k + 1))
            most = xp.maximum(xp.abs(w) + G / root - root * lam, 0)
            state, w = method.step(state, w, case["g"][:, k] * G * away, Scale(), map_, xp)
            late = time <= k + 1
            margins += [(most - xp.abs(w)) / size, xp.where(late, -xp.abs(w) / size, 0 * w)]
        return least(*margins, xp=xp)

    def proof(self) -> list[Lemma]:
        def build(p: Any) -> Any:
            case, most, root = symbols(p), p.nonnegative("G"), p.positive("r")
            p.assume(root * root == case["t"], p.xp.abs(case["g"]) <= most)
            size = p.xp.abs(case["w0"]) + most / root - root * case["lam"]
            return p.xp.abs(after(case, p.xp)) <= p.xp.maximum(size, 0)

        return [Lemma("one step", build)]


@claim(
    "MRDA.E26.smooth",
    place="below Eq. 26",
    expected="unrefuted",
    form="own",
    kind="run",
    why="without the factor max(1, L/sqrt t - 1) it fails for L = 4 at t = 1",
)
class SmoothLosses:
    r"""For convex $L$-smooth losses with $|\nabla f_t(0)| \le G_0$: $|w_{t+1}| \le (\max(1, \frac{L}{\sqrt t} - 1) |w_t| +
    \frac{G_0}{\sqrt t} - \lambda \sqrt t)_+$, hence 0 after finitely many steps, and for good once $t \ge \max(\frac{L^2}{4},
    \frac{G_0}{\lambda})$. Here $f_t = \frac12 \sum_i H_i (w_i - c_{ti})^2$, $0 \le H_i \le L$."""

    vectors = ("H", "c", "w1")

    def cases(self, rng: Any, size: int) -> Case:
        case = {
            "H": log_uniform(rng, 1e-2, 10.0, (size, 2)),
            "c": rng.normal(size=(size, 12, 2)),
            "w1": 5 * rng.normal(size=(size, 2)),
        }
        return case | {"lam": log_uniform(rng, 0.1, 3.0, size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["lam"] > 0, xp.all(case["H"] >= 0, axis=-1))

    def margin(self, case: Case, xp: Any) -> Any:
        method, map_, w, H = SqrtT(), L1._unchecked(lam=case["lam"][..., None]), case["w1"], case["H"]
        state, smooth, margins, size = method.init(w, Scale(), map_, xp), xp.max(H, axis=-1), [], 1 + xp.norm(w, axis=-1)
        for k in range(case["c"].shape[1]):
            c, root = case["c"][:, k], xp.sqrt(xp.constant(k + 1))
            norm, start = xp.norm(w, axis=-1), xp.norm(H * c, axis=-1)
            state, w = method.step(state, w, H * (w - c), Scale(), map_, xp)
            most = xp.maximum(smooth / root - 1, 1) * norm + start / root - root * case["lam"]
            margins.append((xp.maximum(most, 0) - xp.norm(w, axis=-1)) / (size + most * most))
        return least(*margins, xp=xp)


@claim(
    "MRDA.E26.minimiser",
    place="Eq. 26",
    expected="proved",
    form="own",
    why="fails for t lambda < |f'(0)|: f = (w - 1)^2/2, t lambda = 1/2 is minimised by 1/2",
)
class MinimiserIsZero:
    r"""0 minimises (26) for every convex $f$ as soon as $t \lambda \ge |g|_\infty$ for a subgradient $g$ of $f$ at 0, and is
    the only minimiser if $t \lambda > |g|_\infty$. (That much is easily concluded; it says nothing of the iteration.)"""

    def cases(self, rng: Any, size: int) -> Case:
        c, h = rng.normal(size=size), log_uniform(rng, 0.1, 10.0, size)
        return {"c": c, "H": h, "w": rng.normal(size=size), "tlam": np.abs(h * c) * rng.choice([1.0, 1.0, 2.0], size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["H"] >= 0, case["tlam"] >= xp.abs(case["H"] * case["c"]))

    def margin(self, case: Case, xp: Any) -> Any:
        w, c = case["w"], case["c"]
        return case["H"] / 2 * ((w - c) * (w - c) - c * c) + case["tlam"] * xp.abs(w)

    def bound(self, case: Case, xp: Any) -> Any:
        return case["H"] * (case["w"] * case["w"] + case["c"] * case["c"])

    def proof(self) -> list[Lemma]:
        def build(p: Any) -> Any:
            """f(w) >= f(0) + <g, w>, and then coordinate by coordinate."""
            g, w, tlam = p.reals("g w tlam")
            more, larger = g * w + tlam * p.xp.abs(w), p.conj(tlam > p.xp.abs(g), w != 0)
            p.assume(tlam >= p.xp.abs(g))
            return p.conj(more >= 0, p.implies(larger, more > 0))

        return [Lemma("g w + t lam |w| >= 0 in every coordinate, and > 0 where t lam > |g| and w is not 0", build)]
