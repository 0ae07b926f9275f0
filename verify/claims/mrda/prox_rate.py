"""Section 3.2: is alpha_t = 1/(gamma sqrt t) the step size of the best rate?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from verify.claims.mrda.setting import game, lifted, psi
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import log_uniform
from verify.evidence.margins import least
from verify.methods.prox_sgd import ProxSGD
from verify.methods.sgd import Descent, Velocity
from verify.penalties.l1 import L1
from verify.penalties.zero import Zero


def means(gamma: Any, steps: int, schedule: Any, xp: Any) -> Iterator[tuple[int, Any]]:
    """t and phi(mean of w_1 to w_t) for f = (gamma/4) w^4, no penalty and no noise, from w_1 = 1/2."""
    w, total = 1 / (2 + 0 * gamma), 0
    for t in range(1, steps + 1):
        total = total + w
        mean = total / t
        yield t, gamma / 4 * mean * mean * mean * mean
        w = quartic_step(w, gamma, schedule(t), xp)


def quartic_step(w: Any, gamma: Any, alpha: Any, xp: Any) -> Any:
    return ProxSGD().step(Velocity(0), w, gamma * w * w * w, Descent(alpha), Zero(), xp)[1]


def falling(gamma: Any, xp: Any) -> Any:
    """alpha_t = 1/(gamma sqrt t)."""
    return lambda t: 1 / (gamma * xp.sqrt(t * (1 + 0 * gamma)))


class Quartic:
    def cases(self, rng: Any, size: int) -> Case:
        gamma = log_uniform(rng, 0.1, 10.0, size)
        return {"gamma": np.where(rng.random(size) < 0.3, np.round(gamma, 1), gamma)}

    def domain(self, case: Case, xp: Any) -> Any:
        return case["gamma"] > 0


@claim(
    "MRDA.S32.best",
    place="Section 3.2, below Eq. 8",
    expected="refuted",
    why="f = (gamma/4) w^4, w_1 = 1/2: 100^2 phi of the mean of 100 iterates is 3.66 gamma with 1/(gamma sqrt t), 0.52 gamma "
    "with 1/gamma",
    erratum="gap",
    fix="MRDA.S32.best.rate",
    falls="only best on every problem. The paper says that these steps obtain the best convergence rate, not among what: over "
    "all convex losses with bounded gradients no steps have a better order",
)
class BestRate(Quartic):
    r"""$\alpha_t = \frac{1}{\gamma \sqrt t}$ obtains the best rate, of the mean iterate's cost as in Section 3.3, on every
    problem. On $f = \frac\gamma4 w^4$, $\Psi = 0$, without noise, from $w_1 = \frac12$, the constant $\alpha = \frac1\gamma$
    has $\phi(\bar w_t) \le \frac{\gamma}{t^2}$, and $\frac{1}{\gamma \sqrt t}$ at least $\frac{\gamma}{256 t}$
    (MRDA.S32.best.lower). Here: that it has $\frac{\gamma}{t^2}$ too, for $t = 100$."""

    def margin(self, case: Case, xp: Any) -> Any:
        *_, (t, cost) = means(case["gamma"], 100, falling(case["gamma"], xp), xp)
        return 1 - t * t * cost / case["gamma"]


@claim(
    "MRDA.S32.best.lower",
    place="Section 3.2, below Eq. 8",
    expected="proved",
    form="own",
    why="gamma/(63 t) for gamma/(256 t) fails at t = 1, gamma/(2 t^2) for gamma/t^2 at t = 100",
)
class Lower(Quartic):
    r"""On $f = \frac\gamma4 w^4$, $\Psi = 0$, without noise, from $w_1 = \frac12$, for every $\gamma > 0$ and $t$:
    $\phi(\bar w_t) \ge \frac{\gamma}{256 t}$ with $\alpha_t = \frac{1}{\gamma \sqrt t}$, and $\le \frac{\gamma}{t^2}$ with
    $\alpha_t = \frac1\gamma$. So no choice of $\gamma$ has the best rate on every problem."""

    def margin(self, case: Case, xp: Any) -> Any:
        gamma, margins = case["gamma"], []
        slow, fast = means(gamma, 100, falling(gamma, xp), xp), means(gamma, 100, lambda t: 1 / gamma, xp)
        for (t, most), (_, least_) in zip(slow, fast, strict=True):
            margins += [256 * t * most / gamma - 1, 1 - t * t * least_ / gamma]
        return least(*margins, xp=xp)

    def proof(self) -> list[Lemma]:
        def start(p: Any) -> tuple[Any, Any, Any]:
            w, gamma, root = p.positive("w"), p.positive("gamma"), p.real("sqrt t")
            p.assume(2 * w <= 1, root >= 1)
            return w, gamma, root

        def slow(p: Any) -> Any:
            w, gamma, root = start(p)
            return quartic_step(w, gamma, 1 / (gamma * root), p.xp) * root == w * (root - w * w)

        def grows(p: Any) -> Any:
            """x = w^2; the next one is x (1 - x/r)^2, r = sqrt t, more from x than from y <= x."""
            x, y, root = p.real("w^2"), p.positive("y"), p.real("r")
            p.assume(root >= 1, 4 * x <= 1, y <= x)
            return p.conj(x < root, x * (root - x) * (root - x) >= y * (root - y) * (root - y))

        def kept(p: Any) -> Any:
            """From y = 1/(8 r) it is at least 1/(8 s), s = sqrt(t + 1)."""
            root, following = p.real("r"), p.positive("s")
            p.assume(root >= 1, following * following == root * root + 1)
            return following * (8 * root * root - 1) * (8 * root * root - 1) >= 64 * root * root * root * root * root

        def above(p: Any) -> Any:
            mean, gamma, root = start(p)
            p.assume(8 * root * mean * mean >= 1)
            return gamma / 4 * mean * mean * mean * mean * 256 * root * root >= gamma

        def fast(p: Any) -> Any:
            w, gamma, t = start(p)
            p.assume((2 * t + 2) * w * w <= 1)
            after = quartic_step(w, gamma, 1 / gamma, p.xp)
            return p.conj(after > 0, (2 * t + 4) * after * after <= 1)

        def total(p: Any) -> Any:
            t, size, w = p.real("t"), p.positive("w_1 + ... + w_t"), p.positive("w_{t+1}")
            p.assume(t >= 1, size * size <= 2 * t, (2 * t + 4) * w * w <= 1)
            return (size + w) * (size + w) <= 2 * (t + 1)

        def below(p: Any) -> Any:
            t, size, gamma = p.real("t"), p.positive("w_1 + ... + w_t"), p.positive("gamma")
            p.assume(t >= 1, size * size <= 2 * t)
            mean = size / t
            return gamma / 4 * mean * mean * mean * mean * t * t <= gamma

        return [
            Lemma("1/(gamma sqrt t): w_{t+1} = w_t (1 - w_t^2/sqrt t)", slow),
            Lemma("so the iterates fall, and more is left of a larger one", grows),
            Lemma("and 8 sqrt t w_t^2 >= 1, from 8/4 at t = 1 on", kept),
            Lemma("their mean is at least w_t, so its cost at least gamma/(256 t)", above),
            Lemma("1/gamma: (2t + 2) w_t^2 <= 1, from 4/4 at t = 1 on", fast),
            Lemma("so the square of their sum is at most 2t, from 1/4 at t = 1 on", total),
            Lemma("and the cost of the mean at most gamma/t^2", below),
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
    r"""For $\Psi = \lambda |w|_1$, all convex losses, all steps $\alpha_\tau > 0$ and every $u$: $\sum_{\tau \le t} \alpha_\tau
    (f_\tau(w_\tau) - f_\tau(u) + \Psi(w_{\tau+1}) - \Psi(u)) \le \frac12 |w_1 - u|^2 + \frac12 \sum_{\tau \le t}
    \alpha_\tau^2 |g_\tau|^2$."""

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
    r"""What "best" can mean, for $\Psi = \lambda |w|_1$ and all convex losses: with $\alpha_t = \frac{1}{\gamma \sqrt t}$,
    $|w_\tau - u| \le R$ and $|g_\tau| \le G$, $\sum_{\tau \le t} (f_\tau(w_\tau) - f_\tau(u) + \Psi(w_{\tau+1}) - \Psi(u))
    \le (\frac{\gamma R^2}{2} + \frac{G^2}{\gamma}) \sqrt t$, the order that no method improves over all convex losses with
    bounded gradients. The exponent $\frac12$ is the best of $\max(p - 1, -p)$."""

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
