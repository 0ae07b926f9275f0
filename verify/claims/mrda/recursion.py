"""Eq. 7: simple dual averaging with beta_t = gamma t^alpha as a recursion, line by line, and what it says of SGD."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import integers, log_uniform
from verify.evidence.margins import least
from verify.methods.sda import SDA, Dual, Weight
from verify.methods.sgd import SGD, Descent, Velocity
from verify.penalties.zero import Zero

ALPHAS = np.array([0.5, 1.0, 1.0, 2.0, 0.25])


class Lines:
    """old is the sum of the first t-1 gradients, g the t-th; factor is (1 - 1/t)^alpha, weight is gamma t^alpha."""

    def cases(self, rng: Any, size: int) -> Case:
        case = {n: np.round(rng.normal(size=size) * 3, rng.integers(0, 3)) for n in ("w0", "old", "g")}
        t, gamma = integers(rng, 2, 50, size), np.where(rng.random(size) < 0.4, 1.0, log_uniform(rng, 0.1, 10.0, size))
        return case | {"t": t, "gamma": gamma, "alpha": rng.choice(ALPHAS, size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["gamma"] > 0, xp.both(case["alpha"] > 0, case["t"] >= 2))

    def parts(self, case: Case, xp: Any) -> tuple[Any, Any]:
        """(1 - 1/t)^alpha and gamma t^alpha; alpha = 1 and 2 stay rational."""
        t, one = case["t"], 1 + 0 * case["gamma"]
        alpha = case["alpha"]

        def power(x: Any) -> Any:
            if np.all(alpha == 1):
                return x
            return x * x if np.all(alpha == 2) else xp.power(x, alpha)

        return power((t - one) / t), case["gamma"] * power(t * one)

    def bound(self, case: Case, xp: Any) -> Any:
        _, weight = self.parts(case, xp)
        return xp.abs(case["w0"]) + (xp.abs(case["old"]) + xp.abs(case["g"])) / weight


def lines(case: Case, factor: Any, weight: Any, inner: Any) -> tuple[Any, Any]:
    """Line 1, and line 3 with ``inner`` for its inner sum."""
    first = case["w0"] - (case["old"] + case["g"]) / weight
    third = (1 - factor) * case["w0"] + factor * (case["w0"] - inner / (factor * weight)) - case["g"] / weight
    return first, third


def symbols(p: Any) -> tuple[Case, Any, Any]:
    case = {n: p.real(n) for n in ("w0", "old", "g", "t")}
    factor, weight = p.positive("(1-1/t)^alpha"), p.positive("gamma t^alpha")
    p.assume(case["t"] >= 2, factor < 1)
    return case, factor, weight


@claim(
    "MRDA.E7",
    place="Eq. 7, line 3",
    expected="refuted",
    why="w_0 = 0, gamma = alpha = 1, t = 2, g = (0, 1): line 1 is -1/2, line 3 is -1: g_t is counted twice",
    erratum="misprint",
    fix="MRDA.E7.fix",
    falls="nothing: lines 1 and 4 are right",
)
class LineThree(Lines):
    r"""Line 3 of (7), whose inner sum runs to $t$, equals line 1, $w_0 - \frac{1}{\gamma t^\alpha} \sum_{\tau \le t}
    g_\tau$."""

    def margin(self, case: Case, xp: Any) -> Any:
        first, third = lines(case, *self.parts(case, xp), case["old"] + case["g"])
        return -xp.abs(first - third)


@claim(
    "MRDA.E7.fix",
    place="Eq. 7",
    expected="proved",
    why="(1 - 1/(t+1)) for (1 - 1/t) fails, and so does dropping the power alpha",
)
class Recursion(Lines):
    r"""With its inner sum to $t-1$ line 3 equals line 1 for $t \ge 2$, and line 4 is SDA's step: $w_{t+1} = (1 - p) w_0 + p
    w_t - \frac{1}{\gamma t^\alpha} g_t$, $p = (1 - \frac1t)^\alpha$. (At $t = 1$ lines 2 and 3 divide 0 by 0; line 4 holds with
    $p = 0$ for every $w_1$.)"""

    def margin(self, case: Case, xp: Any) -> Any:
        factor, weight = self.parts(case, xp)
        first, third = lines(case, factor, weight, case["old"])
        w = case["w0"] - case["old"] / (factor * weight)
        fourth = (1 - factor) * case["w0"] + factor * w - case["g"] / weight
        tiny = xp.constant("1e-9") * self.bound(case, xp)
        return tiny - xp.maximum(xp.abs(first - third), xp.abs(first - fourth))

    def proof(self) -> list[Lemma]:
        def third(p: Any) -> Any:
            case, factor, weight = symbols(p)
            first, line = lines(case, factor, weight, case["old"])
            return first == line

        def fourth(p: Any) -> Any:
            case, factor, weight = symbols(p)
            t = case["t"]
            state = Dual(t - 1, case["old"] / (t - 1), case["w0"])
            w = case["w0"] - case["old"] / (factor * weight)
            _, after = SDA().step(state, w, case["g"], Weight(weight), Zero(), p.xp)
            return after == (1 - factor) * case["w0"] + factor * w - case["g"] / weight

        def start(p: Any) -> Any:
            w0, w1, g, weight = p.real("w0"), p.real("w1"), p.real("g"), p.positive("gamma")
            _, after = SDA().step(Dual(0, p.real("mean_0"), w0), w1, g, Weight(weight), Zero(), p.xp)
            return after == w0 - g / weight

        return [Lemma("line 3", third), Lemma("line 4 is SDA's step", fourth), Lemma("line 4 at t = 1, any w_1", start)]


@claim(
    "MRDA.E7.limits",
    place="below Eq. 7",
    expected="unrefuted",
    why="1/t for max(1, alpha)/t fails for alpha = 2, and it is attained for alpha = 1",
    form="printed",
)
class Limits(Lines):
    r"""$1 - (1 - \frac1t)^\alpha \to 0$ for every $\alpha > 0$, explicitly $0 \le 1 - (1 - \frac1t)^\alpha \le
    \frac{\max(1, \alpha)}{t}$; for $\alpha \le 1$ it is at least $\frac{\alpha}{t}$, so that its sum over $t$ is infinite."""

    def margin(self, case: Case, xp: Any) -> Any:
        factor, _ = self.parts(case, xp)
        t, alpha = case["t"], case["alpha"]
        lost, one = t * (1 - factor), 1 + 0 * alpha
        low = xp.where(alpha <= one, lost - alpha, lost)
        return xp.minimum(low, xp.maximum(alpha, one) - lost) / xp.maximum(alpha, one) + xp.constant("1e-12")


@claim(
    "MRDA.E7.drift",
    place="below Eq. 7",
    expected="proved",
    form="own",
    kind="run",
    why="with beta constant both stay together; a forgotten factor p in line 4 fails",
)
class Drift:
    r""" "SDA can be viewed as perturbation of SGD", with SGD's step $\frac{1}{\beta_t}$: but the distance does not vanish.
    After one gradient $g$ and then none, SGD stays at $w_0 - \frac{g}{\beta_1}$ while SDA is at $w_0 - \frac{g}{\beta_t}$,
    which returns to $w_0$ as $\beta_t \to \infty$."""

    vectors = ("beta",)

    def cases(self, rng: Any, size: int) -> Case:
        beta = np.sort(log_uniform(rng, 1e-2, 1e2, (size, 6)), axis=1)
        return {"w0": rng.normal(size=size), "g": rng.normal(size=size) * log_uniform(rng, 0.1, 10, size), "beta": beta}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.all(case["beta"] > 0, axis=-1)

    def margin(self, case: Case, xp: Any) -> Any:
        dual = plain = w0 = case["w0"]
        states, g = (SDA().init(w0, Weight(1), Zero(), xp), Velocity(0)), case["g"]
        margins = []
        for k in range(case["beta"].shape[1]):
            beta = case["beta"][:, k]
            first, dual = SDA().step(states[0], dual, g, Weight(beta), Zero(), xp)
            second, plain = SGD().step(states[1], plain, g, Descent(1 / beta), Zero(), xp)
            states, g = (first, second), 0 * g
            margins += [-xp.abs(dual - w0 + case["g"] / beta), -xp.abs(plain - w0 + case["g"] / case["beta"][:, 0])]
        return least(*margins, xp=xp)

    def bound(self, case: Case, xp: Any) -> Any:
        return xp.abs(case["w0"]) + xp.abs(case["g"]) / case["beta"][:, 0]

    def proof(self) -> list[Lemma]:
        def stays(p: Any) -> Any:
            w, alpha = p.real("w"), p.positive("alpha")
            return SGD().step(Velocity(p.real("v")), w, 0, Descent(alpha), Zero(), p.xp)[1] == w

        def returns(p: Any) -> Any:
            t, mean, w0, beta = p.real("t"), p.real("mean"), p.real("w0"), p.positive("beta")
            p.assume(t >= 1)
            state, w = SDA().step(Dual(t, mean, w0), w0, 0, Weight(beta), Zero(), p.xp)
            return p.conj(beta * (w - w0) == -t * mean, (t + 1) * state.mean == t * mean)

        return [Lemma("SGD does not move without a gradient", stays), Lemma("SDA's distance to w_0 is |s|/beta_t", returns)]
