"""Section 1: iterates against the limit's support, and what proximal SGD can identify."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.rmda.setting import least
from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.draw import log_uniform, mostly, vectors
from verify.methods.prox_sgd import ProxSGD
from verify.methods.sgd import Descent, Velocity
from verify.penalties.l1 import L1


def plain_step(w: Any, g: Any, eta: Any, lam: Any, xp: Any) -> Any:
    """One step of prox-SGD with l1."""
    return ProxSGD().step(Velocity(0 * w), w, g, Descent(eta), L1._unchecked(lam=lam), xp)[1]


class Supports:
    """x near or far from x*, with zeros of its own."""

    vectors = ("x", "x_star")

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        x_star = mostly(rng, vectors(rng, size, 3), 0.0, 0.3)
        away = (
            rng.choice([0.3, 1.0], (size, 1))
            * rng.uniform(-1, 1, (size, 3))
            * np.min(np.abs(x_star) + 9 * (x_star == 0), axis=1)[:, None]
        )
        x = x_star + away
        x = np.where(rng.random((size, 3)) < (0.5 if without else 0.05), 0.0, x)
        return {"x": x, "x_star": x_star}

    def margin(self, case: Case, xp: Any) -> Any:
        on = xp.where(case["x"] == 0, 0, 1) - xp.where(case["x_star"] == 0, 0, 1)
        return xp.sum(on, axis=-1)


def nearness(case: Case, xp: Any) -> Any:
    """min over the support of |x*_i|, less max |x_i - x*_i|."""
    size = xp.abs(case["x_star"])
    far = xp.max(xp.abs(case["x"] - case["x_star"]), axis=-1)
    return -xp.max(xp.where(size == 0, far[..., None] * 0 - far[..., None] - 1, -size), axis=-1) - far


@claim(
    "RMDA.S1.sparser",
    place="Section 1",
    expected="proved",
    why="with <= for <, x = 0 against x* = 1 refutes it",
)
class NotSparser(Supports):
    r"""Iterates that converge to $x^*$ are not sparser than it, once $\max_i |x_i - x^*_i| < \min_{x^*_i \ne 0} |x^*_i|$:
    then $x_i \ne 0$ where $x^*_i \ne 0$. Sharp, at equality $x_i = 0$ is possible. (So a method that identifies gives at
    least as many zeros as others with the same limit, not more: prox-SGD with gradients below $\lambda$ has as many. And at
    $c_t < 1$ RMDA's $W_t$ has fewer.)"""

    near = Hypothesis(r"$\max_i |x_i - x^*_i| < \min_{x^*_i \ne 0} |x^*_i|$", nearness, strict=True)

    def proof(self) -> list[Lemma]:
        def build(p: Any) -> Any:
            x, star, far = p.real("x_i"), p.real("x*_i"), p.real("far")
            p.assume(star != 0, p.xp.abs(x - star) <= far, far < p.xp.abs(star))
            return x != 0

        return [Lemma("a coordinate of the support", build)]


@claim(
    "RMDA.S1.sparser.always",
    place="Section 1, read for all t",
    expected="refuted",
    why="x* = 1, x_0 = 0",
    form="printed",
    erratum="misprint",
    fix="RMDA.S1.sparser",
    falls="nothing: the sentence before it says for all t large enough",
)
class NeverSparser(Supports):
    r"""If $x_t \to x^*$, $x_t$ cannot be sparser than $x^*$, for any $t$."""


class TwoOutcomes:
    """f_xi = h w^2/2 + xi b w, xi = +-1, in d = 1: f has its minimum at 0, where the gradient's variance is b^2."""

    def cases(self, rng: Any, size: int) -> Case:
        case = {"w": mostly(rng, np.round(rng.normal(size=size), 1), 0.0, 0.5), "h": rng.choice([1.0, 0.5], size)}
        case |= {"b": rng.choice([0.5, 1.0, 2.0, 0.1], size), "lam": rng.choice([1.0, 2.0, 0.5], size)}
        return case | {"eta": rng.choice([0.5, 1.0, 0.1], size)}

    def domain(self, case: Case, xp: Any) -> Any:
        positive = xp.both(case["eta"] > 0, xp.both(case["h"] > 0, case["lam"] > 0))
        return xp.both(positive, case["eta"] * case["h"] <= 1)


@claim(
    "RMDA.S1.sgd",
    place="Section 1, and Section 3 before Definition 1",
    expected="refuted",
    why="f_xi = w^2/2 + xi w/2, xi = +-1, lambda = 1: at 0 every step of every size stays at 0, the variance is 1/4 for ever",
    erratum="false",
    fix="RMDA.S1.sgd.fix",
    falls="that variance reduction is necessary (abstract), and RMDA.S51.only; that it fails if |g_i| > lambda has a "
    "positive probability survives",
)
class CannotIdentify(TwoOutcomes):
    r"""Proximal SGD cannot identify, because of the gradient's variance: at the limit $w = 0$ some outcome with variance $b^2
    > 0$ leaves it."""

    noisy = Hypothesis(r"$b > 0$", lambda c, xp: c["b"], strict=True)

    def margin(self, case: Case, xp: Any) -> Any:
        zero = 0 * case["w"]
        ends = [plain_step(zero, sign * case["b"], case["eta"], case["lam"], xp) for sign in (1, -1)]
        return xp.where(xp.abs(ends[0]) + xp.abs(ends[1]) > 0, 1 + zero, zero - 1)


@claim(
    "RMDA.S1.sgd.fix",
    place="Section 1",
    expected="proved",
    why="with the threshold eta lambda, or lambda/2, for lambda it fails",
)
class Threshold(TwoOutcomes):
    r"""What decides is not the variance but whether sampled gradients exceed $\lambda$: a zero coordinate of prox-SGD with
    $\ell_1$ stays 0 in a step if and only if $|g_i| \le \lambda$, whatever $\eta$ (so it is left again and again, with
    $\eta_t \to 0$ too, if $P(|g_i| > \lambda) > 0$ near $W^*$); and where $|g_i| \le M \le \lambda$, $|w_i^+| \le \max(|w_i|
    - \eta (\lambda - M), 0)$: identified after $\frac{|w_i|}{\eta (\lambda - M)}$ steps."""

    def cases(self, rng: Any, size: int) -> Case:
        case = TwoOutcomes.cases(self, rng, size)
        g = case["lam"] * np.where(rng.random(size) < 0.3, rng.choice([-1.0, 1.0], size), rng.uniform(-2, 2, size))
        M = np.where(rng.random(size) < 0.5, np.abs(g), rng.uniform(0, 1, size) * case["lam"])
        return {"w": case["w"], "g": g, "lam": case["lam"], "eta": case["eta"], "M": M}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["eta"] > 0, xp.both(case["lam"] >= 0, case["M"] >= 0))

    def margin(self, case: Case, xp: Any) -> Any:
        w, g, eta, lam, M = (case[n] for n in ("w", "g", "eta", "lam", "M"))
        left = xp.abs(plain_step(0 * w, g, eta, lam, xp))
        excess = eta * xp.maximum(xp.abs(g) - lam, 0)
        bounded = xp.both(xp.abs(g) <= M, lam >= M)
        shrunk = xp.maximum(xp.abs(w) - eta * (lam - M), 0) - xp.abs(plain_step(w, g, eta, lam, xp))
        return xp.minimum(-xp.abs(left - excess), xp.where(bounded, shrunk, 0 * w))

    def bound(self, case: Case, xp: Any) -> Any:
        return 1 + xp.abs(case["w"]) + case["eta"] * (xp.abs(case["g"]) + case["lam"])

    def proof(self) -> list[Lemma]:
        def stays(p: Any) -> Any:
            g, eta, lam = p.real("g"), p.positive("eta"), p.nonnegative("lam")
            w = plain_step(0 * g, g, eta, lam, p.xp)
            return p.conj((w == 0) == (p.xp.abs(g) <= lam), p.xp.abs(w) == eta * p.xp.maximum(p.xp.abs(g) - lam, 0))

        def shrinks(p: Any) -> Any:
            w, g, eta, lam, M = p.real("w"), p.real("g"), p.positive("eta"), p.nonnegative("lam"), p.nonnegative("M")
            p.assume(p.xp.abs(g) <= M, lam >= M)
            after = plain_step(w, g, eta, lam, p.xp)
            return p.xp.abs(after) <= p.xp.maximum(p.xp.abs(w) - eta * (lam - M), 0)

        return [
            Lemma("0 is kept if and only if |g| <= lambda", stays),
            Lemma("a coordinate with small gradients shrinks", shrinks),
        ]


