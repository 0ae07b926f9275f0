"""ProxGEN reaches the zeros of a lasso's solution in finitely many steps; they need not be those of the truth."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.proxgen.setting import short
from verify.claims.proxgen.two_stage import run
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import uniform
from verify.evidence.margins import column, relative
from verify.methods.prox_gen import Metric, ProxGen
from verify.penalties import L1


def shrinks(p: Any) -> Any:
    """z = (1 - a L) theta + a L c and the threshold a lam, a L |c| <= a lam."""
    pull, kept, threshold = p.real("a L c"), p.real("(1 - a L) theta"), p.real("a lam")
    p.assume(p.xp.abs(pull) <= threshold)
    y = p.xp.abs(L1._unchecked(lam=threshold)._prox(kept + pull, 1, p.xp))
    return y <= p.xp.maximum(p.xp.constant(0), p.xp.abs(kept) - (threshold - p.xp.abs(pull)))


def steps_needed(p: Any) -> Any:
    """r_{t+1} <= max(0, r_t - s): after t steps r <= max(0, r_1 - t s), by induction."""
    r, start, t, s, after = p.nonnegative("r"), p.nonnegative("r_1"), p.nonnegative("t"), p.positive("s"), p.real("r+")
    zero = p.xp.constant(0)
    p.assume(r <= p.xp.maximum(zero, start - t * s), after <= p.xp.maximum(zero, r - s))
    return after <= p.xp.maximum(zero, start - (t + 1) * s)


@claim(
    "PG.E5.finite",
    place="Sect. 5, Study 1",
    kind="run",
    form="own",
    expected="proved",
    why="lambda + L|c| for lambda - L|c| fails; at the tie the number of steps is infinite",
)
class Finite:
    r"""ProxGEN with exact gradients, $f = L(x - c)^2/2$, $a = \alpha/h \le 1/L$ and strict complementarity $\lambda > L|c|$:
    $|\theta_{t+1}| \le \max(0, (1 - aL)|\theta_t| - a(\lambda - L|c|))$, so exactly $0$ after at most $|\theta_1|/(a(\lambda
    - L|c|))$ steps, rounded up, and from then on. (With sampled gradients it leaves $0$ again where $|m_i| > \lambda$.)"""

    def cases(self, rng: Any, size: int) -> Case:
        case = {n: short(rng, 0.1, 10.0, size) for n in ("L", "h")}
        case["c"], case["w"] = np.round(rng.normal(size=size), 1), np.round(rng.normal(size=size) * 3, 1)
        case["lam"] = case["L"] * np.abs(case["c"]) + short(rng, 0.1, 3.0, size)
        return case | {"alpha": case["h"] / case["L"] * uniform(rng, 0.05, 1.0, size)}

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(xp.both(case["L"] > 0, case["h"] > 0), case["lam"] >= case["L"] * xp.abs(case["c"]))
        return xp.both(fine, xp.both(case["alpha"] > 0, case["h"] - case["alpha"] * case["L"] >= 0))

    def margin(self, case: Case, xp: Any) -> Any:
        a, w, worst = case["alpha"] / case["h"], case["w"], 1 + 0 * case["w"]
        gain = a * (case["lam"] - case["L"] * xp.abs(case["c"]))
        for after in run(case, ProxGen(), 8, xp):
            limit = xp.maximum((1 - a * case["L"]) * xp.abs(w) - gain, 0)
            size = xp.abs(w) + a * case["lam"]
            worst, w = xp.minimum(worst, relative(limit - xp.abs(after), size, xp)), after
        return worst

    def proof(self) -> list[Lemma]:
        return [Lemma("one step shrinks by the slack", shrinks), Lemma("the number of steps", steps_needed)]


FIVE_GRAM = np.array([[5, 0, 3], [0, 5, 3], [3, 3, 5]])  # 5 X'X


def definite(p: Any) -> Any:
    """So the lasso's solution is unique."""
    x, y, z = p.reals("x y z")
    form = x * x + y * y + z * z + (x + y) * z * 6 / 5
    p.assume(p.disj(x != 0, y != 0, z != 0))
    return form > 0


@claim(
    "PG.E5.support",
    place="Sect. 5, Study 1",
    form="own",
    expected="refuted",
    why="lambda = 1/10: at (6/7, 6/7, 1/14) the gradient is -lambda in each coordinate, so it is the solution",
    erratum="gap",
    fix="PG.E5.finite",
    falls="nothing that is printed: the sentence is about one simulation; in general the support is that of the lasso's "
    "solution, and whether it is the truth's depends on X and the noise",
)
class Support:
    r"""ProxGEN recovers the support of the truth on a noiseless lasso if $\lambda$ is small: it does not rest where another
    coordinate is not $0$ (here $X$ has the columns $e_1$, $e_2$, $(3/5, 3/5, \sqrt{7}/5)$, $y = X (1, 1, 0)$, $0 < \lambda <
    7/10$; at $(1 - 2r, 1 - 2r, r)$, $r = 5\lambda/7$, one step with $C + \delta = 2\alpha$)."""

    complete_proof = False

    def cases(self, rng: Any, size: int) -> Case:
        return {"lam": rng.choice([0.5, 0.1, 0.01, 0.001], size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["lam"] > 0, case["lam"] * 10 < 7)

    def margin(self, case: Case, xp: Any) -> Any:
        r, method, penalty = 5 * case["lam"] / 7, ProxGen(), L1._unchecked(lam=column(case["lam"]))
        error = column(r) * np.array([-2, -2, 1])
        theta, slope = error + np.array([1, 1, 0]), xp.sum(FIVE_GRAM * error[..., None, :], axis=-1) / 5
        hyper = Metric(1, 0, 2)
        _, after = method.step(method.init(theta, hyper, penalty, xp), theta, slope, hyper, penalty, xp)
        stays = xp.max(xp.abs(after - theta), axis=-1) <= xp.constant("0.000000000001")
        return xp.where(stays, -r, 1)

    def proof(self) -> list[Lemma]:
        return [Lemma("X'X is positive definite", definite)]
