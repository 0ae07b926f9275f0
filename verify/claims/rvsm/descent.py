"""Lemma 6: the w-update lowers the Lagrangian (RVSM, Sect. 5.3).

Everything rests on one inequality: $f(y) \\le f(x) + \\langle\\nabla f(x), y - x\\rangle + (L'/2)|y - x|^2$ with
$L' = 2a/k^2$, for every x != 0 and every y, since $a|w|^2/k^2 - f$ is convex. It needs neither Lemma 2, 4 nor 5.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.claims.rvsm.draws import STEP_TWICE, draw, in_domain
from verify.claims.rvsm.energy import prox, slope
from verify.claims.rvsm.setting import VECTORS, curvature, penalised, problem
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import log_uniform, uniform
from verify.evidence.margins import column, square


def descent_lemmas() -> list[Lemma]:
    """From the descent inequality of f to that of L_beta: D = w+ - w, p = |D|^2, q = <w - u, D>, <grad f, D> = -p/eta - beta
    q."""

    def setting(p: Any) -> tuple[Any, ...]:
        eta, beta, least, square_d, q, gap, before, after = p.reals("eta beta L p q n f0 f1")
        p.assume(eta > 0, beta > 0, least > 0, square_d >= 0)
        p.assume(after <= before - square_d / eta - beta * q + least / 2 * square_d)
        change = after + beta / 2 * (gap + 2 * q + square_d) - before - beta / 2 * gap
        return eta, beta, least, square_d, change

    def gain(p: Any) -> Any:
        eta, beta, least, square_d, change = setting(p)
        return change <= (least / 2 + beta / 2 - 1 / eta) * square_d

    def fall(p: Any) -> Any:
        eta, beta, least, _, change = setting(p)
        p.assume(eta * (beta + least) <= 2)
        return change <= 0

    return [Lemma("the gain of one w-update", gain), Lemma("descent for eta <= 2/(beta + L)", fall)]


class OneUpdate:
    """The update of w = w0 with an arbitrary u, and with u = S(w)."""

    vectors = (*VECTORS, "u")
    complete_proof = False  # the convexity of a|w|^2/k^2 - f is proved on paper, not by the solver

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = draw(rng, size, without, limit=2.0, largest=30.0)
        case["k"] = np.where(rng.random(size) < 0.1, 1, case["k"])
        scale = log_uniform(rng, 1e-2, 10.0, (size, 1))
        live = (case["w_star"] != 0) | (case["w0"] != 0)
        free = rng.normal(size=case["w0"].shape) * scale * live
        ray = case["w0"] * rng.choice([-3.0, -1.0, 0.0, 0.5, 1.0, 4.0], (size, 1))
        kind = rng.integers(0, 3, size)[:, None]
        u = np.where(kind == 0, prox(case, case["w0"], NUMPY), np.where(kind == 1, ray, free))
        return case | {"u": u}

    def domain(self, case: Case, xp: Any) -> Any:
        return in_domain(case, xp)

    def drop(self, case: Case, xp: Any) -> tuple[Any, Any]:
        """L_beta(w, u) - L_beta(w+, u) and |w+ - w|^2."""
        w, u, beta, loss = case["w0"], case["u"], case["beta"], problem(case, xp)
        move = -column(case["eta"]) * slope(case, w, u, xp)
        after = w + move
        pull = beta * xp.dot(move, w + after - 2 * u) / 2
        return loss.value(w, xp) - loss.value(after, xp) - pull, square(move, xp)

    def bound(self, case: Case, xp: Any) -> Any:
        w, u = case["w0"], case["u"]
        return 1 + square(w, xp) + (case["beta"] + 1 / case["eta"]) * square(w - u, xp)

    def proof(self) -> list[Lemma]:
        return descent_lemmas()


@claim(
    "RVSM.L6",
    place="Lemma 6",
    expected="unrefuted",
    why="fails for eta = 3/(beta + L) on moves along a ray; with L as the constant of the two end points alone it is false",
)
class Lemma6(OneUpdate):
    r"""The update of $w$ never raises the Lagrangian, $L_\beta(w^{t+1}, u) \le L_\beta(w^t, u)$, for
    $\eta \le 2/(\beta + L)$ with any $L \ge 2a/k^2$ and whatever $u$ is. (Printed with $1/(\beta + L)$ in the statement and
    $2/(\beta + L)$ in the proof; (11) for the two iterates alone does not give it, which is a gap: it needs $L \ge 2a/k^2$.)"""

    step = STEP_TWICE

    def margin(self, case: Case, xp: Any) -> Any:
        return self.drop(case, xp)[0]


@claim(
    "RVSM.L6.sharp",
    place="Lemma 6",
    expected="unrefuted",
    why="attained by every move along a ray; fails with L'/2 for L', or with 3/eta for 2/eta",
)
class Lemma6Sharp(OneUpdate):
    r"""$L_\beta(w^t, u) - L_\beta(w^{t+1}, u) \ge (1/\eta - (L' + \beta)/2)|w^{t+1} - w^t|^2$ with
    $L' = 2a/k^2 = 1/k + (1 - 1/k)/\pi \le 1$, for every step, $u$, $w^t \ne 0$ and $k \ge 1$: no annulus, no angle, no bound
    on $\beta$. $L'$ is the least such constant."""

    def margin(self, case: Case, xp: Any) -> Any:
        fall, moved = self.drop(case, xp)
        gain = 1 / case["eta"] - (curvature(case["k"], xp) + case["beta"]) / 2
        return fall - gain * moved


@claim(
    "RVSM.L6.beyond",
    place="Lemma 6",
    expected="refuted",
    why="d = 1, k = 2, beta = .25, lambda = .225, w = .71, u = 0: the step overshoots the minimum on the ray",
    form="own",
    erratum="false",
    fix="RVSM.L6",
    falls="nothing: it shows that 2/(beta + 2a/k^2) is the largest step for which Lemma 6 holds",
)
class Lemma6Beyond(OneUpdate):
    r"""Lemma 6 for steps up to $2.1/(\beta + L')$."""

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = OneUpdate.cases(self, rng, size)
        return case | {"eta": np.where(rng.random(size) < 0.3, 2.3, case["eta"] * uniform(rng, 1.0, 1.1, size))}

    def domain(self, case: Case, xp: Any) -> Any:
        room = xp.constant("2.1") - case["eta"] * (case["beta"] + curvature(case["k"], xp))
        return xp.both(xp.both(in_domain(case, xp), penalised(case, xp)), room >= 0)

    def margin(self, case: Case, xp: Any) -> Any:
        return self.drop(case, xp)[0]

    proof = None  # type: ignore[assignment]
