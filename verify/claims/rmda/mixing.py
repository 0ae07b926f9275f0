"""Lemma 1: from W~_t -> W* to W_t -> W*, with constants."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.rmda.setting import any_beta, largest, mixing
from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.margins import column, least
from verify.methods.mda import Averages, Mixing
from verify.methods.rmda import RMDA
from verify.penalties.box import Box


def mixed(case: Case, xp: Any) -> list[Any]:
    """W_1, W_2, ... from given W~_t: a box that is a single point makes RMDA's W~_t that point."""
    w, state, path = case["w0"], RMDA().restart(case["w0"], xp), []
    for k in range(case["c"].shape[1]):
        point = case["points"][:, k]
        state, w = RMDA().step(
            state, w, 0 * w, Mixing(1, column(case["c"][:, k])), Box._unchecked(lower=point, upper=point), xp
        )
        path.append(w)
    return path


def distances(case: Case, xp: Any) -> list[tuple[Any, Any, Any]]:
    """For every t: |W_t - W*|, |W~_t - W*| (largest coordinates) and c_t."""
    steps = range(case["c"].shape[1])
    ends = mixed(case, xp)
    return [
        (largest(ends[k] - case["w_star"], xp), largest(case["points"][:, k] - case["w_star"], xp), case["c"][:, k])
        for k in steps
    ]


class GivenPoints:
    """Any W~_1, ..., W~_8, any c_t; some W~_t all lie on W_0's side, where the bound is attained."""

    vectors = ("w0", "w_star", "points")
    steps = 8

    convex = Hypothesis(r"$0 \le c_t \le 1$", lambda c, xp: xp.minimum(-xp.max(-c["c"], axis=-1), 1 - xp.max(c["c"], axis=-1)))

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        d = 2
        case = {n: np.round(rng.normal(size=(size, d)) * 2, rng.integers(0, 2)) for n in ("w0", "w_star")}
        near = rng.choice([0.0, 0.1, 1.0], (size, 1, 1)) * np.round(rng.normal(size=(size, self.steps, d)), 1)
        side = rng.choice([0.0, 0.25, 1.0], (size, 1, 1)) * np.broadcast_to(
            (case["w0"] - case["w_star"])[:, None], (size, self.steps, d)
        )
        case["points"] = case["w_star"][:, None] + np.where(rng.random((size, 1, 1)) < 0.4, side, near)
        c = mixing(rng, size, self.steps)
        return case | {"c": np.where(rng.random((size, 1)) < 0.5, 2.0, 2 * c) if without else c}


def mixture(p: Any) -> Any:
    w, point, star, c, d, e, V, w0, g = p.reals("W_{t-1} W~ W* c d e V W_0 g")
    any_beta(p)
    box = Box._unchecked(lower=point, upper=point)
    state, after = RMDA().step(Averages(p.real("t"), p.real("alpha"), V, w0), w, g, Mixing(p.real("eta"), c), box, p.xp)
    p.assume(c >= 0, c <= 1, p.xp.abs(w - star) <= d, p.xp.abs(point - star) <= e)
    return p.conj(RMDA().tentative(state, box, p.xp) == point, p.xp.abs(after - star) <= (1 - c) * d + c * e)


@claim(
    "RMDA.L1",
    place="Lemma 1",
    expected="proved",
    why="with c_t(1 - c_t) for c_t in the step, or one c too many in the sum, it fails",
    kind="run",
)
class Lemma1(GivenPoints):
    r"""If $\tilde W_t \to W^*$ and $\sum c_t = \infty$, then $W_t \to W^*$. With constants, for all $T < t$ and in every
    coordinate: $|W_t - W^*| \le \frac{|W_T - W^*|}{1 + \sum_{T<k\le t} c_k} + \sup_{T<k\le t} |\tilde W_k - W^*|$; let $t \to
    \infty$, then $T$. (The converse is false: $\tilde W_t = (-1)^t$, $c_t = \frac1t$ gives $W_t \to 0$.)"""

    def margin(self, case: Case, xp: Any) -> Any:
        margins, moments = [], distances(case, xp)
        for start in (0, 3):
            first = moments[start - 1][0] if start else largest(case["w0"] - case["w_star"], xp)
            total, far = 0 * first, 0 * first
            for after, away, c in moments[start:]:
                total, far = total + c, xp.maximum(far, away)
                margins.append((first / (1 + total) + far - after) / (1 + first + far))
        return least(*margins, xp=xp)

    def proof(self) -> list[Lemma]:
        def induction(p: Any) -> Any:
            c, d, e, first, total, far, most = p.reals("c d e |W_T-W*| sum sup sup'")
            p.assume(c >= 0, c <= 1, total >= 0, first >= 0, e <= most, far <= most)
            p.assume((1 + total) * (d - far) <= first)
            after = (1 - c) * d + c * e
            return (1 + total + c) * (after - most) <= first

        return [Lemma("one mixture", mixture), Lemma("the bound of t-1 gives that of t", induction)]


