"""Section 5.4: the equations that a limit of RVSM meets, and what is concluded from them."""

from __future__ import annotations

from typing import Any

from verify.claims.rvsm.limit import BEHIND, LINE, Limits, distance, removed, slack
from verify.claims.rvsm.limit_cases import SMALL_START, Runs, column, least, short
from verify.claims.rvsm.pictures import trajectory_picture
from verify.claims.rvsm.setting import curvature
from verify.claims.rvsm.settle import Limit, across_w, trajectory, turning
from verify.evidence import Case, claim
from verify.losses import angle, unit

PRUNED = short([1.0], [1.0], 0.25, 0.2)
TILTED = short([0.6, 0.8], [0.6, 0.8], 0.25, 0.1)
BOUND = "1e-12"


def c_two(case: Case, x: Limit, xp: Any) -> Any:
    """c_2 = (pi - theta)/(k pi)."""
    return (xp.pi - x.theta) / (case["k"] * xp.pi)


def largest(w: Any, xp: Any) -> Any:
    return xp.max(xp.abs(w), axis=-1)


@claim(
    "RVSM.S54.nonzero",
    place="Section 5.4, below Equation (17)",
    kind="run",
    expected="refuted",
    why="|w_lim| < 1: d = 1, w* = 1, k = 2, beta = .25, lam = .2 has w_lim = a/(a + beta) = .72502 < .8 = lam/beta",
    erratum="false",
    fix="RVSM.S54.nonzero.fix",
    falls="where u_lim = 0 is excluded (c_2 = 0), it is not: u_lim = 0 with theta = 0 and w_lim = a/(a + beta) w*",
)
class NonZero(Limits):
    r"""Under Theorem 1's conditions, $\frac{\lambda}{\beta} < \frac{1}{\sqrt d}$ among them, not all coordinates of $w_{lim}$ are
    below $\frac{\lambda}{\beta}$: $u_{lim} \ne 0$ ($\ell_1$)."""

    known = [PRUNED]
    brief = True

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        return largest(x.w, xp) - case["lam"] / case["beta"]

    def picture(self, case: Case) -> Any:
        return trajectory_picture(case, {"w0": case["w0"]}, 60, "the limit lies below the threshold")


@claim(
    "RVSM.S54.nonzero.fix",
    place="Section 5.4, below Equation (17)",
    kind="run",
    expected="unrefuted",
    why="with |w_lim| taken as 1 (the printed bound) or a/(a + beta) as 1/(1 + beta) it fails; equal components attain it",
)
class NonZeroFix(Limits):
    r"""With $a = \frac{\pi + k - 1}{k \pi}$: $u_{lim} = 0$ exactly when $\frac{\lambda}{\beta} \ge \frac{a}{a + \beta} \max_i
    |w^*_i|$, and then $w_{lim} = \frac{a}{a + \beta} w^*$ ($\ell_1$; $\beta$ and $w^0$ as in Theorem 1, $\lambda$ any). So it is
    excluded for every $w^*$ if and only if $\frac{\lambda}{\beta} < \frac{a}{a + \beta} \frac{1}{\sqrt d}$, equal components being
    the worst case; under Theorem 1 $\frac{a}{a + \beta} \ge 0.694$."""

    sparsity = None
    known = [PRUNED]
    broken = {
        "start": [short([1.0], [-1.0], 0.1, 0.04, 1.0)],
        "coupling": [short([1.0], [1.0], 1.0, 0.1, 1.0) | {"eta": 0.4}],
        "patches": [short([1.0], [1.0], 0.5, 0.1) | {"k": 1, "eta": 0.6}],
    }

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        from verify.arrays import NUMPY

        case = Runs.cases(self, rng, size, without)  # type: ignore[arg-type]
        a = curvature(case["k"], NUMPY)
        edge = largest(unit(case["w_star"], NUMPY), NUMPY) * a / (a + case["beta"])
        near = (rng.random(size) < 0.4) & (without is None)
        return case | {"lam": NUMPY.where(near, case["beta"] * edge * rng.choice([0.5, 0.999, 1.001, 2.0], size), case["lam"])}

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        a, e, ratio = curvature(case["k"], xp), unit(case["w_star"], xp), case["lam"] / case["beta"]
        shrink, tiny = a / (a + case["beta"]), slack(case, xp)
        alive = largest(x.w, xp) - ratio + tiny
        dead = tiny - xp.norm(x.u, axis=-1) - xp.norm(x.w - column(shrink) * e, axis=-1)
        edge = largest(e, xp) * shrink - ratio
        either = xp.maximum(alive, dead)
        exact = xp.where(edge > tiny, alive, xp.where(edge < -tiny, dead, either))
        return xp.minimum(exact, shrink - xp.constant("0.694"))


