"""Section 5, Prox-SGD in its two-stage form against ProxGEN, from zero."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.proxgen.setting import short
from verify.claims.proxgen.two_stage import run
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import mostly
from verify.methods.prox_gen import Metric, ProxGen
from verify.methods.two_stage_prox_sgd import TwoStageProxSGD
from verify.penalties import L0, L1


class First:
    """One step from 0 with the momentum m."""

    made: Any = L1

    def cases(self, rng: Any, size: int) -> Case:
        case = {n: short(rng, 0.1, 10.0, size) for n in ("lam", "h", "alpha")}
        m = mostly(rng, np.round(rng.normal(size=size) * 3, 1), 0.0, 0.1)
        return case | {"m": np.where(rng.random(size) < 0.2, case["lam"] * rng.choice([-1.0, 1.0, 2.0], size), m)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(xp.both(case["lam"] >= 0, case["h"] > 0), case["alpha"] > 0)

    def both(self, case: Case, xp: Any) -> tuple[Any, Any]:
        """The next iterates of Prox-SGD and of ProxGEN."""
        penalty, w, found = self.made._unchecked(lam=case["lam"]), xp.zeros_like(case["m"]), []
        for method in (TwoStageProxSGD(), ProxGen()):
            hyper = Metric(case["alpha"], 0, case["h"])
            found.append(method.step(method.init(w, hyper, penalty, xp), w, case["m"], hyper, penalty, xp)[1])
        return found[0], found[1]


@claim(
    "PG.E5.zero",
    place="Sect. 5, Study 1, zero initialisation",
    kind="run",
    expected="refuted",
    why="f = (x - 2)^2/2, lambda = 1, h = 1, alpha = 1/2: both methods go from 0 to 1/2",
    erratum="gap",
    fix="PG.E5.zero.fix",
    falls="the explanation, of which the paper says that it might be the reason, and the contrast: Figure 4(b) cannot come "
    "from (2) and (5) with the same lambda and samples",
    experiments=("Study1",),
)
class StaysAtZero:
    r"""The reason that is offered for Figure 4(b), read as one for every lasso: from $\theta_1 = 0$ Prox-SGD stays at $0$,
    also where $0$ is not the solution, as its subproblem does not contain the learning rate."""

    def cases(self, rng: Any, size: int) -> Case:
        case = {n: mostly(rng, rng.choice([0.5, 1.0, 2.0], size), 1.0, 0.5) for n in ("L", "lam", "h")}
        case |= {"alpha": rng.choice([0.1, 0.5, 0.5], size), "c": rng.choice([-1.0, 0.5, 1.0, 2.0], size)}
        return case | {"w": np.zeros(size)}

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(xp.both(case["L"] > 0, case["h"] > 0), xp.both(case["lam"] > 0, case["w"] == 0))
        return xp.both(fine, xp.both(case["alpha"] > 0, case["alpha"] < 1))

    def margin(self, case: Case, xp: Any) -> Any:
        left = 1 + 0 * case["w"]
        for w in run(case, TwoStageProxSGD(), 5, xp):
            left = xp.where(w != 0, -1, left)
        return left


def same_step(p: Any) -> Any:
    """From 0: alpha times Prox-SGD's hat, and ProxGEN's prox with all of it scaled by alpha."""
    u, s, alpha = p.real("m/h"), p.nonnegative("lam/h"), p.positive("alpha")
    hat = L1._unchecked(lam=s)._prox(-u, 1, p.xp)
    return L1._unchecked(lam=alpha * s)._prox(-(alpha * u), 1, p.xp) == alpha * hat


def same_objective(p: Any) -> Any:
    """slope = <m, u>, size = <u, (C + delta) u>, R = R(u)."""
    slope, size, R, alpha = p.real("slope"), p.real("size"), p.real("R"), p.positive("alpha")
    line8 = alpha * slope + alpha * R + alpha * alpha * size / (2 * alpha)
    return line8 == alpha * (slope + R + size / 2)


def zero_where(p: Any) -> Any:
    m, h, lam, u, s = p.real("m"), p.positive("h"), p.nonnegative("lam"), p.real("m/h"), p.real("lam/h")
    p.assume(u * h == m, s * h == lam)
    hat = L1._unchecked(lam=s)._prox(-u, 1, p.xp)
    return (hat == 0) == (p.xp.abs(m) <= lam)


@claim(
    "PG.E5.first",
    place="Sect. 5, Study 1, zero initialisation",
    form="own",
    expected="proved",
    why="the hat itself, or a threshold without alpha, is another iterate",
)
class SameIterate(First):
    r"""From $\theta_t = 0$ Prox-SGD and ProxGEN have the same next iterate, for every metric and every $\alpha$, for $l_1$
    ($\alpha S(-m/h, \lambda/h) = S(-\alpha m/h, \alpha\lambda/h)$) and every $R$ with $R(\alpha u) = \alpha R(u)$: line 8 at
    $\alpha u$ is $\alpha$ times Prox-SGD's objective at $u$."""

    def margin(self, case: Case, xp: Any) -> Any:
        first, second = self.both(case, xp)
        return -xp.abs(first - second)

    def bound(self, case: Case, xp: Any) -> Any:
        return case["alpha"] * (xp.abs(case["m"]) + case["lam"]) / case["h"]

    def proof(self) -> list[Lemma]:
        return [Lemma("soft thresholding is homogeneous", same_step), Lemma("the objectives", same_objective)]


