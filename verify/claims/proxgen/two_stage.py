"""Section 5, Prox-SGD in its two-stage form against ProxGEN, from a random start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from verify.claims.proxgen.setting import relative, short, soft
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import mostly, uniform
from verify.methods.prox_gen import Metric, ProxGen
from verify.methods.two_stage_prox_sgd import TwoStageProxSGD
from verify.penalties import L1


def run(case: Case, method: Any, steps: int, xp: Any) -> Iterator[Any]:
    """Iterates after the first: f = L(x - c)^2/2, lambda |x|, metric C + delta = h, step alpha."""
    penalty, w = L1._unchecked(lam=case["lam"]), case["w"]
    hyper = Metric(case["alpha"], 0, case["h"])
    state = method.init(w, hyper, penalty, xp)
    for _ in range(steps):
        state, w = method.step(state, w, case["L"] * (w - case["c"]), hyper, penalty, xp)
        yield w


class Lasso:
    """A lasso in one coordinate."""

    def cases(self, rng: Any, size: int) -> Case:
        case = {n: mostly(rng, rng.choice([0.5, 1.0, 2.0], size), 1.0, 0.3) for n in ("L", "lam", "h")}
        case |= {"alpha": rng.choice([0.1, 0.25, 0.5, 0.5, 0.9], size), "c": rng.choice([-1.0, 0.0, 0.5, 1.0, 2.0], size)}
        return case | {"w": mostly(rng, np.round(rng.normal(size=size) * 3, 1), -1.0, 0.2)}

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(xp.both(case["L"] > 0, case["h"] > 0), xp.both(case["lam"] > 0, case["w"] != 0))
        return xp.both(fine, xp.both(case["alpha"] > 0, case["alpha"] < 1))


@claim(
    "PG.E5.random",
    place="Sect. 5, Study 1, random initialisation",
    kind="run",
    expected="refuted",
    why="f = (x - 1)^2/2, lambda = 1: Prox-SGD with alpha = h = 1/2 goes from -1 to 0; ProxGEN from 1 to 1/2, 1/4, ...",
    erratum="false",
    fix="PG.E5.random.fix",
    falls="both halves as laws; with a hat of 0 and a step below 1 Prox-SGD decays, and strict complementarity makes ProxGEN stop",
)
class NeverAndAlways(Lasso):
    r"""On a lasso from $\theta_1 \ne 0$, $\alpha < 1$, Prox-SGD's iterates are never exactly $0$, and ProxGEN's are after some (here
    $30$) steps where the solution is $0$."""

    def margin(self, case: Case, xp: Any) -> Any:
        touched = 1 + 0 * case["w"]
        for w in run(case, TwoStageProxSGD(), 30, xp):
            touched = xp.where(w == 0, -1, touched)
        missed = 1 + 0 * case["w"]
        for last in run(case, ProxGen(), 30, xp):
            missed = last
        solved = xp.both(soft(case["L"] * case["c"], case["lam"], xp) == 0, case["alpha"] * case["L"] <= case["h"])
        return xp.minimum(touched, xp.where(xp.both(solved, missed != 0), -1, 1))


@claim(
    "PG.E5.random.gen",
    place="Sect. 5, Study 1, random initialisation",
    kind="run",
    form="own",
    expected="refuted",
    why="f = (x - 1)^2/2, lambda = 1, a = 1/2: from 1 it is 2^-t, never 0, though 0 is the solution",
    erratum="gap",
    fix="PG.E5.finite",
    falls="nothing: the text says that ProxGEN can attain 0; strict complementarity is what it needs",
)
class AtATie(Lasso):
    r"""ProxGEN with $\alpha L \le h$ reaches exactly $0$ (here within $30$ steps) wherever $0$ is the lasso's solution, ties $|L c| = \lambda$
    included."""

    def margin(self, case: Case, xp: Any) -> Any:
        w = case["w"]
        for w in run(case, ProxGen(), 30, xp):
            pass
        solved = xp.both(xp.abs(case["L"] * case["c"]) <= case["lam"], case["alpha"] * case["L"] <= case["h"])
        return xp.where(xp.both(solved, w != 0), -1, 1)


def one_step(p: Any) -> Any:
    """The step that runs, for any map of the penalty: hat is what it returns."""
    w, m, h, hat, alpha = p.real("theta"), p.real("m"), p.positive("h"), p.real("hat"), p.positive("alpha")
    p.assume(alpha < 1, w != 0)

    class Returns:
        def _prox(self, z: Any, t: Any, xp: Any) -> Any:
            return hat

    after = TwoStageProxSGD()._move(w, m, h, alpha, Returns(), p.xp)
    decays = p.implies(hat == 0, p.conj(after == (1 - alpha) * w, after != 0))
    return p.conj((after == 0) == (alpha * hat == -(1 - alpha) * w), decays)


@claim(
    "PG.E5.random.fix",
    place="Sect. 5, Study 1, random initialisation",
    expected="proved",
    why="the hat in the place of the iterate is 0 where the iterate is not",
)
class Decays(Lasso):
    r"""For $0 < \alpha_t < 1$ and $\theta_{t,i} \ne 0$ Prox-SGD's $\theta_{t+1,i}$ is $0$ exactly where $\hat\theta_{t,i} = -(1 - \alpha_t)
    \theta_{t,i}/\alpha_t$, and where $\hat\theta_{t,i} = 0$ it is $(1 - \alpha_t) \theta_{t,i} \ne 0$: geometric decay to a zero that is
    not reached. For $\alpha_t = 1$ it is ProxGEN."""

    def margin(self, case: Case, xp: Any) -> Any:
        (after,) = run(case, TwoStageProxSGD(), 1, xp)
        w, alpha = case["w"], case["alpha"]
        hat = soft(w - case["L"] * (w - case["c"]) / case["h"], case["lam"] / case["h"], xp)
        decayed = xp.where(hat == 0, -xp.abs(after - (1 - alpha) * w), 0)
        return xp.minimum(decayed, -xp.abs(after - (1 - alpha) * w - alpha * hat))

    def bound(self, case: Case, xp: Any) -> Any:
        return xp.abs(case["w"]) + case["L"] * (xp.abs(case["w"]) + xp.abs(case["c"])) / case["h"]

    def proof(self) -> list[Lemma]:
        return [Lemma("the step that runs", one_step)]


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
    $|\theta_{t+1}| \le \max(0, (1 - aL)|\theta_t| - a(\lambda - L|c|))$, so exactly $0$ after at most $|\theta_1|/(a(\lambda - L|c|))$ steps,
    rounded up, and from then on. (With sampled gradients it leaves $0$ again where $|m_i| > \lambda$.)"""

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