@claim(
    "RVSM.S54.c2",
    place="Section 5.4, below Equation (17)",
    kind="run",
    expected="refuted",
    why="c_2 = (pi - theta)/(k pi) is 1/k, not 0, at theta = 0; d = 1, k = 2, beta = .25, lam = .1: w_lim = 1 - lam/a = .8483",
    erratum="false",
    fix="RVSM.S54.c2.fix",
    falls="the exclusion of an event of probability zero, which is not needed: (18) and what follows hold at theta = 0 too",
)
class SecondConstant(Limits):
    r"""Under Theorem 1's conditions $c_2 = 0$ when $\theta = 0$ (or $\pi$), and then $w_{lim} = w^*$ ($\ell_1$)."""

    brief = True

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        return xp.where(x.theta == 0, -c_two(case, x, xp) - distance(case, x, xp), xp.full_like(x.theta, 1))


@claim(
    "RVSM.S54.c2.fix",
    place="Section 5.4, below Equation (17)",
    kind="run",
    expected="unrefuted",
    why="0.9 in place of 0.895 is not refuted by draws, 1/2 in c_2 for 1/(k pi) is; the l0 case of RVSM.C2.limit has c_2 = 0",
)
class SecondConstantFix(Limits):
    r"""$c_2 = \frac{\pi - \theta}{k \pi}$ vanishes only at $\theta = \pi$. Under Theorem 1's conditions ($\ell_1$) it never does:
    $c_2 \ge \frac{0.895}{k}$. If $\theta = 0$ then all nonzero $|w^*_i|$ are equal or $u_{lim} = 0$, and $w_{lim} \ne w^*$ for
    $\lambda > 0$: $|w_{lim} - w^*| \ge \frac{\pi}{\pi + k - 1} k \beta |w_{lim} - u_{lim}|$."""

    broken = {"start": BEHIND, "coupling": [short([0.6, 1.0], [0.0, 1.0], 0.06, 0.009, 1.0) | {"k": 42}]}

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        e, tiny = xp.abs(unit(case["w_star"], xp)), slack(case, xp)
        unequal = xp.max(xp.where(e > 0, 1 - e / column(xp.max(e, axis=-1)), xp.zeros_like(e)), axis=-1)
        either = xp.constant("1e-6") - xp.minimum(unequal, xp.norm(x.u, axis=-1))
        far = distance(case, x, xp) * curvature(case["k"], xp) - removed(case, x, xp) / case["k"] + tiny
        aligned = xp.minimum(either, far)
        on_line = xp.both(case["lam"] > 0, x.theta <= xp.constant("1e-12") * case["lam"])
        return least(case["k"] * c_two(case, x, xp) - xp.constant("0.895"), xp.where(on_line, aligned, far))


@claim(
    "RVSM.E17",
    place="Equation (17)",
    kind="run",
    expected="unrefuted",
    why="k = 1, theta = 0, eta = 1/(beta + a) has c_1 = 0 exactly; a step of 2/(beta + a) makes c_1 negative",
)
class Constants(Limits):
    r"""At the limit under Theorem 1's conditions $w_{lim} = c_1 w_{lim} + \eta c_2 w^* + \eta \beta u_{lim}$ with $c_1 > 0$, $c_2 =
    \frac{\pi - \theta}{k \pi} \ge 0$, and $|u_{lim}| \le |w_{lim}| \le 1$ ($\ell_1$, $L \ge \frac{2a}{k^2}$; checked with the sharper
    $c_1 \ge \eta \frac{\sin\theta + k - 1}{k \pi |w_{lim}|}$)."""

    broken = {"start": BEHIND, "patches": [short([1.0], [1.0], 0.25, 0.1) | {"k": 1, "eta": 0.8}]}

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        k, eta, tiny = case["k"], case["eta"], slack(case, xp)
        lift = (xp.sin(x.theta) + k - 1) / (xp.pi * k * x.r)
        first = 1 - eta * case["beta"] - eta * (curvature(k, xp) - lift)
        e = unit(case["w_star"], xp)
        rest = column(first - 1) * x.w + column(eta * c_two(case, x, xp)) * e + column(eta * case["beta"]) * x.u
        exact = tiny - xp.norm(rest, axis=-1)
        positive = xp.where(first > 0, first - eta * lift + xp.constant(BOUND), first - 1)
        length = xp.norm(x.u, axis=-1)
        return least(exact, positive, c_two(case, x, xp), x.r - length + tiny, 1 - x.r + tiny)


