"""Section 1.1: with the exact gradient and a step of at most 1/L, the proximal gradient step does not raise F."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.sr2.problems import BOUNDED, CONVEX, NONE, Mixed, Samples, draw_problem, fine_problem
from verify.evidence import Case, Hypothesis, claim
from verify.evidence.draw import log_uniform
from verify.methods import ProxSGD, sgd


def smoothness(case: Case, xp: Any) -> Any:
    return Samples(case).smoothness(xp)


class OneStep:
    """f with curvatures of both signs; alpha up to ``limit``/L, mostly at it; f = L x^2/2 and ties of l0 among the draws."""

    vectors = ("x", "a", "c", "b")
    kinds: tuple[int, ...] = tuple(range(6))
    limit = 1.0
    short = Hypothesis(r"$\alpha \le 1/L$", lambda c, xp: 1 - c["alpha"] * smoothness(c, xp))

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = draw_problem(rng, size, kinds=self.kinds, samples=1)
        least = np.maximum(np.max(np.abs(case["a"]), axis=(1, 2)), 1e-3)
        share = np.where(rng.random(size) < 0.5, 1.0, log_uniform(rng, 1e-2, 1.0, size))
        if without == "short":
            share = rng.uniform(1.01, 4, size)
            case["kind"] = np.where(rng.random(size) < 0.3, NONE, case["kind"])
        alpha = share * self.limit / least
        corner = rng.random(size) < 0.1  # x = 1 at the least of f, with the threshold of l0 at 1 or above it
        case["kind"] = np.where(corner & (2 in self.kinds), 2, case["kind"])
        for name, value in (("a", 1.0), ("c", 1.0), ("b", 0.0), ("x", 1.0)):
            case[name] = np.where(corner.reshape((-1,) + (1,) * (case[name].ndim - 1)), value, case[name])
        alpha = np.where(corner, self.limit if without is None else 2.0, alpha)
        case["lam"] = np.where(corner, rng.choice([0.5, 0.3, 0.3, 1.0], size), case["lam"])
        return case | {"alpha": alpha}

    def domain(self, case: Case, xp: Any) -> Any:
        exists = case["alpha"] * Mixed(case, xp).threshold(xp) < 1
        return xp.both(xp.both(fine_problem(case, xp), case["alpha"] > 0), exists)

    def fall(self, case: Case, xp: Any) -> tuple[Any, Any]:
        """F(x) - F(x + s) and |s|^2."""
        loss, penalty, x = Samples(case), Mixed(case, xp), case["x"]
        rules = sgd.Descent(case["alpha"][..., None])
        _, y = ProxSGD().step(sgd.Velocity(0), x, loss.gradient(x, -1, xp), rules, penalty, xp)
        drop = xp.sum(penalty.fall(x, y, xp), axis=-1) + loss.drop(x, y, -1, xp)
        return drop, xp.dot(y - x, y - x)

    def bound(self, case: Case, xp: Any) -> Any:
        _, moved = self.fall(case, xp)
        g = Samples(case).gradient(case["x"], -1, xp)
        return moved * (1 + 1 / case["alpha"]) + case["alpha"] * xp.dot(g, g) + case["lam"] * (1 + xp.dot(case["x"], case["x"]))


def chain(convex: bool) -> Any:
    """D = F(x + s) - F(x) = df + dr, n = |s|^2, gs = <g, s>."""
    import z3

    from verify.evidence.chain import Chain

    c = Chain()
    alpha, L, n, gs, df, dr = z3.Reals("alpha L n gs df dr")
    c.assume(alpha > 0, L > 0, n >= 0, alpha * L <= (2 if convex else 1))
    smooth = c.given("the descent lemma of functions with an L-Lipschitz gradient", df <= gs + L / 2 * n)
    least = gs + n / (alpha if convex else 2 * alpha) + dr <= 0
    rules = [smooth]
    if convex:
        rules.append(c.given("Fermat's rule for convex R: -(g + s/alpha) is a subgradient of R at x + s", least))
    else:
        c.assume(least)  # m(s) <= m(0)
    twice = 2 if convex else 1
    lower = alpha * (df + dr) <= -(twice - alpha * L) / 2 * n
    gain = c.prove("the decrease", lower, rules, mutant=alpha * (df + dr) <= -n * twice / 2)
    goal = df + dr <= 0
    c.prove("so F does not rise", goal, gain, mutant=z3.Implies(n > 0, df + dr < 0))
    return c


@claim(
    "SR2.S11.descent",
    place="Section 1.1, after Eq. 3",
    expected="proved",
    why="for alpha = 2/L it fails with R = 0.3 |x|_0; L/2 for L is caught by f = L x^2/2",
)
class Descent(OneStep):
    r"""With $g = \nabla f(x)$ and $\alpha \le 1/L$, $F(x + s) \le F(x)$; more exactly $F(x) - F(x + s) \ge \frac12
    (\frac1\alpha - L) |s|^2$."""

    def margin(self, case: Case, xp: Any) -> Any:
        drop, moved = self.fall(case, xp)
        return drop - xp.maximum(0 * moved, (1 / case["alpha"] - smoothness(case, xp)) * moved / 2)

    def proof(self) -> Any:
        return chain(convex=False)


@claim(
    "SR2.S11.strict",
    place="Section 1.1, after Eq. 3",
    expected="refuted",
    why="f = (x - 1)^2/2, R = |x|_0/2, x = 1, alpha = 1 = 1/L: z = 1 is the threshold, s = -1 a minimiser, F(1) = F(0) = 1/2",
    erratum="misprint",
    fix="SR2.S11.descent",
    falls="nothing: the lemma cited asks for alpha < 1/L, where the decrease is strict; at 1/L it is so but for ties",
)
class Strict(OneStep):
    r"""With $g = \nabla f(x)$ and $\alpha \le 1/L$, a step $s \ne 0$ lowers $F$ strictly."""

    def margin(self, case: Case, xp: Any) -> Any:
        drop, moved = self.fall(case, xp)
        return xp.where(xp.both(moved > 0, drop <= 0), drop - moved, xp.maximum(drop, 0 * drop))


@claim(
    "SR2.S11.sharp",
    place="Section 1.1, after Eq. 3",
    expected="proved",
    why="attained by R = 0, f = L x^2/2, alpha = 2/L, where F stays; 2.1/L fails there",
)
class Sharp(OneStep):
    r"""For convex $R$ all $\alpha \le 2/L$ do: $F(x) - F(x + s) \ge (\frac1\alpha - \frac L2) |s|^2$."""

    kinds = CONVEX
    limit = 2.0
    short = Hypothesis(r"$\alpha \le 2/L$", lambda c, xp: 2 - c["alpha"] * smoothness(c, xp))

    def margin(self, case: Case, xp: Any) -> Any:
        drop, moved = self.fall(case, xp)
        return drop - xp.maximum(0 * moved, (1 / case["alpha"] - smoothness(case, xp) / 2) * moved)

    def proof(self) -> Any:
        return chain(convex=True)


@claim(
    "SR2.S11.beyond",
    place="Section 1.1, after Eq. 3",
    expected="refuted",
    why="f = (x - 1)^2/2, R = 0.3 |x|_0, alpha = 2, x = 1: the only step is to 0, and F rises from 0.3 to 0.5",
    form="own",
    erratum="false",
    fix="SR2.S11.descent",
    falls="nothing: it shows that 2/L needs convex R",
)
class Beyond(OneStep):
    r"""$F(x + s) \le F(x)$ for every $R$ and $\alpha \le 2/L$."""

    kinds = BOUNDED
    limit = 2.0
    short = Hypothesis(r"$\alpha \le 2/L$", lambda c, xp: 2 - c["alpha"] * smoothness(c, xp))

    def margin(self, case: Case, xp: Any) -> Any:
        return self.fall(case, xp)[0]
