"""Section 5.4: the equations that a limit of RVSM meets, and what is concluded from them."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from verify.claims.rvsm.annulus import STRIP
from verify.claims.rvsm.limit import Limits, slack
from verify.claims.rvsm.limit_cases import SMALL_START, Runs, short
from verify.claims.rvsm.setting import curvature, penalised
from verify.claims.rvsm.settle import Limit, across_w, trajectory, turning
from verify.evidence import Case, claim
from verify.evidence.margins import column, least
from verify.losses import angle, unit

TILTED = short([0.6, 0.8], [0.6, 0.8], 0.25, 0.1)
BOUND = "1e-12"


def c_two(case: Case, x: Limit, xp: Any) -> Any:
    """c_2 = (pi - theta)/(k pi)."""
    return (xp.pi - x.theta) / (case["k"] * xp.pi)


@claim(
    "RVSM.E17",
    place="Equation (17)",
    kind="run",
    expected="unrefuted",
    why="k = 1, theta = 0, eta = 1/(beta + a) has c_1 = 0 exactly; a step of 2/(beta + a) makes c_1 negative",
)
class Constants(Limits):
    r"""At the limit under Theorem 1's conditions $w_{lim} = c_1 w_{lim} + \eta c_2 w^* + \eta \beta u_{lim}$ with $c_1 > 0$,
    $c_2 = \frac{\pi - \theta}{k \pi} \ge 0$, and $|u_{lim}| \le |w_{lim}| \le 1$ ($\ell_1$, $L \ge \frac{2a}{k^2}$; checked
    with the sharper $c_1 \ge \eta \frac{\sin\theta + k - 1}{k \pi |w_{lim}|}$)."""

    broken = MappingProxyType({"patches": [short([1.0], [1.0], 0.25, 0.1) | {"k": 1, "eta": 0.8}]})

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        k, eta, tiny = case["k"], case["eta"], slack(case, xp)
        lift = (xp.sin(x.theta) + k - 1) / (xp.pi * k * x.r)
        first = 1 - eta * case["beta"] - eta * (curvature(k, xp) - lift)
        e = unit(case["w_star"], xp)
        rest = column(first - 1) * x.w + column(eta * c_two(case, x, xp)) * e + column(eta * case["beta"]) * x.u
        exact = tiny - xp.norm(rest, axis=-1)
        positive = xp.where(first > 0, first - eta * lift + xp.constant(BOUND), first - 1)
        length = xp.norm(x.u, axis=-1)
        return least(exact, positive, c_two(case, x, xp), x.r - length + tiny, 1 - x.r + tiny, xp=xp)


@claim(
    "RVSM.E17.u1",
    place="Section 5.4, the first paragraph",
    kind="run",
    expected="refuted",
    why="d = 1, w* = 1, w^0 = 1.5, beta = .25, lam = .1: u^1 = 1.1, inside the strip that Lemma 5 gives",
    erratum="gap",
    fix="RVSM.E17.u1.fix",
    falls="the printed proof of the invariance of theta <= pi - delta; for l1 the statement survives, for l0 it falls",
)
class ShortCopy(Runs):
    r"""Under Theorem 1's conditions $|u^t| \le 1$ along the run ($\ell_1$), as the proof of $\theta^t \le \pi - \delta$ uses
    it, when the run starts in the strip of Lemma 5, which it then never leaves (RVSM.L5.fix)."""

    strip = STRIP
    known = (short([1.0], [1.5], 0.25, 0.1),)
    brief = True

    def sensible(self, case: Case, xp: Any) -> Any:
        return xp.both(Runs.sensible(self, case, xp), penalised(case, xp))

    def margin(self, case: Case, xp: Any) -> Any:
        return least(*(1 - xp.norm(u, axis=-1) for _, u in trajectory(case, xp, 2)), xp=xp)


@claim(
    "RVSM.E17.u1.fix",
    place="Section 5.4, the first paragraph",
    kind="run",
    expected="unrefuted",
    why="(1 - 1.1 eta a)^t in place of (1 - eta a)^t fails along w* as lam -> 0",
)
class ShortCopyFix(Runs):
    r"""$|u^{t+1}| \le |w^t| \le 1 + (1 - \eta a)^t \max(|w^0| - 1, 0)$ with $a = \frac{\pi + k - 1}{k \pi}$, for all three
    penalties: at most 1 after a start of at most 1, and eventually close to it after any other."""

    known = (short([1.0], [10.0], 0.25, 0.1, penalty=0, a=1.0),)
    broken = MappingProxyType({"step": [short([1.0], [0.1], 0.25, 0.1, penalty=0, a=1.0) | {"eta": 3.0}]})
    largest = 30.0
    penalties = True
    sparsity = None
    coupling = None
    start = None

    def margin(self, case: Case, xp: Any) -> Any:
        excess = xp.maximum(xp.norm(case["w0"], axis=-1) - 1, 0)
        shrink, margins, before = 1 - case["eta"] * curvature(case["k"], xp), [], excess
        for w, u in trajectory(case, xp, 30):
            tiny = xp.constant(BOUND) * (1 + before)
            margins += [1 + excess - xp.norm(w, axis=-1) + tiny, 1 + before - xp.norm(u, axis=-1) + tiny]
            before, excess = excess, excess * shrink
        return least(*margins, xp=xp)


@claim(
    "RVSM.E18",
    place="Equation (18) and the identity below it",
    kind="run",
    expected="unrefuted",
    why="a gradient of f/2, or c_2 without its k, or w* and u on the same side of w leave a remainder",
)
class Coplanar(Limits):
    r"""At the limit under Theorem 1's conditions $c_2 w^* + \beta u_{lim}$ is parallel to $w_{lim}$: the three are in one
    plane, with $w^*$ and $u_{lim}$ on opposite sides of $w_{lim}$, and $\frac{\pi - \theta}{k \pi} \sin\theta = \beta |u_{lim}|
    \sin\gamma$, where $\gamma$ is the angle of $w_{lim}$ and $u_{lim}$ (both sides are 0 if $u_{lim} = 0$). Holds for all three
    penalties."""

    penalties = True
    small_start = SMALL_START
    known = tuple(TILTED | {"penalty": p, "a": 1.0} for p in (0, 1, 2))
    broken = MappingProxyType({})

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        both = column(c_two(case, x, xp)) * unit(case["w_star"], xp) + column(case["beta"]) * x.u
        sides = turning(x.theta, xp) / (case["k"] * xp.pi) - case["beta"] * across_w(x.u, x.w, xp)
        return xp.constant("1e-11") - xp.maximum(across_w(both, x.w, xp), xp.abs(sides))


def display(case: Case, x: Limit, xp: Any) -> Any:
    """|left - right| of the squared display below (18), over |w|^2."""
    gamma, beta, length = angle(x.w, x.u, xp), case["beta"], xp.norm(x.u, axis=-1)
    c = c_two(case, x, xp)
    left = c * xp.cos(x.theta) + beta * length * xp.cos(gamma)
    cross = 2 * c * beta * length * xp.cos(x.theta + gamma)
    return xp.abs(left * left - c * c - cross - beta * beta * length * length)


@claim(
    "RVSM.E18.display",
    place="Section 5.4, the display below Equation (18)",
    kind="run",
    expected="unrefuted",
    why="cos(theta - gamma), the two on the same side of w, fails, and so does |u|^2 in the cross term",
)
class Display(Limits):
    r"""At the limit $(c_2 \cos\theta + \beta |u| \cos\gamma)^2 = c_2^2 + 2 c_2 \beta |u| \cos(\theta + \gamma) + \beta^2
    |u|^2$; what is left when both sides are subtracted is $(c_2 \sin\theta - \beta |u| \sin\gamma)^2 = 0$. (The display's
    right side is damaged in the text at hand, where its cross term seems to have $|u|^2$; the lines around it have $|u|$.)"""

    known = (TILTED,)
    broken = MappingProxyType({})

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        return xp.constant("1e-11") - display(case, x, xp)
