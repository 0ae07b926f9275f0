"""Section 3, after the Algorithm: what it does where the model has no minimiser."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.sr2.problems import HILL
from verify.claims.sr2.runs import Step, draw_rules, fine, iterate
from verify.evidence import Case, Fact, Lemma, claim
from verify.evidence.draw import log_uniform
from verify.evidence.margins import least


def hill(case: Case, s: Any) -> Any:
    """m(s) for R = -a x^2 in one dimension, but for the constant f."""
    x = case["x"]
    return case["g"] * s - case["a"] * (x + s) * (x + s) + case["sigma"] * s * s / 2


class Hills:
    """R = -a x^2, d = 1, and a model gradient g."""

    ratio = (0.1, 1.9)

    def cases(self, rng: Any, size: int) -> Case:
        a = rng.choice([0.5, 1.0, 2.0], size)
        case = {n: np.round(rng.normal(size=size) * 2) for n in ("x", "g")}
        sigma = 2 * a * rng.choice([*self.ratio, 1.0], size)
        return case | {"a": a, "sigma": sigma, "s": rng.normal(size=size) * 3, "far": log_uniform(rng, 1.0, 1e4, size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(xp.both(case["a"] > 0, case["sigma"] > 0), case["far"] > 0)


@claim(
    "SR2.Alg.threshold",
    place="Section 3, after the Algorithm",
    expected="refuted",
    why="R = -x^2, sigma = 2 = 1/lambda_x, x = 1, g = 0: m(s) = -1 - 2s has no minimiser; m(1) = -3, m(1000) = -2001",
    erratum="false",
    fix="SR2.Alg.threshold.fix",
    falls="Theorem 1 at sigma = 1/lambda if lambda is the threshold itself (SR2.T1.boundary); with sigma > 1/lambda all stands",
)
class AtThreshold(Hills):
    r"""At $\sigma = 1/\lambda_x$ a finite step exists. (For $R = -a x^2$ and $\sigma = 2a$ the model is affine: the
    margin is minus the size of its slope, $\frac12 |m(1) - m(-1)|$, and a minimiser needs slope 0.)"""

    ratio = (1.0, 1.0)

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(Hills.domain(self, case, xp), case["sigma"] == 2 * case["a"])

    def margin(self, case: Case, xp: Any) -> Any:
        one = xp.full_like(case["x"], 1)
        return -xp.abs(hill(case, one) - hill(case, -one)) / 2


def least_value(p: Any) -> Any:
    a, sigma, x, g, s = p.reals("a> sigma> x g s")
    p.assume(sigma > 2 * a)
    best = (2 * a * x - g) / (sigma - 2 * a)
    case = {"a": a, "sigma": sigma, "x": x, "g": g}
    return hill(case, s) - hill(case, best) == (sigma - 2 * a) / 2 * (s - best) * (s - best)


def unbounded(p: Any) -> Any:
    a, sigma, x, g, far = p.reals("a> sigma> x g M>")
    p.assume(sigma < 2 * a)
    case = {"a": a, "sigma": sigma, "x": x, "g": g}
    least_of = p.xp.minimum(hill(case, far), hill(case, -far))
    return least_of <= -a * x * x - (2 * a - sigma) / 2 * far * far


def affine(p: Any) -> Any:
    a, x, g, s = p.reals("a> x g s")
    return hill({"a": a, "sigma": 2 * a, "x": x, "g": g}, s) == (g - 2 * a * x) * s - a * x * x


@claim(
    "SR2.Alg.threshold.fix",
    place="Section 3, after the Algorithm",
    expected="proved",
    why="with sigma >= 2a for sigma > 2a there is no step at sigma = 2a; with sigma for sigma - 2a the step is not the least",
)
class StrictThreshold(Hills):
    r"""For $R = -a x^2$, $1/\lambda_x = 2a$, a minimiser exists for every $x, g$ if $\sigma > 1/\lambda_x$, $s = \frac{2ax -
    g}{\sigma - 2a}$, and for none if $\sigma < 1/\lambda_x$: $\min m(\pm M) \le -a x^2 - \frac{2a - \sigma}{2} M^2$. At
    equality there is one only for $g = 2ax$. (Above and below it is so for every $R$: Rockafellar and Wets, Theorem 1.25,
    and the definition of $\lambda_x$.)"""

    def margin(self, case: Case, xp: Any) -> Any:
        room = case["sigma"] - 2 * case["a"]
        best = (2 * case["a"] * case["x"] - case["g"]) / xp.where(room > 0, room, 1)
        above = hill(case, case["s"]) - hill(case, best)
        below = -xp.minimum(hill(case, case["far"]), hill(case, -case["far"])) - case["a"] * case["x"] * case["x"]
        return xp.where(room > 0, above, xp.where(room < 0, below + room / 2 * case["far"] * case["far"], 0))

    def bound(self, case: Case, xp: Any) -> Any:
        room = case["sigma"] - 2 * case["a"]
        best = (2 * case["a"] * case["x"] - case["g"]) / xp.where(room > 0, room, 1)
        return 1 + (case["a"] + case["sigma"]) * xp.where(
            room > 0, best * best + case["s"] * case["s"], case["far"] * case["far"]
        )

    def proof(self) -> list[Lemma]:
        return [Lemma("above 1/lambda", least_value), Lemma("below", unbounded), Lemma("at 1/lambda", affine)]


@claim(
    "SR2.Alg.extended",
    place="Section 3, after the Algorithm",
    kind="text",
    expected="refuted",
    why="dF = F(x) - F(x + s) = +infinity needs R = -infinity; where x + s is outside the domain of R it is -infinity",
    erratum="misprint",
    fix="SR2.Alg.extended.fix",
    falls="nothing: dF/infinity = dF * 0 is 0 by the rules meant, also for -infinity; as there is no s, it is a convention",
)
class Extended:
    r"""Where the model is unbounded below, $\Delta F$ is finite or $+\infty$ (and so $\rho = 0$). (Checked for $f = 0$, $x =
    \sigma = 1$ and $R = -x^2$ on $x \ge 0$, $\infty$ elsewhere, along steps to both sides.)"""

    def facts(self) -> list[Fact]:
        def regular(x: int) -> float:
            return -float(x * x) if x >= 0 else float("inf")

        model = [regular(1 + s) + s * s / 2 for s in (10, 1000, 10**6)]
        falls = {s: regular(1) - regular(1 + s) for s in (-1000, -2, -1, 10, 1000)}
        shown = ", ".join(f"{fall:g} at s = {s}" for s, fall in falls.items())
        return [
            Fact(
                "the model falls without end for s > 0", model[2] < model[1] < model[0] < 0, ", ".join(f"{m:g}" for m in model)
            ),
            Fact("dF is finite or +infinity", all(fall > float("-inf") for fall in falls.values()), shown),
        ]


@claim(
    "SR2.Alg.extended.fix",
    place="Section 3, after the Algorithm",
    kind="run",
    expected="unrefuted",
    why="a rule that keeps sigma where there is no minimiser fails at once; so does one that moves x",
)
class Rejected:
    r"""With the rule that an iteration without a minimiser fails, $x$ stays and $\sigma_t \ge \gamma_1^t \sigma_0$ as
    long as $\sigma_t \le 1/\lambda_x$; so a step exists after at most $1 + \log\frac{1}{\lambda_x \sigma_0} /
    \log\gamma_1$ failures. (It may cease to exist again after successes, if $\gamma_3 < 1$.)"""

    def cases(self, rng: Any, size: int) -> Case:
        from verify.claims.sr2.problems import draw_problem

        problem = draw_problem(rng, size, kinds=(HILL,))
        problem["lam"] = problem["lam"] * rng.choice([1.0, 10.0, 100.0], size)
        return draw_rules(rng, size, problem, 8)

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(fine(case, xp), case["kind"] == HILL)

    def iteration(self, case: Case, xp: Any, x: Any, sigma: Any, t: int) -> tuple[Any, Any, Step]:
        return iterate(case, xp, x, sigma, case["xi"][..., t], case["place"][..., t])

    def margin(self, case: Case, xp: Any) -> Any:
        x, sigma, power, margins = case["x"], case["sigma0"], case["sigma0"], []
        waiting = sigma > 0
        for t in range(case["xi"].shape[-1]):
            waiting = xp.both(waiting, sigma <= 2 * case["lam"])
            power = power * case["gamma1"]
            x, sigma, _ = self.iteration(case, xp, x, sigma, t)
            kept = xp.where(xp.all(x == case["x"], axis=-1), 0, -1)
            margins.append(xp.where(waiting, xp.minimum((sigma - power) / power, kept), 0))
        return least(*margins, xp=xp)
