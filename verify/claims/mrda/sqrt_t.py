"""Section 3.3: the sqrt(t) method and its formulas (Eq. 23 to 25)."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.mrda.closed_forms import branches
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import log_uniform, mostly
from verify.evidence.margins import soft
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