@claim(
    "RMDA.S1.sgd.interpolation",
    place="Section 1, footnote 2",
    expected="refuted",
    why="x = (1, +-2), y = 1, half squared loss, lambda = 1/2: W* = (1/2, 0), sampled |g_2| = 1 > lambda, a step of 1/4 "
    "ends at 1/8",
    form="printed",
    erratum="false",
    fix="RMDA.S1.sgd.fix",
    falls="the exception, for prox-SGD: at W* the gradient is -lambda sgn on the support, so no f_xi but for W* = 0 is at "
    "its minimum",
)
class Interpolation:
    r"""An exception is the interpolation case: where some $w$ makes all $f_\xi$ least, prox-SGD identifies. Here $f_\xi =
    \frac12 (w_1 + \xi u w_2 - 1)^2$, $\xi = \pm 1$, all 0 at $(1, 0)$; with $0 < \lambda < 1$ the solution is $W^* = (1 -
    \lambda, 0)$ and $\nabla f(W^*)_2 = 0$, inside $(-\lambda, \lambda)$. From there a step keeps $w_2 = 0$."""

    def cases(self, rng: Any, size: int) -> Case:
        case = {"u": rng.choice([2.0, 1.0, 0.5, 3.0], size), "lam": rng.choice([0.5, 0.1, 0.9], size)}
        return case | {"eta": np.round(log_uniform(rng, 0.01, 1.0, size), 2)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["eta"] > 0, xp.both(case["lam"] > 0, case["lam"] < 1))

    def margin(self, case: Case, xp: Any) -> Any:
        residual = -case["lam"]  # of (1 - lambda, 0), for both outcomes
        ends = [plain_step(0 * case["u"], residual * sign * case["u"], case["eta"], case["lam"], xp) for sign in (1, -1)]
        return least(*(-xp.abs(end) for end in ends), xp=xp)


