"""Section 7 after Eq. 58: the displayed bounds for beta_t = gamma t^alpha, and the case alpha = 1."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from verify.claims.mrda.cost import Growing
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import log_uniform, mostly
from verify.evidence.margins import least, relative, soft
from verify.methods.mrda import MRDA
from verify.methods.sda import Weight
from verify.penalties.l1 import L1

MOST = 12


class Sums:
    """Sums of 1/tau^alpha for gamma = G = 1, Q = D = 0: what the displays estimate."""

    def cases(self, rng: Any, size: int) -> Case:
        alpha = np.where(rng.random(size) < 0.5, rng.choice([0.5, 0.25, 0.75, 2.0], size), rng.uniform(0.01, 3.0, size))
        alpha = np.where(alpha == 1, 0.5, alpha)
        return {"alpha": alpha, "t": rng.integers(1, MOST + 1, size)}

    def domain(self, case: Case, xp: Any) -> Any:
        inside = xp.both(case["alpha"] > 0, case["alpha"] != 1)
        return xp.both(inside, xp.both(case["t"] >= 1, case["t"] <= MOST))

    def total(self, case: Case, first: int, xp: Any) -> Any:
        """The sum of tau^-alpha for tau from ``first`` to t - 1."""
        terms = 0 * case["alpha"]
        for tau in range(first, MOST):
            terms = terms + xp.where(tau < case["t"], 1 / xp.power(tau + 0 * case["alpha"], case["alpha"]), 0 * case["alpha"])
        return terms

    def integral(self, case: Case, xp: Any) -> Any:
        """The integral of tau^-alpha from 1 to t - 1."""
        rest, start = 1 - case["alpha"], case["t"] - 1 + 0 * case["alpha"]
        return (xp.power(start, rest) - 1) / rest


@claim(
    "MRDA.E58",
    place="Eq. 58 and the display below",
    expected="refuted",
    why="t = 1, alpha = 1/2: the middle has 2, the right 2 + integral from 1 to 0 = 0, the left 1",
    erratum="false",
    fix="MRDA.E58.fix",
    falls="the chain at t = 1, for every alpha in (0, 1); for t >= 2 it holds, and with it the rate. (58) itself is MRDA.L7.5",
)
class Displays(Sums):
    r"""$\sum_{\tau=0}^{t-1} \frac{1}{\tau^\alpha} \le 2 + \sum_{\tau=2}^{t-1} \frac{1}{\tau^\alpha} \le 2 + \int_1^{t-1}
    \frac{d\tau}{\tau^\alpha}$ for every $t \ge 1$, $\alpha > 0$, $\alpha \ne 1$, with 1 for the term $\tau = 0$ (as printed it
    is $\frac10$; $\beta_0 = \beta_1$ is meant)."""

    def domain(self, case: Case, xp: Any) -> Any:
        """At t = 1 and alpha > 1 the integral is -infinity, which is left out here."""
        return xp.both(Sums.domain(self, case, xp), xp.either(case["t"] >= 2, case["alpha"] < 1))

    def margin(self, case: Case, xp: Any) -> Any:
        left, middle = 1 + self.total(case, 1, xp), 2 + self.total(case, 2, xp)
        return least(middle - left, 2 + self.integral(case, xp) - middle, xp=xp)


@claim(
    "MRDA.E58.fix",
    place="Eq. 58 and the display below",
    expected="unrefuted",
    why="1/(1 - alpha) alone fails for alpha < 1/2 at t = 2; the sum to t in place of t - 1 fails",
)
class FromTwo(Sums):
    r"""The chain holds for $t \ge 2$ (at $t = 2$ with equality), and for $0 < \alpha < 1$: $1 + \sum_{\tau=1}^{t-1}
    \tau^{-\alpha} \le c\,(t-1)^{1-\alpha}$, $c = \max(2, \frac{1}{1-\alpha})$, so that the right side of (58) is at most
    $\frac1t (Q + \gamma D^2 t^\alpha + \frac{c G^2}{2\gamma} (t-1)^{1-\alpha})$."""

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(Sums.domain(self, case, xp), case["t"] >= 2)

    def margin(self, case: Case, xp: Any) -> Any:
        left, middle = 1 + self.total(case, 1, xp), 2 + self.total(case, 2, xp)
        rest, start = 1 - case["alpha"], case["t"] - 1 + 0 * case["alpha"]
        c = xp.maximum(2 + 0 * rest, 1 / xp.where(rest > 0, rest, 1 + 0 * rest))
        last = xp.where(rest > 0, c * xp.power(start, rest) / left - 1, 0 * rest)
        chain = least(middle - left, 2 + self.integral(case, xp) - middle, xp=xp) / middle
        return least(chain, last, xp=xp) + xp.constant("1e-12")


@claim(
    "MRDA.E58.rate",
    place="the display below Eq. 58",
    expected="unrefuted",
    form="printed",
    why="t^(-alpha) alone fails for alpha > 1/2; K without the factor 1/(1 - alpha) fails near alpha = 1",
)
class Order(Sums):
    r"""The right side of (58) with $\beta_t = \gamma t^\alpha$ is $O(t^{\alpha-1} + t^{-\alpha})$ for all $\alpha > 0$,
    $\alpha \ne 1$: at most $K (t^{\alpha-1} + t^{-\alpha})$, $K = Q + \gamma D^2 + \frac{G^2}{2\gamma} c$, with $c = \max(2,
    \frac{1}{1 - \alpha})$ for $\alpha < 1$, $c = 2 + \frac{1}{\alpha - 1}$ for $\alpha > 1$."""

    def cases(self, rng: Any, size: int) -> Case:
        case = Sums.cases(self, rng, size)
        return case | {n: mostly(rng, log_uniform(rng, 1e-2, 1e2, size), 0.0, 0.3) for n in ("Q", "D2", "G2")}

    def domain(self, case: Case, xp: Any) -> Any:
        signs = xp.both(case["Q"] >= 0, xp.both(case["D2"] >= 0, case["G2"] >= 0))
        return xp.both(Sums.domain(self, case, xp), signs)

    def margin(self, case: Case, xp: Any) -> Any:
        alpha, t = case["alpha"], case["t"] + 0 * case["alpha"]
        rest, one = 1 - alpha, 1 + 0 * alpha
        inverse = 1 / xp.where(rest > 0, rest, xp.where(rest < 0, -rest, one))
        c = xp.where(rest > 0, xp.maximum(2 * one, inverse), 2 + inverse)
        most = case["Q"] + case["D2"] + case["G2"] / 2 * c
        right = (case["Q"] + case["D2"] * xp.power(t, alpha) + case["G2"] / 2 * (1 + self.total(case, 1, xp))) / t
        room = most * (xp.power(t, alpha - 1) + xp.power(t, -alpha))
        return (room - right) / xp.where(room > 0, room, one)


@claim(
    "MRDA.E58.half",
    place="the last sentence of Section 7",
    expected="proved",
    form="printed",
    why="alpha = 0.6 gives the exponent -0.4",
)
class BestExponent:
    r"""Among $0 < \alpha < 1$ the exponent $\max(\alpha - 1, -\alpha)$ of the rate is least at $\alpha = \frac12$ only. (For
    the regret both leading terms are attained, by an alternating sequence of gradients that ends in a ramp, so it is the best
    of the method there and not only of the bound.)"""

    def cases(self, rng: Any, size: int) -> Case:
        return {"alpha": mostly(rng, rng.uniform(0, 1, size), 0.5)}

    def margin(self, case: Case, xp: Any) -> Any:
        half = xp.constant("0.5")
        return xp.maximum(case["alpha"] - 1, -case["alpha"]) + half

    def proof(self) -> list[Lemma]:
        def build(p: Any) -> Any:
            alpha = p.real("alpha")
            worst = p.xp.maximum(alpha - 1, -alpha)
            return p.conj(2 * worst >= -1, p.implies(2 * worst == -1, 2 * alpha == 1))

        return [Lemma("max(alpha - 1, -alpha) >= -1/2, with equality at 1/2 only", build)]


@claim(
    "MRDA.S7.linear",
    place="Section 7, the case beta_t = gamma t",
    expected="refuted",
    why="f = w, Psi = |w|, any gamma and w_1: w_t = 0 = w* for t >= 2, so phi of the mean is 2 max(w_1, 0)/t and tends to 0",
    kind="run",
    erratum="false",
    fix="MRDA.S7.linear.fix",
    falls="nothing: the cost need not tend to phi*, but it converges, to phi(w_gamma) (MRDA.S7.linear.fix), here to phi*; "
    "a bound that does not vanish proves no divergence. Theorem 3.1 is not touched",
)
class DoesNotConverge:
    r"""With $\beta_t = \gamma t$ "the expected cost does not converge", to $\phi^*$, on any problem. Here $f = a w$, $\Psi =
    \lambda |w|$, $|a| \le \lambda$, $w^* = 0$; refuted if $w_t = 0$ for all $t \ge 2$, so that the cost of the mean tends to
    $\phi^*$."""

    def cases(self, rng: Any, size: int) -> Case:
        lam = np.round(log_uniform(rng, 0.1, 3.0, size), 1)
        case = {"a": lam * rng.choice([1.0, 0.5, -1.0], size), "lam": lam, "w1": np.round(rng.normal(size=size), 1) + 0.0}
        return case | {"gamma": np.round(log_uniform(rng, 0.1, 3.0, size), 1)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["lam"] >= xp.abs(case["a"]), xp.both(case["gamma"] > 0, xp.abs(case["a"]) > 0))

    def margin(self, case: Case, xp: Any) -> Any:
        w, map_, farthest = case["w1"], L1._unchecked(lam=case["lam"]), 0 * case["w1"]
        state = MRDA().init(w, Weight(1), map_, xp)
        for t in range(1, 6):
            state, w = MRDA().step(state, w, case["a"] + 0 * w, Weight(case["gamma"] * t), map_, xp)
            farthest = xp.maximum(farthest, xp.abs(w))
        return xp.where(farthest > 0, farthest, farthest - 1)


@claim(
    "MRDA.S7.linear.fix",
    place="Section 7, the case beta_t = gamma t",
    expected="unrefuted",
    kind="run",
    why="argmin phi + gamma |w|^2 for w_gamma fails, and 1/2 for 2 + the sum",
)
class ToAnother(Growing):
    r"""With $\beta_t = \gamma t$ RDA minimises $\phi + \frac\gamma2 |w|^2$: with $w_\gamma$ its minimiser, $\frac1t \sum_{\tau
    \le t} E |w_\tau - w_\gamma|^2 \le \frac{2}{\gamma t} (E \Psi(w_1) + \frac\gamma2 E |w_1|^2 + G\,E |w_1| +
    \frac{G^2}{2 \gamma} (2 + \sum_{\tau < t} \frac1\tau))$ for convex $f$, $|g_t| \le G$, $\Psi \ge 0$ and $w_1$ independent of
    the samples. So $\bar w_t \to w_\gamma$ and the cost converges, to $\phi(w_\gamma)$, at most $\frac\gamma4 |w^*|^2$ above
    $\phi^*$ (MRDA.S7.linear.sharp). Here the law of $w_t$, $t \le 60$, for $f_z = G |w - z|$ and two equally likely $z$."""

    def growth(self, t: Any, xp: Any) -> Any:
        return t

    def laws(self, case: Case, xp: Any) -> Iterator[tuple[Any, Any]]:
        """The values of w_1, w_2, ... by n = s/G, and their probabilities. (w_{t+1} is S(-s, t lam)/beta_t: MRDA.E39.fix.)"""
        n = np.arange(-60, 61)
        G, lam, gamma, w1 = (case[name][..., None] for name in ("G", "lam", "gamma", "w1"))
        w, p = w1 + 0 * n, np.where(n == 0, 1, 0) + 0 * w1
        for t in range(1, 61):
            yield w, p
            fall = sum(xp.where(w < case["z"][..., k : k + 1] + 0 * w, p / 2, 0 * p) for k in (0, 1))
            none, rise = 0 * p[..., :1], p - fall
            p = np.concatenate([none, rise[..., :-1]], axis=-1) + np.concatenate([fall[..., 1:], none], axis=-1)
            w = soft(-n * G, t * lam, xp) / (gamma * t)

    def margin(self, case: Case, xp: Any) -> Any:
        G, gamma, size = case["G"], case["gamma"], xp.abs(case["w1"])
        _, limit = self.best(case | {"sigma": gamma}, xp)
        start, sums, total, spare = (case["lam"] + G) * size + gamma / 2 * size * size, 2 + 0 * G, 0, []
        for t, (w, p) in enumerate(self.laws(case, xp), start=1):
            away = w - limit[..., None]
            total = total + xp.sum(p * away * away, axis=-1)
            room = 2 / gamma * (start + G * G / (2 * gamma) * sums)
            spare.append(relative(room - total, room, xp))
            sums = sums + 1 / (t * (1 + 0 * G))
        return least(*spare, xp=xp)


@claim(
    "MRDA.S7.linear.sharp",
    place="Section 7, the case beta_t = gamma t",
    expected="proved",
    why="gamma |w*|^2/5 fails for f = (gamma/2)|w - 1|, where w_gamma = 1/2",
)
class Limit:
    r"""At a limit point $w_\gamma = \arg\min \phi + \frac\gamma2 |w|^2$ of such a run: $\phi(w_\gamma) - \phi^* \le
    \frac\gamma4 |w^*|^2$, that is $\frac{\gamma D^2}{2}$ for $h(w^*) = D^2$, attained by $f = \frac\gamma2 |w - 1|$, $\lambda
    = 0$. Here $f = b |w - 1|$, $\Psi = \lambda |w|$."""

    def cases(self, rng: Any, size: int) -> Case:
        gamma = log_uniform(rng, 0.1, 10.0, size)
        b = gamma * np.where(rng.random(size) < 0.2, 0.5, log_uniform(rng, 0.1, 10.0, size))
        return {"gamma": gamma, "b": b, "lam": mostly(rng, b * rng.uniform(0, 1.2, size), 0.0)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["gamma"] > 0, xp.both(case["b"] > 0, case["lam"] >= 0))

    def margin(self, case: Case, xp: Any) -> Any:
        pull, gamma, zero = case["b"] - case["lam"], case["gamma"], 0 * case["b"]
        w = xp.minimum(xp.maximum(pull / gamma, zero), 1 + zero)
        star = xp.where(pull > 0, 1 + zero, zero)
        gap = (star - w) * pull
        return gamma * star / 4 - gap

    def bound(self, case: Case, xp: Any) -> Any:
        return case["gamma"]

    def proof(self) -> list[Lemma]:
        def build(p: Any) -> Any:
            """-gamma w_gamma is a subgradient of phi at w_gamma; n, q, r are the inner products of w_gamma and w*."""
            gap, gamma, n = p.real("gap"), p.positive("gamma"), p.real("<w_gamma,w*>")
            q, r = p.nonnegative("|w_gamma|^2"), p.nonnegative("|w*|^2")
            p.assume(n * n <= q * r, gap <= gamma * (n - q))
            return gap <= gamma * r / 4

        return [Lemma("gap <= gamma <w_gamma, w* - w_gamma> <= gamma |w*|^2/4", build)]
