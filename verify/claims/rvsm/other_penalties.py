"""Corollary 2: the l0 and the transformed-l1 penalty."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.rvsm.angle import SWAYS, angles, falls, falls_to_cap
from verify.claims.rvsm.draws import STEP
from verify.claims.rvsm.limit import BEHIND, Limits, across_factor, pull, slack
from verify.claims.rvsm.limit_cases import SMALL_START, Runs, column, least, short
from verify.claims.rvsm.pictures import trajectory_picture
from verify.claims.rvsm.setting import BETA_SMALL, DELTA_POSITIVE, K_TWO, problem
from verify.claims.rvsm.settle import Limit, cap, regulariser, rising, thresholding, trajectory, turning
from verify.evidence import Case, Hypothesis, claim
from verify.evidence.draw import log_uniform
from verify.losses import angle, unit
from verify.methods.rvsm import lagrangian

CAPTURED = {"side": 50.0, "head": -8.05, "tail": 0.199, "beta": 0.11, "lam": 0.00219, "delta": 0.89, "eta": 1.3}
RISES = [
    short([0.6, 0.8], [0.6, 0.8], 0.25, 0.05, penalty=1, a=1.0),
    short([0.6, 0.8], [0.6, 0.8], 0.25, 0.02, penalty=2, a=1.0),
]


class NotL1(Runs):
    """Runs with the l0 or the transformed-l1 penalty."""

    penalties = True

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = Runs.cases(self, rng, size, without)
        return case | {"penalty": np.maximum(case["penalty"], 1)}

    def sensible(self, case: Case, xp: Any) -> Any:
        return xp.both(Runs.sensible(self, case, xp), case["penalty"] >= 1)


@claim(
    "RVSM.C2.mono",
    place="Corollary 2",
    kind="run",
    expected="refuted",
    why="l0, w* = w^0 = (.6, .8), beta = .25, lam = .05: .6 is pruned, and the angle rises 0, .131, .170, ... -> .193",
    erratum="false",
    fix="RVSM.C2.mono.fix",
    falls="the Lagrangian's part survives (RVSM.C2.mono.lagrangian)",
)
class OthersMonotone(NotL1):
    r"""Under Theorem 1's conditions, with the $\ell_0$ or transformed-$\ell_1$ penalty (1, 2), the angle $\theta^t$ never increases
    along the run."""

    known = RISES
    brief = True

    def margin(self, case: Case, xp: Any) -> Any:
        return falls(case, xp)

    def trace(self, case: Case, xp: Any) -> list[tuple[str, Any]]:
        return [(f"theta^{t}", theta) for t, (_, theta) in enumerate(angles(case, xp, 6))]

    def picture(self, case: Case) -> Any:
        return trajectory_picture(case, {"w0": case["w0"]}, 40, "the angle rises towards its limit")


@claim(
    "RVSM.C2.mono.lagrangian",
    place="Corollary 2",
    kind="run",
    form="printed",
    expected="unrefuted",
    why="a step above 2/(beta + 2a/k^2), or a prox at lam in place of lam/beta, raises it",
)
class OthersDescend(NotL1):
    r"""Under Theorem 1's conditions, with the $\ell_0$ or transformed-$\ell_1$ penalty and the updates in the order of the proofs,
    $L_\beta(w^t, u^t)$ never increases, and falls by at least $(\frac1\eta - \frac{\beta + \ell}{2}) |w^{t+1} - w^t|^2$ with $\ell =
    \frac{2a}{k^2}$, ties of the prox included."""

    known = RISES
    coupling = None
    sparsity = None
    start = None
    broken = {"step": [short([1.0], [1.0], 0.25, 0.1, penalty=1, a=1.0, eta=3.0)]}

    def margin(self, case: Case, xp: Any) -> Any:
        loss, penalty, beta = problem(case, xp), regulariser(case), column(case["beta"])
        rate = 1 / case["eta"] - (case["beta"] + loss.descent_constant(xp)) / 2
        margins, before, at = [], None, None
        for w, u in trajectory(case, xp, 30):
            value = lagrangian(loss, penalty, beta, w, u, xp)
            if before is not None:
                gone = rate * xp.sum((w - at) * (w - at), axis=-1)
                margins.append((before - value - xp.maximum(gone, 0)) / (1 + before) + xp.constant("1e-12"))
            before, at = value, w
        return least(*margins)


@claim(
    "RVSM.C2.mono.fix",
    place="Corollary 2",
    kind="run",
    expected="unrefuted",
    why="X_t with |w^t|/4 in place of |w^t|/2, or without k, is exceeded when l0 prunes half of w's square",
)
class OthersFall(NotL1):
    r"""Under Theorem 1's conditions, with the $\ell_0$ or transformed-$\ell_1$ penalty, pruning threshold $t$, and $|w^0| \le 2$ or
    $t \sqrt{d - 1} \le 1$: $\theta^{t+1} \le \max(\theta^t, \theta_-(X_t))$ with $X_t = k \pi \beta \min(|w^t|/2, t \sqrt{d - 1})$ and
    $\theta_-(X)$ the smaller root of $(\pi - \theta) \sin\theta = X$."""

    small_start = SMALL_START
    known = RISES
    largest = 6.0
    broken = {"step": SWAYS}

    def margin(self, case: Case, xp: Any) -> Any:
        return falls_to_cap(case, xp)


def spread_out(case: Case, xp: Any) -> Case:
    """The run in the plane of its two directions: e_1, and the n = side^2 equal coordinates, here one of side times the size.
    Lengths and angles are those of the whole; what is pruned is decided on the single coordinate."""
    zero = xp.zeros_like(case["side"])
    w0 = np.stack([case["head"], case["side"] * case["tail"]], axis=-1)
    k = xp.zeros_like(zero) + 2
    return {"k": k, "w_star": np.stack([zero + 1, zero], axis=-1), "w0": w0} | {
        n: case[n] for n in ("eta", "beta", "lam", "delta")
    }


def reduced_run(case: Case, xp: Any, steps: int = 100) -> list[Any]:
    """w^t in that plane."""
    plane = spread_out(case, xp)
    loss, beta, eta = problem(plane, xp), column(case["beta"]), column(case["eta"])
    scale = np.stack([xp.full_like(case["side"], 1), case["side"]], axis=-1)
    w, path = plane["w0"], []
    for _ in range(steps + 1):
        path.append(w)
        cut = xp.abs(w / scale) <= column(xp.sqrt(2 * case["lam"] / case["beta"]))
        w = w - eta * (loss.gradient(w, xp) + beta * xp.where(cut, w, xp.zeros_like(w)))
    return path


@claim(
    "RVSM.C2.limit",
    place="Corollary 2",
    kind="run",
    expected="refuted",
    why="l0 in d = 2501: 2,500 coordinates just under the threshold are pruned from a long start, and the run ends at f's saddle",
    erratum="false",
    fix="RVSM.C2.limit.fix",
    falls="with theta = pi, Equation (12) divides by 0 and RVSM.C1.sign fails; it all survives for |w^0| <= 2",
)
class OthersLimit:
    r"""Under Theorem 1's conditions, with the $\ell_0$ penalty, the limit has $\theta(w_{lim}, w^*) < \delta$. The cases: $k = 2$, $w^* =
    e_1$, $d = 1 + s^2$, $w^0$ = (head, tail, ..., tail); the run then stays of this form and is two numbers a step. After 100
    steps the margin is $\delta - \theta^t$, or positive unless $w^t$ is trapped: tail pruned, head not, and $\pi - \theta^t$ so small
    that the tail shrinks from there on and $\theta^t \to \pi$."""

    start = Hypothesis(
        r"$\theta(w^0, w^*) \le \pi - \delta$",
        lambda c, xp: xp.pi - c["delta"] - xp.atan2(c["side"] * xp.abs(c["tail"]), c["head"]),
    )
    positive = DELTA_POSITIVE
    coupling = Hypothesis(BETA_SMALL.formula, lambda c, xp: BETA_SMALL.margin(c | {"k": 2}, xp))
    sparsity = Hypothesis(
        r"$\lambda / \beta < 1/\sqrt{d}$",
        lambda c, xp: 1 / xp.sqrt(1 + c["side"] * c["side"]) - c["lam"] / c["beta"],
        strict=True,
    )
    step = Hypothesis(STEP.formula, lambda c, xp: STEP.margin(c | {"k": 2}, xp))

    def cases(self, rng: Any, size: int) -> Case:
        side = rng.choice([1.0, 2.0, 3.0, 10.0, 30.0, 45.0, 50.0], size)
        delta = np.round(rng.uniform(0.7, 1.1, size), 2)
        beta = np.floor(100 * delta * np.sin(delta) / (2 * np.pi)) / 100
        lam = np.floor(beta / np.sqrt(1 + side * side) * 0.9999e5) / 1e5
        tail = np.floor(1e3 * np.sqrt(2 * lam / beta)) / 1e3
        head = -np.ceil(100 * side * tail / np.tan(delta + rng.uniform(0, 0.05, size))) / 100
        case = {"side": side, "head": head, "tail": tail, "beta": beta, "lam": lam, "delta": delta}
        case["eta"] = np.where(rng.random(size) < 0.7, 1.3, log_uniform(rng, 0.1, 1.3, size))
        pick = rng.random(size) < 0.05
        return {n: np.where(pick, CAPTURED[n], v) for n, v in case.items()}

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(xp.both(case["beta"] > 0, case["lam"] >= 0), xp.both(case["side"] > 0, case["eta"] > 0))
        whole = xp.abs(case["side"] * case["side"] - np.round(np.asarray(case["side"] * case["side"], dtype=float))) == 0
        return xp.both(xp.both(fine, whole), case["head"] != 0)

    def margin(self, case: Case, xp: Any) -> Any:
        w = reduced_run(case, xp)[-1]
        e = np.stack([xp.full_like(case["side"], 1), xp.zeros_like(case["side"])], axis=-1)
        theta, r = angle(w, e, xp), xp.norm(w, axis=-1)
        edge = xp.sqrt(2 * case["lam"] / case["beta"])
        pruned = xp.both(xp.abs(w[..., 1]) <= case["side"] * edge, xp.abs(w[..., 0]) > edge)
        shrinks = 2 * (xp.pi - theta) / (2 * xp.pi * r) < case["beta"] / 2
        near = xp.abs(r * (1 + xp.pi) - 1) < xp.constant("0.01")
        trapped = xp.both(xp.both(pruned, shrinks), xp.both(near, theta > 3))
        return xp.where(trapped, case["delta"] - theta, xp.full_like(theta, 1))

    def trace(self, case: Case, xp: Any) -> list[tuple[str, Any]]:
        path = reduced_run(case, xp)
        rows = [(f"pi - theta^{t}", xp.atan2(path[t][..., 1], -path[t][..., 0])) for t in (0, 1, 2, 5, 20, 50, 100)]
        return [
            *rows,
            ("head of w", path[-1][..., 0]),
            ("f's saddle, -1/(pi + 1)", xp.full_like(case["side"], -1) / (xp.pi + 1)),
        ]


@claim(
    "RVSM.C2.limit.ties",
    place="Corollary 2 and Theorem 1 (the limit has u = S(w))",
    kind="run",
    form="printed",
    expected="refuted",
    why="l0, threshold 1: from w^0 = 2 every w^t = 1 + (1 - eta a)^t 1 is kept, so (w, u) -> (1, 1), while S(1) = 0",
    erratum="gap",
    fix="RVSM.C2.limit.fix",
    falls="(12) with S(w_lim) reads 1 + k beta = 1.5 = w* = 1 there; with u_lim, one of the minimisers at the tie, all survives",
)
class OthersTies:
    r"""With the $\ell_0$ penalty $u_{lim} = S(w_{lim})$, where $S$ sets $|z| \le \sqrt{2 \lambda/\beta}$ to 0. In one dimension, $w^* =
    1$, a run of $w^{t+1} = w^t - \eta a (w^t - 1)$ that stays kept above the threshold tends to $(1, 1)$; the margin is $|u_{lim} -
    S(w_{lim})|$ below 0. (Keeping $z$ at the tie instead fails from below.)"""

    step = Hypothesis(STEP.formula, lambda c, xp: STEP.margin(c, xp))
    patches = K_TWO
    coupling = BETA_SMALL
    sparsity = Hypothesis(r"$\lambda / \beta < 1$", lambda c, xp: 1 - c["lam"] / c["beta"], strict=True)

    def cases(self, rng: Any, size: int) -> Case:
        case = rounded_line(rng, size)
        case["lam"] = np.where(rng.random(size) < 0.3, case["beta"] / 2, case["lam"])
        return case

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(xp.both(case["beta"] > 0, case["lam"] >= 0), xp.both(case["eta"] > 0, case["k"] >= 1))
        kept = xp.both(case["w0"] > 1, 2 * case["lam"] <= case["beta"])
        return xp.both(xp.both(fine, kept), case["delta"] > 0)

    def margin(self, case: Case, xp: Any) -> Any:
        limit = xp.full_like(case["beta"], 1)
        kept = xp.where(2 * case["lam"] < case["beta"] * limit * limit, limit, xp.zeros_like(limit))
        return -xp.abs(limit - kept)


def rounded_line(rng: Any, size: int) -> Case:
    """One-dimensional runs with k = 2 and short decimals."""
    beta = np.round(rng.uniform(0.01, 0.28, size), 2)
    w0, eta = np.round(rng.uniform(0.5, 3.0, size), 1), rng.choice([1.0, 0.5, 0.1], size)
    lam = np.round(beta * np.round(rng.uniform(0.0, 0.99, size), 2), 12)
    return {"k": np.full(size, 2), "w0": w0, "delta": np.full(size, 2.0), "beta": beta, "eta": eta, "lam": lam}


@claim(
    "RVSM.C2.limit.fix",
    place="Corollary 2",
    kind="run",
    expected="unrefuted",
    why="without the condition on the start the case of RVSM.C2.limit fails; X with |w|/4 is exceeded by l0",
)
class OthersLimitFix(Limits):
    r"""Under Theorem 1's conditions, with the $\ell_0$ or transformed-$\ell_1$ penalty, pruning threshold $t$, and $|w^0| \le 2$ or $t
    \sqrt{d - 1} \le 1$: the limit is stationary in $w$, $u_{lim}$ is a minimiser of $R(u) + \frac{\beta}{2} |w_{lim} - u|^2$ (the one that $S$
    names unless there is a tie), $(\pi - \theta) \sin\theta \le k \pi \beta \min(|w_{lim}|/2, t \sqrt{d - 1})$ on the rising branch, so
    $\theta \le 0.3295$ and $\theta < \min(\delta, \pi - \delta)$, and Equation (12) holds with $u_{lim}$ in place of $S(w_{lim})$."""

    small_start = SMALL_START
    penalties = True
    known = RISES
    largest = 6.0
    broken = {
        "start": [c | {"penalty": 1} for c in BEHIND],
        "coupling": [short([0.6, 0.8], [0.6, 0.8], 0.25, 0.05, 0.05, penalty=1, a=1.0)],
    }

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = Runs.cases(self, rng, size, without)
        return case | {"penalty": np.maximum(case["penalty"], 1)}

    def sensible(self, case: Case, xp: Any) -> Any:
        return xp.both(Runs.sensible(self, case, xp), case["penalty"] >= 1)

    def at_limit(self, case: Case, x: Limit, xp: Any) -> Any:
        tiny = 10 * slack(case, xp)
        below = cap(case, x.w, xp) - turning(x.theta, xp) + tiny
        inside = xp.minimum(case["delta"], xp.pi - case["delta"]) - x.theta
        inside = xp.where(case["delta"] < xp.pi, inside, tiny - x.theta)
        rest = unit(case["w_star"], xp) - column(pull(case, x, xp)) * x.v - column(across_factor(case, x, xp)) * x.w
        identity = tiny - xp.norm(rest, axis=-1) * (xp.pi - x.theta)
        chosen = xp.where(xp.all(x.u == thresholding(case, x.w, xp), axis=-1), 1, -1)
        small = xp.constant("0.3295") - x.theta
        return least(below, rising(x.theta, xp), inside, identity, chosen, small)