@claim(
    "RVSM.E17.u1",
    place="Section 5.4, the first paragraph",
    kind="run",
    expected="refuted",
    why="d = 1, w* = 1, w^0 = 10, lam/beta = .4: u^1 = 9.6",
    erratum="gap",
    fix="RVSM.E17.u1.fix",
    falls="the printed proof of the invariance of theta <= pi - delta; for l1 the statement survives, for l0 it falls",
)
class ShortCopy(Runs):
    r"""Under Theorem 1's conditions $|u^t| \le 1$ along the run ($\ell_1$), as the proof of $\theta^t \le \pi - \delta$ uses it."""

    known = [short([1.0], [10.0], 0.25, 0.1)]
    brief = True
    largest = 20.0

    def margin(self, case: Case, xp: Any) -> Any:
        return least(*(1 - xp.norm(u, axis=-1) for _, u in trajectory(case, xp, 2)))


@claim(
    "RVSM.E17.u1.fix",
    place="Section 5.4, the first paragraph",
    kind="run",
    expected="unrefuted",
    why="(1 - 1.1 eta a)^t in place of (1 - eta a)^t fails along w* as lam -> 0",
)
class ShortCopyFix(Runs):
    r"""$|u^t| \le ||w^t| \le 1 + (1 - \eta a)^t \max(|w^0| - 1, 0)$ with $a = \frac{\pi + k - 1}{k \pi}$, for all three penalties: at
    most 1 after a start of at most 1, and eventually close to it after any other."""

    known = [short([1.0], [10.0], 0.25, 0.1, penalty=0, a=1.0)]
    broken = {"step": [short([1.0], [0.1], 0.25, 0.1, penalty=0, a=1.0) | {"eta": 3.0}]}
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
        return least(*margins)


@claim(
    "RVSM.E18",
    place="Equation (18) and the identity below it",
    kind="run",
    expected="unrefuted",
    why="a gradient of f/2, or c_2 without its k, or w* and u on the same side of w leave a remainder",
)
class Coplanar(Limits):
    r"""At the limit under Theorem 1's conditions $c_2 w^* + \beta u_{lim}$ is parallel to $w_{lim}$: the three are in one plane, with
    $w^*$ and $u_{lim}$ on opposite sides of $w_{lim}$, and $\frac{\pi - \theta}{k \pi} \sin\theta = \beta |u_{lim}| \sin\gamma$, where
    $\gamma$ is the angle of $w_{lim}$ and $u_{lim}$ (both sides are 0 if $u_{lim} = 0$). Holds for all three penalties."""

    penalties = True
    small_start = SMALL_START
    known = [TILTED | {"penalty": p, "a": 1.0} for p in (0, 1, 2)]
    broken = {}

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        both = column(c_two(case, x, xp)) * unit(case["w_star"], xp) + column(case["beta"]) * x.u
        sides = turning(x.theta, xp) / (case["k"] * xp.pi) - case["beta"] * across_w(x.u, x.w, xp)
        return xp.constant("1e-11") - xp.maximum(across_w(both, x.w, xp), xp.abs(sides))


def display(case: Case, x: Limit, power: int, xp: Any) -> Any:
    """|left - right| of the squared display below (18), over |w|^2, the cross term with |u| to the given power."""
    gamma, beta, length = angle(x.w, x.u, xp), case["beta"], xp.norm(x.u, axis=-1)
    c = c_two(case, x, xp)
    left = c * xp.cos(x.theta) + beta * length * xp.cos(gamma)
    cross = 2 * c * beta * length**power * xp.cos(x.theta + gamma)
    return xp.abs(left * left - c * c - cross - beta * beta * length * length)


