"""Section 3.4: a network with all weights 0, and whether RDA can leave it."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.draw import log_uniform
from verify.evidence.margins import least
from verify.methods.mrda import MRDA
from verify.methods.sda import Dual, Weight
from verify.penalties.l1 import L1


def root(t: int, case: Case, xp: Any) -> Any:
    return (case["gamma"] * xp.sqrt(t * (1 + 0 * case["gamma"])))[..., None]


def relu(x: Any, xp: Any) -> Any:
    return xp.maximum(x, 0)


def gradient(w: Any, x: Any, y: Any, xp: Any) -> Any:
    """Of (N(x) - y)^2/2, N(x) = sum_j b_j relu(a_j x), w = (a, b) on the last axis; relu'(0) = 0. Shape of w."""
    half = w.shape[-1] // 2
    a, b = w[..., :half], w[..., half:]
    inner = a * x[..., None]
    off = (xp.sum(b * relu(inner, xp), axis=-1) - y)[..., None]
    first = xp.where(inner > 0, off * b * x[..., None], 0 * a)
    return np.concatenate([first, off * relu(inner, xp)], axis=-1)


@claim(
    "MRDA.S34.constant",
    place="Section 3.4",
    expected="refuted",
    why="N = w_2 relu(w_1 x) + b, x = lambda = gamma = 1, y = 2: the gradient at 0 is (0, 0, -2), and RDA goes to (0, 0, 1)",
    erratum="false",
    fix="MRDA.S34.constant.fix",
    falls="it fails with a bias, with s(0) not 0, or where a path crosses fewer than two weight layers; skips inside a ResNet "
    "do no harm, as every path passes the first and the last layer",
)
class CannotBeUpdated:
    r"""With $\Psi = \lambda |w|_1$, $\lambda > 0$, and $w_1 = w_0 = 0$ a deep network is constant, and its parameters cannot be
    updated: RDA stays at 0. Here $N(x) = w_2 \mathrm{relu}(w_1 x) + b$ with half squared loss, and one step."""

    def cases(self, rng: Any, size: int) -> Case:
        case = {n: np.round(rng.normal(size=size) * 2) + 0.0 for n in ("x", "y")}
        scales = {n: np.round(log_uniform(rng, 0.1, 3.0, size), 1) for n in ("lam", "gamma")}
        return case | {n: np.where(rng.random(size) < 0.3, 1.0, scale) for n, scale in scales.items()}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["lam"] > 0, case["gamma"] > 0)

    def margin(self, case: Case, xp: Any) -> Any:
        """At 0 the loss has the derivative N - y = -y in b, and in w what it has without b."""
        zero = np.stack([0 * case["x"]] * 2, axis=-1)
        g = np.concatenate([gradient(zero, case["x"], case["y"], xp), -case["y"][..., None]], axis=-1)
        map_ = L1._unchecked(lam=case["lam"][..., None])
        after = MRDA().step(Dual(0, 0 * g, 0 * g), 0 * g, g, Weight(root(1, case, xp)), map_, xp)[1]
        return -xp.max(xp.abs(after), axis=-1)


