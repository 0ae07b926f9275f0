"""Section 5, Prox-SGD in its two-stage form against ProxGEN, from a random start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import mostly
from verify.evidence.margins import soft
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


def never(case: Case, xp: Any) -> Any:
    """-1 where an iterate of Prox-SGD is 0, but for the double tie of claim PG.E5.random.fix."""
    touched = 1 + 0 * case["w"]
    for w in run(case, TwoStageProxSGD(), 30, xp):
        touched = xp.where(w == 0, -1, touched)
    tie = xp.both(case["alpha"] * case["L"] == case["h"], case["L"] * xp.abs(case["c"]) == case["lam"])
    return xp.where(tie, 1, touched)


def always(case: Case, xp: Any) -> Any:
    """-1 where ProxGEN is not at the solution 0 after 30 steps, though that is a tie or 30 are enough by claim PG.E5.finite."""
    a, slack, w = case["alpha"] / case["h"], case["lam"] - case["L"] * xp.abs(case["c"]), case["w"]
    due = xp.both(slack >= 0, xp.either(slack == 0, 30 * a * slack >= xp.abs(w)))
    *_, last = run(case, ProxGen(), 30, xp)
    return xp.where(xp.both(xp.both(due, a * case["L"] <= 1), last != 0), -1, 1)


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
    form="own",
    expected="refuted",
    why="f = (x - 2)^2/2, lambda = 1, h = 1, alpha = 1/2: Prox-SGD goes from -1 to 0; for ProxGEN a tie",
    erratum="gap",
    fix="PG.E5.random.fix",
    falls='nothing that is printed: the text has a random start, "might not" and "can"; the first half holds almost surely, '
    "the second with strict complementarity (claim PG.E5.finite)",
    experiments=("Study1",),
)
class NeverAndAlways(Lasso):
    r"""As laws for every start: on a lasso from $\theta_1 \ne 0$, $\alpha < 1$, Prox-SGD's iterates are never exactly $0$ (but
    for the double tie of claim PG.E5.random.fix), and ProxGEN's are after some (here $30$) steps where the solution is
    $0$."""

    def margin(self, case: Case, xp: Any) -> Any:
        return xp.minimum(never(case, xp), always(case, xp))


@claim(
    "PG.E5.random.sgd",
    place="Sect. 5, Study 1, random initialisation",
    kind="run",
    form="own",
    expected="refuted",
    why="f = (x - 2)^2/2, lambda = 1, h = 1, alpha = 1/2: from -1 the hat is 1, the next iterate 0",
    erratum="gap",
    fix="PG.E5.random.fix",
    falls="nothing that is printed: for a random start it holds almost surely; a chosen one hits 0 where the hat is -(1 - "
    "alpha) theta/alpha",
    experiments=("Study1",),
)
class Never(Lasso):
    r"""The first half alone: on a lasso from a chosen $\theta_1 \ne 0$, $\alpha < 1$, no iterate of Prox-SGD is exactly $0$
    (but for the double tie)."""

    def margin(self, case: Case, xp: Any) -> Any:
        return never(case, xp)


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
    experiments=("Study1",),
)
class AtATie(Lasso):
    r"""ProxGEN with $\alpha L \le h$ reaches exactly $0$ (here within $30$ steps) wherever $0$ is the lasso's solution, ties
    $|L c| = \lambda$ included."""

    def margin(self, case: Case, xp: Any) -> Any:
        return always(case, xp)


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


def two_steps(p: Any) -> tuple[Any, ...]:
    """Prox-SGD's next iterates of two starts, and their hats: f = L(x - c)^2/2, lambda |x|, metric h, step alpha."""
    L, c, lam, h, alpha = p.positive("L"), p.real("c"), p.positive("lam"), p.positive("h"), p.positive("alpha")
    p.assume(alpha < 1)
    case = {"L": L, "c": c, "lam": lam, "h": h, "alpha": alpha}
    found: list[Any] = [p.real("theta"), p.real("other")]
    starts = list(found)
    for w in starts:
        (after,) = run(case | {"w": w}, TwoStageProxSGD(), 1, p.xp)
        found += [after, L1._unchecked(lam=lam)._prox(w - L * (w - c) / h, 1 / h, p.xp)]
    return (*found, alpha * L == h, L * p.xp.abs(c) == lam)


def injective(p: Any) -> Any:
    w, v, after_w, hat_w, after_v, hat_v, tie, _ = two_steps(p)
    piece = p.disj(p.conj(hat_w > 0, hat_v > 0), p.conj(hat_w < 0, hat_v < 0), p.conj(hat_w == 0, hat_v == 0))
    return p.implies(p.conj(piece, after_w == after_v), p.disj(w == v, tie))


def only_at_ties(p: Any) -> Any:
    w, _, after, _, _, _, tie, edge = two_steps(p)
    p.assume(tie, w != 0)
    return p.implies(after == 0, edge)


@claim(
    "PG.E5.random.fix",
    place="Sect. 5, Study 1, random initialisation",
    expected="proved",
    why="the hat in the place of the iterate is 0 where the iterate is not",
)
class Decays(Lasso):
    r"""For $0 < \alpha_t < 1$ and $\theta_{t,i} \ne 0$ Prox-SGD's $\theta_{t+1,i}$ is $0$ exactly where $\hat\theta_{t,i} =
    -(1 - \alpha_t) \theta_{t,i}/\alpha_t$, and where $\hat\theta_{t,i} = 0$ it is $(1 - \alpha_t) \theta_{t,i} \ne 0$:
    geometric decay to a zero that is not reached. For $\alpha_t = 1$ it is ProxGEN. So from a start with a density Prox-SGD
    is almost surely never exactly $0$ on a lasso in one coordinate, $f = L(x - c)^2/2$ with a constant step and metric $h$,
    unless both $\alpha L = h$ and $L|c| = \lambda$: for $\alpha L \ne h$ the step is injective on each of its three pieces,
    so that countably many starts ever reach $0$, and for $\alpha L = h$ none does."""

    def margin(self, case: Case, xp: Any) -> Any:
        (after,) = run(case, TwoStageProxSGD(), 1, xp)
        w, alpha = case["w"], case["alpha"]
        hat = soft(w - case["L"] * (w - case["c"]) / case["h"], case["lam"] / case["h"], xp)
        decayed = xp.where(hat == 0, -xp.abs(after - (1 - alpha) * w), 0)
        return xp.minimum(decayed, -xp.abs(after - (1 - alpha) * w - alpha * hat))

    def bound(self, case: Case, xp: Any) -> Any:
        return xp.abs(case["w"]) + case["L"] * (xp.abs(case["w"]) + xp.abs(case["c"])) / case["h"]

    def proof(self) -> list[Lemma]:
        return [
            Lemma("the step that runs", one_step),
            Lemma("alpha L != h: on each piece every point has one preimage at most", injective),
            Lemma("alpha L = h: 0 is reached at L|c| = lambda alone", only_at_ties),
        ]