EULER = "2.71828182845904523536028747135266249775724709369996"


@claim(
    "RMDA.S51.only",
    place="Section 5.1",
    expected="refuted",
    why="d = 2, x = (+-1, +-1/10), y = sign x_1, logistic, lambda = 1/5, W_0 = (1, 1): |g_2| <= 1/10, prox-SGD is at "
    "w_2 = 0 from step 20 on",
    kind="run",
    erratum="false",
    fix="RMDA.S1.sgd.fix",
    falls="the explanation of Figure 1, not its curves: prox-SGD fails where P(|g_g| > lambda w_g) > 0, which is no part "
    "of the description",
)
class OnlyRMDA:
    r"""In every setting that fits the description (separable data labelled by a sparse model, more points than dimensions,
    group LASSO) only RMDA identifies the structure. Here logistic regression, $x = (\pm 1, \pm u)$, $u \le
    \frac{\lambda}{2}$, labels $\mathrm{sgn}(x_1)$, groups and batches of one, $\eta = \frac12$, $W_0 = (1, 1)$: prox-SGD
    still has $w_2 \ne 0$ after 24 steps. (Nor does more points than dimensions make logistic regression strongly convex, nor
    is the minimiser's pattern the planted one: $x = \pm 1$, $\lambda \ge \frac12$ gives 0.)"""

    def cases(self, rng: Any, size: int) -> Case:
        signs = 2 * rng.integers(0, 2, (2, size, 24))
        return {
            "first": signs[0],
            "second": signs[1],
            "u": rng.choice([0.1, 0.05], size),
            "lam": rng.choice([0.2, 0.25, 0.3], size),
        }

    def domain(self, case: Case, xp: Any) -> Any:
        signs = [xp.all(abs(case[n] - 1) == 1, axis=-1) for n in ("first", "second")]
        inside = xp.both(xp.both(case["lam"] >= xp.constant("0.2"), 2 * case["lam"] < 1), case["u"] > 0)
        return xp.both(xp.both(*signs), xp.both(inside, 2 * case["u"] <= case["lam"]))

    def margin(self, case: Case, xp: Any) -> Any:
        w, e = [1 + 0 * case["u"], 1 + 0 * case["u"]], xp.constant(EULER)
        for k in range(case["first"].shape[1]):
            x = [case["first"][:, k] - 1, (case["second"][:, k] - 1) * case["u"]]
            y = x[0]
            pull = -y / (1 + xp.power(e + 0 * w[0], y * (x[0] * w[0] + x[1] * w[1])))
            w = [plain_step(v, pull * z, xp.constant("0.5"), case["lam"], xp) for v, z in zip(w, x, strict=True)]
        return xp.where(w[1] == 0, 0 * w[1] - 1, 1 + 0 * w[1])
