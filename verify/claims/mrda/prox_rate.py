"""Section 3.2: is alpha_t = 1/(gamma sqrt t) the step size of the best rate?"""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.mrda.setting import game, lifted, psi
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import log_uniform
from verify.methods.prox_sgd import ProxSGD
from verify.methods.sgd import Descent, Velocity
from verify.penalties.l1 import L1
from verify.penalties.zero import Zero


def variance(case: Case, steps: int, xp: Any) -> Any:
    """E w^2 after steps 1/(gamma sqrt t), for f_z(w) = (w - z)^2/2, z = +-1 fair, no penalty, from w_1 = 1."""
    v = 1 + 0 * case["gamma"]
    for k in range(1, steps + 1):
        a = 1 / (case["gamma"] * xp.sqrt(k * (1 + 0 * case["gamma"])))
        v = (1 - a) * (1 - a) * v + a * a
    return v


def fair(p: Any) -> tuple[Any, Any]:
    """The mean of w_{t+1}^2 over z = +-1, from the function that runs; and (1 - a)^2 w^2 + a^2."""
    w, a = p.real("w"), p.positive("a")
    ends = [ProxSGD().step(Velocity(0), w, w - z, Descent(a), Zero(), p.xp)[1] for z in (1, -1)]
    return (ends[0] * ends[0] + ends[1] * ends[1]) / 2, (1 - a) * (1 - a) * w * w + a * a


@claim(
    "MRDA.S32.best",
    place="Section 3.2, below Eq. 8",
    expected="refuted",
    why="f_z = (w - z)^2/2, z = +-1: E w^2 after 8 steps is at least 1/(2 sqrt 8) for gamma = 1, and 1/8 with alpha_t = 1/t",
    erratum="false",
    fix="MRDA.S32.best.fix",
    falls="only best for every problem: over convex losses with bounded gradients the order 1/sqrt t is the best",
)
class BestRate:
    r"""$\alpha_t = \frac{1}{\gamma \sqrt t}$ obtains the best rate on every problem: on $f_z = \frac12 (w - z)^2$, $z = \pm 1$
    fair, $w_1 = 1$, its $E w^2$ after 8 steps is at most the $\frac18$ of $\alpha_t = \frac1t$. (For every $\gamma$ it loses in
    the long run: MRDA.S32.best.lower.)"""

    def cases(self, rng: Any, size: int) -> Case:
        return {"gamma": np.round(log_uniform(rng, 0.5, 1.3, size), 1)}

    def domain(self, case: Case, xp: Any) -> Any:
        return case["gamma"] > 0

    def margin(self, case: Case, xp: Any) -> Any:
        return xp.constant("0.125") - variance(case, 8, xp)