class TwoLayers:
    """Bias-free two-layer ReLU nets with two hidden units, trained on one example a step."""

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = {n: rng.normal(size=(size, 5)) * 2 for n in ("x", "y")} | {"w1": np.round(rng.normal(size=(size, 4)), 1)}
        lam = log_uniform(rng, 0.05, 0.3, size) if without else log_uniform(rng, 0.1, 30.0, size)
        return case | {"lam": lam, "gamma": log_uniform(rng, 0.5, 10.0, size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["lam"] >= 0, case["gamma"] > 0)

    def iterates(self, case: Case, w: Any, xp: Any) -> list[Any]:
        """w_2, w_3, ..."""
        map_, found = L1._unchecked(lam=case["lam"][..., None]), []
        state = MRDA().init(w, Weight(1), map_, xp)
        for k in range(case["x"].shape[1]):
            g = gradient(w, case["x"][:, k], case["y"][:, k], xp)
            state, w = MRDA().step(state, w, g, Weight(root(k + 1, case, xp)), map_, xp)
            found.append(w)
        return found

    def farthest(self, case: Case, w: Any, xp: Any) -> Any:
        return least(*[-xp.max(xp.abs(v), axis=-1) for v in self.iterates(case, w, xp)], xp=xp)


def stays(p: Any) -> Any:
    mean, lam, beta, t = p.real("mean"), p.nonnegative("lam"), p.positive("beta"), p.real("t")
    p.assume(t >= 1, p.xp.abs(mean) <= lam)
    state, w = MRDA().step(Dual(t, mean, 0 * mean), 0 * mean, 0 * mean, Weight(beta), L1._unchecked(lam=lam), p.xp)
    return p.conj(w == 0, p.xp.abs(state.mean) <= lam)


def flat(p: Any) -> Any:
    """The gradient at 0, a weight at a time, for two and three layers of any width: s has s(0) = 0 and slopes k and l at 0, and
    off = N(x) - y is any number."""
    x, off, slope, other = p.reals("x off k l")
    two = [off * 0 * slope * x, off * (0 * x)]
    three = [off * 0 * slope * 0 * other * x, off * 0 * slope * (0 * x), off * 0]
    return p.conj(*[g == 0 for g in [*two, *three]])


@claim(
    "MRDA.S34.constant.fix",
    place="Section 3.4",
    expected="unrefuted",
    kind="run",
    why="with an output bias, or one layer, the first step leaves 0 wherever |y| > lambda",
)
class Stays(TwoLayers):
    r"""For networks without biases, an activation with $s(0) = 0$, and at least two weight layers on every path from input to
    output, RDA from $w_1 = w_0 = 0$ stays at 0 for ever: the output is a sum of products of two or more factors that are 0, and
    so is its gradient. Here two ReLU layers. ($N = w_2 (\mathrm{relu}(w_1 x) + x)$ has a path with one, and leaves 0.)"""

    complete_proof = False  # three layers stand for any number

    def margin(self, case: Case, xp: Any) -> Any:
        return self.farthest(case, 0 * case["w1"], xp)

    def proof(self) -> list[Lemma]:
        return [Lemma("the gradient at 0 is 0", flat), Lemma("and RDA stays", stays)]


@claim(
    "MRDA.S34.stuck",
    place="Section 3.4",
    expected="proved",
    form="own",
    kind="run",
    why="a threshold below max |g_1|, lambda = 0.1 for w_1 = (0.5, 0.5), x = y = 1, lets it learn",
)
class Stuck(TwoLayers):
    r"""A random $w_1$ does not cure it: if $|g_1|_\infty \le \lambda$ then $w_2 = 0$ whatever $w_1$ was, and for two layers
    without biases, $N(x) = \sum_j b_j s(a_j x)$, $s(0) = 0$, $w_t = 0$ for all $t \ge 2$. ($N = w_2\,\mathrm{relu}(w_1 x)$, $x
    = y = 1$, $w_1 = (\frac12, \frac12)$: $g_1 = (-\frac38, -\frac38)$.)"""

    small = Hypothesis(
        r"$|g_1|_\infty \le \lambda$",
        lambda c, xp: c["lam"] - xp.max(xp.abs(gradient(c["w1"], c["x"][:, 0], c["y"][:, 0], xp)), axis=-1),
    )

    def margin(self, case: Case, xp: Any) -> Any:
        return self.farthest(case, case["w1"], xp)

    def proof(self) -> list[Lemma]:
        def first(p: Any) -> Any:
            g, w1, lam, gamma = p.real("g"), p.real("w1"), p.nonnegative("lam"), p.positive("gamma")
            p.assume(p.xp.abs(g) <= lam)
            state, w = MRDA().step(Dual(0, 0 * g, 0 * g), w1, g, Weight(gamma), L1._unchecked(lam=lam), p.xp)
            return p.conj(w == 0, p.xp.abs(state.mean) <= lam)

        return [Lemma("w_2 = 0", first), Lemma("the gradient at 0 is 0", flat), Lemma("and it stays", stays)]