@claim(
    "RVSM.E18.display",
    place="Section 5.4, the display below Equation (18)",
    kind="run",
    expected="refuted",
    why="its cross term has |u|^2 where |u| belongs: wrong whenever |u| is not 0 or 1 and cos(theta + gamma) is not 0",
    erratum="misprint",
    fix="RVSM.E18.display.fix",
    falls="nothing: the line below it is right",
)
class Display(Limits):
    r"""At the limit $c_2^2 \cos^2\theta + 2 c_2 \beta |u| \cos\theta \cos\gamma + \beta^2 |u|^2 \cos^2\gamma = c_2^2 + 2 c_2 \beta
    |u|^2 \cos(\theta + \gamma) + \beta^2 |u|^2$, with $u = u_{lim}$."""

    brief = True

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        return xp.constant("1e-11") - display(case, x, 2, xp)


@claim(
    "RVSM.E18.display.fix",
    place="Section 5.4, the display below Equation (18)",
    kind="run",
    expected="unrefuted",
    why="cos(theta - gamma), the two on the same side of w, fails",
)
class DisplayFix(Limits):
    r"""At the limit $(c_2 \cos\theta + \beta |u| \cos\gamma)^2 = c_2^2 + 2 c_2 \beta |u| \cos(\theta + \gamma) + \beta^2 |u|^2$; what
    is left when both sides are subtracted is $(c_2 \sin\theta - \beta |u| \sin\gamma)^2 = 0$."""

    known = [TILTED]
    broken = {}

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        return xp.constant("1e-11") - display(case, x, 1, xp)


@claim(
    "RVSM.S54.chord",
    place="Section 5.4, the last display",
    kind="run",
    expected="refuted",
    why="theta = 0 in one dimension, and whenever all |w*_i| are equal, while |w_lim - w*| = lam/a = .1517 (lam = .1, k = 2)",
    erratum="false",
    fix="RVSM.S54.chord.fix",
    falls="O(sin theta) and O(k beta sin gamma) with it; O(k beta) survives by another way (RVSM.T1.iii.dist)",
)
class Chord(Limits):
    r"""Under Theorem 1's conditions $|w_{lim} - w^*| = O(2 \sin\frac{\theta}{2})$, checked with the constant 1000 ($\ell_1$; the
    counterexample refutes every constant)."""

    brief = True

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        return 2000 * xp.sin(x.theta / 2) - distance(case, x, xp)


@claim(
    "RVSM.S54.chord.fix",
    place="Section 5.4, the last display",
    kind="run",
    expected="unrefuted",
    why="the two sides exchanged fail in one dimension; equality below where |w_lim| = cos theta",
)
class ChordFix(Limits):
    r"""With the chord $2 \sin\frac{\theta}{2}$: $\cos\frac{\theta}{2}$ times it, that is $\sin\theta$, is at most $|w_{lim} - w^*|$, which
    is at most the chord plus $1 - |w_{lim}|$, and $1 - |w_{lim}| = \frac{\pi - \psi + X_r}{\pi + k - 1} \ge 0$, $\psi = \sin\theta + (\pi -
    \theta) \cos\theta$, $X_r = k \pi \beta \langle w - u, w \rangle / |w|$ at the limit. (All three penalties.)"""

    penalties = True
    small_start = SMALL_START
    known = LINE
    broken = {
        "start": BEHIND,
        "coupling": [short([1.0, 0.0], [0.0, 1.0], 0.5, 0.04, 1.0, penalty=1, a=1.0) | {"k": 4}],
    }

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        k, far, tiny = case["k"], distance(case, x, xp), slack(case, xp)
        chord = 2 * xp.sin(x.theta / 2)
        psi = xp.sin(x.theta) + (xp.pi - x.theta) * xp.cos(x.theta)
        radial = k * xp.pi * case["beta"] * xp.dot(x.v, x.w) / x.r
        short_by = (xp.pi - psi + radial) / (xp.pi + k - 1)
        exact = tiny - xp.abs(1 - x.r - short_by)
        low = far - xp.constant("0.9864") * chord + tiny
        return least(far - xp.sin(x.theta) + tiny, low, chord + 1 - x.r - far + tiny, 1 - x.r + tiny, exact)
