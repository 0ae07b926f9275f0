"""Corollary 2's limit: a run with l0 that ends at the saddle of f."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.rvsm.draws import STEP
from verify.claims.rvsm.setting import BETA_SMALL, DELTA_POSITIVE, problem
from verify.evidence import Case, Hypothesis, claim
from verify.evidence.draw import log_uniform
from verify.evidence.margins import column
from verify.losses import angle

CAPTURED = {"side": 50.0, "head": -8.05, "tail": 0.199, "beta": 0.11, "lam": 0.00219, "delta": 0.89, "eta": 1.3}


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
    why="l0, d = 2501: 2,500 coordinates just under the threshold are pruned from a long start; the run ends at f's saddle",
    erratum="false",
    fix="RVSM.C2.limit.fix",
    falls="with theta = pi, Equation (12) divides by 0 and RVSM.C1.sign fails; it all survives for |w^0| <= 2. What hides it "
    "is the WLOG after Lemma 5 (RVSM.L5.wlog), which is a condition neither of Theorem 1 nor of the corollary. The step is "
    "long, eta = 1.3; with eta = 1/(beta + 4) it takes a longer start, for example one 200 times as long, in 1e13 dimensions",
)
class OthersLimit:
    r"""Under Theorem 1's conditions, with the $\ell_0$ penalty, the limit has $\theta(w_{lim}, w^*) < \delta$. The cases: $k =
    2$, $w^* = e_1$, $d = 1 + s^2$, $w^0$ = (head, tail, ..., tail); the run then stays of this form and is two numbers a step.
    After 100 steps the margin is $\delta - \theta^t$, or positive unless $w^t$ is trapped: tail pruned, head not, and $\pi -
    \theta^t$ so small that the tail shrinks from there on and $\theta^t \to \pi$."""

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