@claim(
    "RMDA.L1.sharp",
    place="Lemma 1",
    expected="proved",
    why="attained by W~_t on W_0's side at a constant distance; the product from T instead of T + 1 fails",
    kind="run",
)
class Product(GivenPoints):
    r"""$|W_t - W^*| \le P |W_T - W^*| + (1 - P) \sup_{T<k\le t} |\tilde W_k - W^*|$ with $P = \prod_{T<k\le t} (1 - c_k) \le
    e^{-\sum c_k}$, in every coordinate; equality where all $\tilde W_k - W^*$ are equal and on the side of $W_T - W^*$. So
    what is needed is that every tail of the product vanishes, that is, exactly $\sum c_t = \infty$."""

    def margin(self, case: Case, xp: Any) -> Any:
        first = largest(case["w0"] - case["w_star"], xp)
        product, far, margins = 1 + 0 * first, 0 * first, []
        for after, away, c in distances(case, xp):
            product, far = product * (1 - c), xp.maximum(far, away)
            margins.append((product * first + (1 - product) * far - after) / (1 + first + far))
        return least(*margins, xp=xp)

    def proof(self) -> list[Lemma]:
        def induction(p: Any) -> Any:
            c, d, e, first, product, far, most = p.reals("c d e |W_T-W*| P sup sup'")
            p.assume(c >= 0, c <= 1, product >= 0, product <= 1, e <= most, far <= most)
            p.assume(d <= product * first + (1 - product) * far)
            after, left = (1 - c) * d + c * e, product * (1 - c)
            return after <= left * first + (1 - left) * most

        return [Lemma("one mixture", mixture), Lemma("the bound of t-1 gives that of t", induction)]


@claim(
    "RMDA.L1.finite",
    place="Lemma 1, its condition on c_t",
    expected="proved",
    why="c_t = 1/(t+1)^2, W_0 = 1, W~ = 0 gives (t+2)/(2(t+1)), which a bound with half the sum breaks",
    form="own",
    kind="run",
)
class FiniteSum(GivenPoints):
    r"""If $\sum c_t < 1$ (or from some step on, and no $c_k$ before it is 1), $\tilde W_t = W^*$ for all $t$ does not bring
    $W_t$ to $W^* \ne W_0$: $|W_t - W^*| \ge (1 - \sum_{k \le t} c_k) |W_0 - W^*|$ in every coordinate. For $c_t =
    \frac{1}{(t+1)^2}$, $W_0 = 1$, $\tilde W = 0$: $W_t = \frac{t+2}{2(t+1)} \to \frac12$."""

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = GivenPoints.cases(self, rng, size)
        case["points"] = np.repeat(case["w_star"][:, None], self.steps, axis=1)
        slow = 1.0 / (np.arange(1, self.steps + 1) + 1) ** 2
        c = np.where(rng.random((size, 1)) < 0.5, slow, case["c"] * 0.3)
        signed = c * rng.choice([-1.0, 1.0], c.shape)
        return case | {"c": np.where(rng.random((size, 1)) < 0.5, signed, c + 1) if without else c}

    def margin(self, case: Case, xp: Any) -> Any:
        first = largest(case["w0"] - case["w_star"], xp)
        total, margins = 0 * first, []
        for after, _, c in distances(case | {"points": case["points"] * 0 + case["w_star"][:, None]}, xp):
            total = total + c
            margins.append((after - (1 - total) * first) / (1 + first))
        return least(*margins, xp=xp)

    def proof(self) -> list[Lemma]:
        def induction(p: Any) -> Any:
            w, star, c, d, first, total = p.reals("W_{t-1} W* c d first sum")
            p.assume(c >= 0, c <= 1, total >= 0, first >= 0, d == p.xp.abs(w - star), d >= (1 - total) * first)
            return p.xp.abs((1 - c) * w + c * star - star) >= (1 - total - c) * first

        return [Lemma("one mixture", mixture), Lemma("the bound of t-1 gives that of t", induction)]