@claim(
    "PG.E5.zero.fix",
    place="Sect. 5, Study 1, zero initialisation",
    expected="proved",
    why="|m| <= lambda/alpha for |m| <= lambda fails",
)
class SameZeros(First):
    r"""From $\theta_t = 0$ with $l_1$: $\hat\theta_t = 0$, Prox-SGD stays, ProxGEN stays, and $|m_{t,i}| \le \lambda$ for all
    $i$, are the same. So on the same samples both leave $0$ at the same step, and with exact gradients both stay for ever
    exactly where $0$ is the solution."""

    def margin(self, case: Case, xp: Any) -> Any:
        first, second = self.both(case, xp)
        small = xp.abs(case["m"]) <= case["lam"]
        agree = xp.both((first == 0) == small, (second == 0) == small)
        size = xp.abs(xp.abs(case["m"]) - case["lam"])
        return xp.where(agree, 1, -size)

    def proof(self) -> list[Lemma]:
        return [Lemma("where the hat is 0", zero_where), Lemma("the next iterates are equal", same_step)]


@claim(
    "PG.E5.zero.l0",
    place="Sect. 5, Study 1, zero initialisation",
    form="own",
    expected="refuted",
    why="h = 1, lambda = 1/2, alpha = 1/4, m = 3/2: Prox-SGD moves to -3/8, ProxGEN stays",
    erratum="false",
    fix="PG.E5.zero.l0.fix",
    falls="nothing: for l0 the contrast is the opposite of the text, ProxGEN is the one that stays longer",
)
class SameZerosL0(First):
    r"""The same for $l_0$: Prox-SGD and ProxGEN leave $0$ for the same $m$."""

    made = L0

    def cases(self, rng: Any, size: int) -> Case:
        return First.cases(self, rng, size) | {"alpha": rng.choice([0.1, 0.25, 0.5, 1.0], size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(First.domain(self, case, xp), case["alpha"] <= 1)

    def margin(self, case: Case, xp: Any) -> Any:
        first, second = self.both(case, xp)
        return xp.where((first == 0) == (second == 0), 1, -1)


def thresholds(p: Any) -> Any:
    h, lam, alpha, m = p.positive("h"), p.nonnegative("lam"), p.positive("alpha"), p.real("m")
    penalty, zero = L0._unchecked(lam=lam), p.xp.zeros_like(m)
    first = TwoStageProxSGD()._move(zero, m, h, alpha, penalty, p.xp)
    second = ProxGen()._move(zero, m, h, alpha, penalty, p.xp)
    return p.conj((first != 0) == (m * m > 2 * lam * h), (second != 0) == (alpha * m * m > 2 * lam * h))


@claim(
    "PG.E5.zero.l0.fix",
    place="Sect. 5, Study 1, zero initialisation",
    expected="proved",
    why="without alpha in ProxGEN's threshold it fails",
)
class LeavesL0(First):
    r"""With $\lambda \|\theta\|_0$ Prox-SGD leaves $\theta_{t,i} = 0$ exactly for $|m_{t,i}| > \sqrt{2 \lambda h}$, ProxGEN for
    $|m_{t,i}| > \sqrt{2 \lambda h/\alpha}$, $h = C_{t,i} + \delta$ (at the tie both stay)."""

    made = L0

    def margin(self, case: Case, xp: Any) -> Any:
        room = case["m"] * case["m"], 2 * case["lam"] * case["h"]
        sizes = (room[0] - room[1], case["alpha"] * room[0] - room[1])
        wrong = [xp.where((after != 0) == (s > 0), 0, -xp.abs(s)) for after, s in zip(self.both(case, xp), sizes, strict=True)]
        return xp.minimum(*wrong)

    def bound(self, case: Case, xp: Any) -> Any:
        return case["m"] * case["m"] * (1 + case["alpha"]) + 2 * case["lam"] * case["h"]

    def proof(self) -> list[Lemma]:
        return [Lemma("the steps that run", thresholds)]