@claim(
    "MRDA.S32.best.lower",
    place="Section 3.2, below Eq. 8",
    expected="proved",
    form="own",
    why="1/(gamma sqrt t), without the half, fails at gamma = 1, t = 2: 0.586 to 0.707",
)
class Lower:
    r"""On $f_z = \frac12 (w - z)^2$, $z = \pm 1$ fair, $w_1 = 1$: $E w_{t+1}^2 \ge \frac{1}{2 \gamma \sqrt t}$ with $\alpha_t =
    \frac{1}{\gamma \sqrt t}$, for every $\gamma > 0$ and $t$, and $= \frac1t$ with $\alpha_t = \frac1t$, which no choice of
    steps improves in one step."""

    def cases(self, rng: Any, size: int) -> Case:
        return {"gamma": log_uniform(rng, 0.1, 10.0, size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return case["gamma"] > 0

    def margin(self, case: Case, xp: Any) -> Any:
        margins = [2 * case["gamma"] * xp.sqrt(k * (1 + 0 * case["gamma"])) * variance(case, k, xp) - 1 for k in (1, 2, 5, 20)]
        return xp.minimum(xp.minimum(*margins[:2]), xp.minimum(*margins[2:]))

    def proof(self) -> list[Lemma]:
        def law(p: Any) -> Any:
            mean, formula = fair(p)
            return mean == formula

        def lower(p: Any) -> Any:
            a, v = p.positive("a"), p.real("v")
            p.assume(p.disj(v == 1, v >= a / 2))
            return (1 - a) * (1 - a) * v + a * a >= a / 2

        def harmonic(p: Any) -> Any:
            t = p.real("t")
            p.assume(t >= 2)
            return (1 - 1 / t) * (1 - 1 / t) / (t - 1) + 1 / (t * t) == 1 / t

        def best(p: Any) -> Any:
            a, v = p.real("a"), p.positive("v")
            return (1 - a) * (1 - a) * v + a * a >= v / (1 + v)

        return [
            Lemma("E w_{t+1}^2 = (1 - a)^2 E w_t^2 + a^2", law),
            Lemma("E w_{t+1}^2 >= a_t/2, and so for the smaller a_{t+1}", lower),
            Lemma("1/t for a = 1/t", harmonic),
            Lemma("v/(1 + v) is the least possible, 1/(t-1) to 1/t", best),
        ]


def one_step(case: Case, xp: Any) -> tuple[Any, Any, Any]:
    """What a step of prox-SGD loses against u, and the two sides of the distance, in one coordinate."""
    _, after = ProxSGD().step(Velocity(0), case["w"], case["g"], Descent(case["alpha"]), L1._unchecked(lam=case["lam"]), xp)
    lost = case["g"] * (case["w"] - case["u"]) + case["lam"] * (xp.abs(after) - xp.abs(case["u"]))
    before = (case["w"] - case["u"]) * (case["w"] - case["u"])
    return lost, before, (after - case["u"]) * (after - case["u"])


class Paths:
    """Runs of prox-SGD with any steps alpha, any linear (so any convex) losses, against a point u."""

    vectors = ("g", "w1", "u")

    def cases(self, rng: Any, size: int) -> Case:
        case = game(rng, size, 6, 2)
        near = case["w1"] + rng.normal(size=case["w1"].shape) * case["B"][:, None]
        return {
            "g": case["g"],
            "alpha": 1 / case["beta"],
            "lam": case["lam"],
            "w1": case["w1"],
            "u": near * rng.choice([0.0, 1.0]),
        }

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["lam"] >= 0, xp.all(case["alpha"] > 0, axis=-1))

    def run(self, case: Case, xp: Any) -> Any:
        case, w, map_ = lifted(case), case["w1"], L1._unchecked(lam=case["lam"][..., None])
        for k in range(case["g"].shape[1]):
            g, alpha = case["g"][:, k], case["alpha"][:, k]
            _, after = ProxSGD().step(Velocity(0), w, g, Descent(alpha[..., None]), map_, xp)
            lost = xp.dot(g, w - case["u"]) + psi(case, after, xp) - psi(case, case["u"], xp)
            yield alpha, lost, w, g
            w = after


@claim(
    "MRDA.S32.best.fix",
    place="Section 3.2, below Eq. 8",
    expected="proved",
    kind="run",
    why="a quarter of the sum of alpha^2 |g|^2 instead of a half fails after one step",
)
class PathByPath(Paths):
    r"""For all convex losses, all steps $\alpha_\tau > 0$ and every $u$: $\sum_{\tau \le t} \alpha_\tau (f_\tau(w_\tau) -
    f_\tau(u) + \Psi(w_{\tau+1}) - \Psi(u)) \le \frac12 |w_1 - u|^2 + \frac12 \sum_{\tau \le t} \alpha_\tau^2 |g_\tau|^2$."""

    def margin(self, case: Case, xp: Any) -> Any:
        start = case["w1"] - case["u"]
        room, worst = xp.dot(start, start) / 2, None
        scale = 1 + room
        for alpha, lost, _, g in self.run(case, xp):
            room = room + alpha * alpha * xp.dot(g, g) / 2 - alpha * lost
            scale = scale + alpha * alpha * xp.dot(g, g) + alpha * xp.abs(lost)
            worst = room / scale if worst is None else xp.minimum(worst, room / scale)
        return worst

    def proof(self) -> list[Lemma]:
        def build(p: Any) -> Any:
            case = {n: p.real(n) for n in ("w", "g", "u")} | {"lam": p.nonnegative("lam"), "alpha": p.positive("alpha")}
            lost, before, after = one_step(case, p.xp)
            alpha = case["alpha"]
            return 2 * alpha * lost <= before - after + alpha * alpha * case["g"] * case["g"]

        return [Lemma("one step in one coordinate; the rest is a telescoping sum", build)]


@claim(
    "MRDA.S32.best.rate",
    place="Section 3.2, below Eq. 8",
    expected="unrefuted",
    form="own",
    kind="run",
    why="R^2/4 for R^2/2, or G^2/(2 gamma) for G^2/gamma, fails",
)
class RateOfSquareRoot(Paths):
    r"""With $\alpha_t = \frac{1}{\gamma \sqrt t}$, $|w_\tau - u| \le R$ and $|g_\tau| \le G$: $\sum_{\tau \le t}
    (f_\tau(w_\tau) - f_\tau(u) + \Psi(w_{\tau+1}) - \Psi(u)) \le (\frac{\gamma R^2}{2} + \frac{G^2}{\gamma}) \sqrt t$, the
    order that no method improves over all convex losses with bounded gradients. The exponent $\frac12$ is the best of $\max(p
    - 1, -p)$."""

    def cases(self, rng: Any, size: int) -> Case:
        case = {name: value for name, value in Paths.cases(self, rng, size).items() if name != "alpha"}
        return case | {"gamma": log_uniform(rng, 0.1, 10.0, size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["lam"] >= 0, case["gamma"] > 0)

    def margin(self, case: Case, xp: Any) -> Any:
        steps = [1 / (case["gamma"] * xp.sqrt(xp.constant(t))) for t in range(1, 7)]
        case = case | {"alpha": np.stack(steps, axis=-1)}
        total, radius, most, worst, gamma = 0, 0 * case["gamma"], 0 * case["gamma"], None, case["gamma"]
        for k, (_, lost, w, g) in enumerate(self.run(case, xp), start=1):
            total, most = total + lost, xp.maximum(most, xp.norm(g, axis=-1))
            radius = xp.maximum(radius, xp.norm(w - case["u"], axis=-1))
            room = (gamma * radius * radius / 2 + most * most / gamma) * xp.sqrt(xp.constant(k))
            spare = (room - total) / (room + xp.abs(total) + xp.constant("1e-9"))
            worst = spare if worst is None else xp.minimum(worst, spare)
        return worst
