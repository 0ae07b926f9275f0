"""Algorithm 1, line 8, and Eq. 2."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.proxgen.setting import mixed, regularisers, short
from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import mostly
from verify.evidence.margins import column
from verify.methods.prox_gen import Metric, ProxGen
from verify.penalties import L1

RIVALS = 16


class Steps:
    """One step in one coordinate, from any momentum, against rivals x."""

    def cases(self, rng: Any, size: int) -> Case:
        case = regularisers(rng, size) | {n: np.round(rng.normal(size=size) * 3, 1) for n in ("theta", "m")}
        case |= {n: short(rng, 1e-2, 1e2, size) for n in ("alpha", "delta")}
        case["C"] = mostly(rng, short(rng, 1e-3, 1e3, size), 0.0, 0.3)
        H = (case["C"] + case["delta"]) / case["alpha"]
        rivals = (case["theta"] - case["m"] / H)[:, None] * rng.uniform(-0.5, 1.5, (size, RIVALS))
        rivals[:, 0], rivals[:, 1:3] = 0.0, rng.choice([-1.0, 1.0, 3.0], (size, 2))
        return case | {"x": rivals}

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(case["alpha"] > 0, xp.both(case["lam"] >= 0, case.get("gamma", 1 + case["lam"]) > 0))
        return xp.both(fine, xp.both(case["delta"] > 0, case["C"] >= 0))

    def after(self, case: Case, penalty: Any, xp: Any) -> Any:
        theta, m = column(case["theta"]), column(case["m"])
        method, hyper = ProxGen(), Metric(column(case["alpha"]), 0, column(case["delta"]), column(case["C"]))
        return method.step(method.init(theta, hyper, penalty, xp), theta, m, hyper, penalty, xp)[1]

    def objective(self, case: Case, x: Any, penalty: Any, xp: Any) -> Any:
        """Line 8, the momentum's term taken from theta."""
        H, away = column((case["C"] + case["delta"]) / case["alpha"]), x - column(case["theta"])
        return column(case["m"]) * away + penalty._value(x, xp) + H * away * away / 2

    def penalty(self, case: Case) -> Any:
        return mixed(case)

    def margin(self, case: Case, xp: Any) -> Any:
        penalty = self.penalty(case)
        here = self.objective(case, self.after(case, penalty, xp), penalty, xp)
        return -xp.max(here - self.objective(case, case["x"], penalty, xp), axis=-1)

    def bound(self, case: Case, xp: Any) -> Any:
        H, penalty, m = (case["C"] + case["delta"]) / case["alpha"], self.penalty(case), case["m"]
        after = self.after(case, penalty, xp)
        return m * m / H + xp.sum(xp.abs(penalty._value(column(case["theta"]), xp)) + penalty._value(after, xp), axis=-1)


def two_entries(p: Any) -> Any:
    """Both sides are sums over the entries H_ij of H; with p = H^-1 m, the two entries (i, j), (j, i) of a symmetric H give:"""
    a, h, x, y, s, t, u, v = p.reals("alpha h x_i x_j theta_i theta_j p_i p_j")
    p.assume(a > 0)
    line = a * (h * v * x + h * u * y) + h * (x - s) * (y - t)
    prox = h * (x - s + a * u) * (y - t + a * v) + a * (h * v * s + h * u * t) - a * a * h * u * v
    return line == prox


def own_entry(p: Any) -> Any:
    a, h, x, s, u = p.reals("alpha h x_i theta_i p_i")
    return (
        a * h * u * x + h * (x - s) * (x - s) / 2
        == h * (x - s + a * u) * (x - s + a * u) / 2 + a * h * u * s - a * a * h * u * u / 2
    )


def of_the_run(p: Any) -> Any:
    """The step that runs is l1's map at theta-hat with t = alpha/(C + delta)."""
    theta, m, C = p.real("theta"), p.real("m"), p.nonnegative("C")
    alpha, delta, lam = p.positive("alpha"), p.positive("delta"), p.nonnegative("lam")
    method, hyper, penalty = ProxGen(), Metric(alpha, 0, delta, C), L1._unchecked(lam=lam)
    _, y = method.step(method.init(theta, hyper, penalty, p.xp), theta, m, hyper, penalty, p.xp)
    t = alpha / (C + delta)
    return y == penalty._prox(theta - t * m, t, p.xp)


def lowest(p: Any) -> Any:
    """l1's map with a threshold a = t lambda: (x - z)^2 + 2a|x| is lowest there."""
    z, x, a = p.real("z"), p.real("x"), p.nonnegative("a")
    y = L1._unchecked(lam=a)._prox(z, 1, p.xp)
    return (x - z) * (x - z) + 2 * a * p.xp.abs(x) >= (y - z) * (y - z) + 2 * a * p.xp.abs(y)


@claim(
    "PG.E2",
    place="Algorithm 1, line 8, and Eq. 2",
    expected="proved",
    why="theta - alpha m in the place of theta - alpha m/(C + delta) breaks the identity and leaves a lower rival",
)
class Exact(Steps):
    r"""Line 8 and the prox of (2), $\theta_t - \alpha_t (C_t + \delta I)^{-1} m_t$ in the metric $C_t + \delta I$, have the
    same minimisers, for every symmetric positive definite $C_t + \delta I$, diagonal or not, every $R$ and $\Omega =
    \mathbb{R}^p$: $\alpha_t$ times the first is the second plus a constant. (So "=" is equality of sets; that there is a
    minimiser needs more of $R$ than lower semicontinuity: claim PG.lsc.)"""

    def proof(self) -> list[Lemma]:
        return [
            Lemma("two entries (i, j), (j, i) of the metric", two_entries),
            Lemma("an entry (i, i) of the metric", own_entry),
            Lemma("the step that runs is the map at theta-hat, for l1", of_the_run),
            Lemma("the map minimises, for l1", lowest),
        ]
