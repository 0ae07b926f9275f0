"""Section 3.3: the sqrt(t) method, its formulas and where it goes (Eq. 23 to 26)."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.mrda.closed_forms import branches
from verify.claims.mrda.setting import soft
from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.draw import log_uniform, mostly, uniform
from verify.evidence.margins import least
from verify.methods.sqrt_t import Count, Scale, SqrtT
from verify.penalties.l1 import L1


class Step:
    """One step of Eq. 23 in d = 1, t any number of the form 1, 2, ..."""

    def cases(self, rng: Any, size: int) -> Case:
        case = {n: np.round(rng.normal(size=size) * 3, 1) for n in ("w0", "g", "w")}
        case |= {
            "t": rng.choice([1.0, 1.0, 2.0, 3.0, 4.0, 9.0, 100.0], size),
            "lam": np.round(log_uniform(rng, 0.1, 3.0, size), 1),
        }
        return case | {"gamma": mostly(rng, np.round(log_uniform(rng, 0.1, 10.0, size), 1), 2.0, 0.2)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["t"] >= 1, xp.both(case["lam"] >= 0, case["gamma"] > 0))

    def bound(self, case: Case, xp: Any) -> Any:
        return xp.abs(case["w0"]) + xp.abs(case["g"]) + xp.abs(case["w"]) + case["t"] * case["lam"]


def symbols(p: Any) -> Case:
    case = {n: p.real(n) for n in ("w0", "g", "w", "lam", "t")}
    p.assume(case["lam"] >= 0, case["t"] >= 1)
    return case


def after(case: Case, xp: Any, gamma: Any = 1) -> Any:
    """w_{t+1} from w_t = w0."""
    return SqrtT().step(Count(case["t"] - 1), case["w0"], case["g"], Scale(gamma), L1._unchecked(lam=case["lam"]), xp)[1]


@claim(
    "MRDA.E24",
    place="Eq. 23 and 24",
    expected="refuted",
    why="gamma = 2, t = 1, w = 0, g = 4, lambda = 1: (23) gives -3, (24) with alpha = 1/2 gives -1",
    erratum="misprint",
    fix="MRDA.E24.fix",
    falls="nothing: with gamma = 1, as in all runs reported, they agree",
)
class GeneralGamma(Step):
    r"""(23) has the closed form (24) with the paper's $\alpha_t = \frac{1}{\gamma \sqrt t}$, for every $\gamma > 0$."""

    def margin(self, case: Case, xp: Any) -> Any:
        root = xp.sqrt(case["t"])
        z = case["w0"] - case["g"] / (case["gamma"] * root)
        return -xp.abs(after(case, xp) - branches(z, root * case["lam"], xp))


@claim(
    "MRDA.E24.fix",
    place="Eq. 23 and 24",
    expected="proved",
    why="the threshold alpha lambda in place of sqrt(t) lambda fails at t = 4",
)
class UnitGamma(Step):
    r"""(24) with $\alpha_t = \frac{1}{\sqrt t}$, so $\gamma = 1$, is the step (23), for all $t \ge 1$ and $\lambda \ge 0$."""

    def margin(self, case: Case, xp: Any) -> Any:
        root = xp.sqrt(case["t"])
        return -xp.abs(after(case, xp) - branches(case["w0"] - case["g"] / root, root * case["lam"], xp))

    def proof(self) -> list[Lemma]:
        def build(p: Any) -> Any:
            case, root = symbols(p), p.positive("r")
            p.assume(root * root == case["t"])
            return after(case, p.xp) == branches(case["w0"] - case["g"] / root, root * case["lam"], p.xp)

        return [Lemma("the step is (24) for gamma = 1", build)]


@claim(
    "MRDA.E25",
    place="Eq. 23 and 25",
    expected="proved",
    why="sqrt(t) lambda for t lambda in (25) fails at t = 4",
)
class Objective(Step):
    r"""(23) is the only minimiser of (25): any other $w$ costs $\frac{\sqrt t}{2} (w - w_{t+1})^2$ more, for all $t \ge 1$ and
    $\lambda \ge 0$."""

    def excess(self, case: Case, root: Any, xp: Any) -> Any:
        z, w = after(case, xp), case["w"]

        def objective(x: Any) -> Any:
            return case["g"] * x + root / 2 * (x - case["w0"]) * (x - case["w0"]) + case["t"] * case["lam"] * xp.abs(x)

        return objective(w) - objective(z) - root / 2 * (w - z) * (w - z)

    def margin(self, case: Case, xp: Any) -> Any:
        return self.excess(case, xp.sqrt(case["t"]), xp)

    def bound(self, case: Case, xp: Any) -> Any:
        size = Step.bound(self, case, xp)
        return 1 + size * size * xp.sqrt(case["t"])

    def proof(self) -> list[Lemma]:
        def step(p: Any) -> Any:
            case, root = symbols(p), p.positive("r")
            p.assume(root * root == case["t"])
            return after(case, p.xp) == soft(case["w0"] - case["g"] / root, root * case["lam"], p.xp)

        def unique(p: Any) -> Any:
            w0, v, w, level = p.real("w0"), p.real("v"), p.real("w"), p.nonnegative("r lam")
            z = soft(v, level, p.xp)

            def objective(x: Any) -> Any:
                return 2 * (w0 - v) * x + (x - w0) * (x - w0) + 2 * level * p.xp.abs(x)

            return objective(w) - objective(z) >= (w - z) * (w - z)

        def scale(p: Any) -> Any:
            w0, v, x, size, lam, root = *(p.real(n) for n in ("w0", "v", "x", "|x|", "lam")), p.positive("r")
            g = root * (w0 - v)
            twice = 2 * (w0 - v) * x + (x - w0) * (x - w0) + 2 * root * lam * size
            return g * x + root / 2 * (x - w0) * (x - w0) + root * root * lam * size == root / 2 * twice

        return [
            Lemma("the step is S(v, r lam), v = w - g/r, r = sqrt t", step),
            Lemma("which minimises 2 (w_t - v) x + (x - w_t)^2 + 2 r lam |x|", unique),
            Lemma("(25) is r/2 times that", scale),
        ]


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
    coordinate, attained by $g_t = -G\,\mathrm{sign}(w_t)$, and $w_{t+1} = 0$ for every $t \ge \frac{3G}{\lambda} + (\frac{3
    |w_1|}{2 \lambda})^{2/3}$, whatever the losses."""

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
    r"""The minimiser of (26) is 0 for every convex $f$ as soon as $t \lambda \ge |g|_\infty$ for a subgradient $g$ of $f$ at 0.
    (That much is easily concluded; it says nothing of the iteration.)"""

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
            f, f0, g, w, tlam = p.reals("f(w) f(0) g w tlam")
            p.assume(f >= f0 + g * w, tlam >= p.xp.abs(g))
            return f + tlam * p.xp.abs(w) >= f0

        return [Lemma("f(w) + t lam |w| >= f(0), a coordinate at a time", build)]
