"""RVSM's Lagrangian and ADMM with a gradient step, by differences of the augmented Lagrangian's value."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.methods.setting import SIZE, STEPS, agree, gradients, sizes, total
from verify.evidence import Case, claim
from verify.evidence.margins import soft
from verify.methods.admm import ADMMGradient
from verify.methods.rvsm import RVSM, Relaxation, RVSMListing, lagrangian
from verify.penalties import L1


class Bowl:
    """f(w) = sum of q_i (w_i - c_i)^2/2: a difference over 2 is its slope, without a remainder."""

    def __init__(self, case: Case) -> None:
        self.q, self.c = case["q"], case["centre"]

    def value(self, w: Any, xp: Any) -> Any:
        return total([self.q[:, i] * (w[:, i] - self.c[:, i]) ** 2 / 2 for i in range(w.shape[1])])

    def gradient(self, w: Any, xp: Any) -> Any:
        return self.q * (w - self.c)


def augmented(case: Case, w: Any, u: Any, z: Any, xp: Any) -> Any:
    """f(w) + lambda|u|_1 + <z, w - u> + (beta/2)|w - u|^2, term by term."""
    terms = [Bowl(case).value(w, xp)]
    for i in range(w.shape[1]):
        gap = w[:, i] - u[:, i]
        terms.append(case["lam"][:, 0] * xp.abs(u[:, i]) + z[:, i] * gap + case["beta"][:, 0] * gap * gap / 2)
    return total(terms)


def slope(value: Any, w: Any, xp: Any) -> Any:
    """Half the difference over 2 in each coordinate, which is exact for quadratic functions."""
    moves = np.eye(w.shape[1], dtype=int)
    return np.stack([(value(w + move) - value(w - move)) / 2 for move in moves], axis=-1)


class Quadratic:
    vectors = ("w", "u", "centre", "q")

    def cases(self, rng: Any, size: int) -> Case:
        case = gradients(rng, size, 1)
        case = {"w": case["w"], "u": case["g"][:, 0], "centre": np.round(rng.normal(size=(size, SIZE)), 1)}
        return case | {"q": sizes(rng, size, SIZE)} | {name: sizes(rng, size, 1) for name in ("lam", "beta", "eta")}

    def domain(self, case: Case, xp: Any) -> Any:
        met = xp.all(xp.abs(case["w"]) + xp.abs(case["u"]) + xp.abs(case["centre"]) < 1000, axis=-1)
        for name in ("q", "lam", "beta", "eta"):
            met = xp.both(met, xp.all(xp.both(case[name] > xp.constant("0.001"), case[name] < 100), axis=-1))
        return met


@claim(
    "METHOD.RVSM.lagrangian",
    place="verify/methods/rvsm.py",
    expected="unrefuted",
    form="own",
    why="a missing half, w + u for w - u, or a term that is dropped disagrees",
)
class Value(Quadratic):
    r"""``lagrangian`` is $f(w) + \lambda\sum_i |u_i| + \frac\beta2 \sum_i (w_i - u_i)^2$, added up term by term, and its
    differences in $w$ are $\nabla f(w) + \beta(w - u)$."""

    def margin(self, case: Case, xp: Any) -> Any:
        penalty, loss = L1._unchecked(lam=case["lam"]), Bowl(case)

        def found(w: Any) -> Any:
            return lagrangian(loss, penalty, case["beta"], w, case["u"], xp)

        right = augmented(case, case["w"], case["u"], 0 * case["w"], xp)
        rises = slope(found, case["w"], xp), loss.gradient(case["w"], xp) + case["beta"] * (case["w"] - case["u"])
        return agree(xp, (found(case["w"]), right), rises)


@claim(
    "METHOD.ADMMGradient",
    place="verify/methods/admm.py",
    expected="unrefuted",
    form="own",
    why="z with the other sign, a step or a multiplier from the u of the other time, or no beta disagrees",
)
class Multipliers(Quadratic):
    r"""ADMMGradient goes from $w$ to $w - \eta$ times the slope of $f(w) + \lambda|u|_1 + \langle z, w - u\rangle +
    \frac\beta2|w - u|^2$ in $w$, taken by differences of that value; $u^+$ is $w^+ + z/\beta$ soft-thresholded at
    $\lambda/\beta$; and after $t$ steps $z_t = \beta\sum_{s \le t} (w_s - u_s)$."""

    def margin(self, case: Case, xp: Any) -> Any:
        penalty, beta = L1._unchecked(lam=case["lam"]), case["beta"]
        method, hyper, w = ADMMGradient(), Relaxation(case["eta"], beta), case["w"]
        state = method.init(w, hyper, penalty, xp)
        pairs, u, z, gaps = [(state.u, soft(w, case["lam"] / beta, xp))], state.u, 0 * w, []
        for _ in range(STEPS - 1):
            expected = w - case["eta"] * slope(lambda x, u=u, z=z: augmented(case, x, u, z, xp), w, xp)
            state, w = method.step(state, w, Bowl(case).gradient(w, xp), hyper, penalty, xp)
            u = soft(w + z / beta, case["lam"] / beta, xp)
            gaps.append(w - u)
            z = beta * total(gaps)
            pairs += [(w, expected), (state.u, u), (state.z, z)]
        return agree(xp, *pairs)


@claim(
    "METHOD.RVSM",
    place="verify/methods/rvsm.py",
    expected="unrefuted",
    form="own",
    why="the u of the other order, no beta, or a step without the gradient disagrees",
)
class Orders(Quadratic):
    r"""RVSM's step is $-\eta$ times the slope in $w$, by differences, of $f(w) + \lambda|u|_1 + \frac\beta2|w - u|^2$ where
    $u$ is $w$ soft-thresholded at $\lambda/\beta$; RVSMListing's at the $u$ of the step before, first that of the start."""

    def margin(self, case: Case, xp: Any) -> Any:
        penalty, hyper, pairs = L1._unchecked(lam=case["lam"]), Relaxation(case["eta"], case["beta"]), []
        for method, late in ((RVSM(), False), (RVSMListing(), True)):
            w = case["w"] if not late else case["u"]
            state = method.init(w, hyper, penalty, xp)
            seen = [soft(w, case["lam"] / case["beta"], xp)]
            for _ in range(STEPS - 1):
                seen.append(soft(w, case["lam"] / case["beta"], xp))
                u = seen[-2] if late else seen[-1]
                expected = w - case["eta"] * slope(lambda x, u=u: augmented(case, x, u, 0 * u, xp), w, xp)
                state, w = method.step(state, w, Bowl(case).gradient(w, xp), hyper, penalty, xp)
                pairs += [(w, expected), (state.u, seen[-1])]
        return agree(xp, *pairs)
