"""(C-4) for AdaGrad."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.proxgen.adam import Gradients, preconditioners
from verify.claims.proxgen.setting import Wave, moments, runs, short
from verify.evidence import Case, Lemma, claim
from verify.evidence.margins import column, least, relative, square
from verify.methods.prox_gen import Metric, ProxGenAdaGrad
from verify.penalties import L0, L1


@claim(
    "PG.C4.adagrad",
    place="Sect. 2 and 3, (C-4)",
    expected="refuted",
    why="f = (theta - 2)^2/2, R = |theta| at their minimiser 1: g = -1 for ever, C = sqrt t, the eigenvalue falls to 0",
    erratum="false",
    fix="PG.C4.adagrad.fix",
    falls='"not on T" in Theorem 1 for AdaGrad; with the fix it still has O(1/sqrt T): claim PG.C4.adagrad.rate',
)
class Grows:
    r"""AdaGrad, $C_t = (\sum_{\tau \le t} g_\tau g_\tau^\top)^{1/2}$, meets (C-4) for some $\gamma > 0$ (each case has a
    candidate that serves at $t = 1$; the lemma is about every $\gamma$). Here $f = \frac12 (\theta - 1 - \lambda)^2$, $R =
    \lambda |\theta|$, without noise, started at the minimiser $1$ of $F$, where $g = -\lambda$: at $t = s^2$ its $C$ is
    $\lambda s$."""

    complete_proof = False

    def cases(self, rng: Any, size: int) -> Case:
        case = {n: short(rng, 1e-3, 10.0, size) for n in ("alpha", "delta", "lam")}
        case["gamma"] = case["alpha"] / (case["lam"] + case["delta"]) * rng.choice([1.0, 0.5, 0.1], size)
        s = np.ceil(case["alpha"] / (case["gamma"] * case["lam"])) + 1
        return case | {"s": np.minimum(s * rng.choice([1, 1, 0.5], size), 1e9).astype(np.int64) + 1}

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(case["alpha"] > 0, xp.both(case["gamma"] > 0, case["delta"] > 0))
        serves = case["alpha"] - case["gamma"] * (case["lam"] + case["delta"]) >= 0
        return xp.both(xp.both(fine, serves), xp.both(case["lam"] > 0, case["s"] >= 1))

    def margin(self, case: Case, xp: Any) -> Any:
        lam, s = case["lam"], case["s"] + 0 * case["lam"]
        method, hyper, penalty = ProxGenAdaGrad(), Metric(case["alpha"], 0, case["delta"]), L1._unchecked(lam=lam)
        w = 1 + 0 * lam
        state = method.init(w, hyper, penalty, xp)._replace(total=lam * lam * (s * s - 1))
        state, after = method.step(state, w, w - 1 - lam, hyper, penalty, xp)
        stays = xp.abs(after - w) <= xp.constant("0.000000001")
        return xp.where(stays, case["alpha"] / (state.C + case["delta"]) - case["gamma"], 1)

    def proof(self) -> list[Lemma]:
        return [Lemma("below every gamma from s > alpha/(gamma lambda) on", every_gamma)]


def every_gamma(p: Any) -> Any:
    alpha, gamma, delta, lam, s = p.positive("alpha"), p.positive("gamma"), p.positive("delta"), p.positive("lam"), p.real("s")
    p.assume(s * gamma * lam > alpha)
    return alpha < gamma * (lam * s + delta)


def grows_by(p: Any) -> Any:
    """r^2 = t, q^2 = t - 1."""
    total, g, G, t = p.nonnegative("total"), p.real("g"), p.nonnegative("G"), p.real("t")
    p.assume(t >= 1, total <= G * G * (t - 1), g * g <= G * G)
    method, hyper = ProxGenAdaGrad(), Metric(1, 0, 1)
    state = method.init(g, hyper, None, p.xp)._replace(total=total)
    after, r = method._precondition(state, g, hyper, p.xp), p.xp.sqrt(t)
    return p.conj(after.total <= G * G * t, G * r >= after.C)


def so(p: Any) -> Any:
    C, G, r, delta, alpha = p.nonnegative("C"), p.nonnegative("G"), p.real("r"), p.positive("delta"), p.positive("alpha")
    p.assume(r >= 1, G * r >= C)
    return alpha / (C + delta) >= alpha / (G * r + delta)


@claim(
    "PG.C4.adagrad.fix",
    place="Sect. 3, (C-4)",
    expected="proved",
    why="attained by equal gradients; a smaller power of t than its square root fails",
)
class Root(Gradients):
    r"""For AdaGrad $\lambda_{min}(\alpha_t (C_t + \delta I)^{-1}) \ge \alpha_t/(G \sqrt t + \delta)$ for $|g_t| \le G$: (C-4)
    up to a horizon $T$ with $\gamma_T = \alpha_T/(G \sqrt T + \delta)$. (Proved for the diagonal; for the matrix the largest
    eigenvalue of $\sum g g^\top$ is at most its trace.)"""

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = Gradients.cases(self, rng, size)
        g = np.where(rng.random((size, 1)) < 0.3, case["g"][:, :1], case["g"])
        return case | {"g": g, "alpha": short(rng, 1e-2, 10.0, size), "delta": short(rng, 1e-3, 10.0, size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(xp.both(case["alpha"] > 0, case["delta"] > 0), Gradients.domain(self, case, xp))

    def margin(self, case: Case, xp: Any) -> Any:
        G = xp.max(xp.abs(case["g"]), axis=-1)
        margins = []
        for t, C in enumerate(preconditioners(case, xp, ProxGenAdaGrad()), 1):
            least_, bound = case["alpha"] / (C + case["delta"]), case["alpha"] / (G * xp.sqrt(xp.constant(t)) + case["delta"])
            margins.append(relative(least_ - bound, bound, xp))
        return least(*margins, xp=xp)

    bound = None  # type: ignore[assignment]

    def proof(self) -> list[Lemma]:
        return [Lemma("the sum stays below G^2 t, in the step that runs", grows_by), Lemma("so the eigenvalue", so)]


@claim(
    "PG.C4.adagrad.rate",
    place="Theorem 1, for AdaGrad",
    kind="run",
    form="own",
    expected="unrefuted",
    why="with alpha/delta for the largest entry of the metric, or with 1 for 2, it fails",
)
class Rate:
    r"""AdaGrad path by path, for $h = \delta/\alpha > L$, $|g_t| \le G$, any $R$ with a prox and any noise: $\sum_{t \le T}
    \mathrm{dist}(0, \partial F(\theta_{t+1}))^2 \le N (2 (F(\theta_1) - F(\theta_{T+1})) + \sum_t |m_t - \nabla
    f(\theta_t)|^2/(h - L))$ with $N = (G \sqrt T + \delta)/\alpha + L$: $O(1/\sqrt T)$ in the mean where the errors' squares
    have a bounded sum (with $b_t = T$ in expectation; for fixed batches it grows with $T$), since claim PG.T1.path is linear in
    $1/\gamma$. (Here $l_1$ or $l_0$.)"""

    def cases(self, rng: Any, size: int) -> Case:
        case = runs(rng, size, 6, 2, 0.05, 0.99)
        alpha = case["alpha"][:, :1] + 0 * case["alpha"]
        return {n: v for n, v in case.items() if n not in ("C", "gamma")} | {"alpha": alpha, "kind": case["kind"] % 2}

    def domain(self, case: Case, xp: Any) -> Any:
        alpha, L = case["alpha"][:, 0], Wave(case, xp).L
        fine = xp.both(xp.all(case["alpha"] == alpha[..., None], axis=-1), case["delta"] > alpha * L)
        return xp.both(
            xp.both(fine, xp.all(case["rho"] * (1 - case["rho"]) >= 0, axis=-1)), xp.both(alpha > 0, case["lam"] >= 0)
        )

    def margin(self, case: Case, xp: Any) -> Any:
        f, lam, first = Wave(case, xp), column(case["lam"]), column(case["kind"]) == 0
        penalty = Either(first, lam)
        found = list(moments(case | {"C": case["noise"] * 0}, f, penalty, xp, ProxGenAdaGrad()))
        alpha, G = case["alpha"][:, 0], 0 * case["lam"]
        total, errors = 0 * case["lam"], 0 * case["lam"]
        for t, m in enumerate(found):
            G = xp.maximum(G, xp.norm(f.gradient(m.w, xp) + case["noise"][:, t], axis=-1))
            total = total + square(penalty._subgradient_gap(m.after, m.slope, xp), xp)
            errors = errors + square(m.error, xp)
        N = (G * xp.sqrt(xp.constant(len(found))) + case["delta"]) / alpha + f.L
        room = errors / (case["delta"] / alpha - f.L)
        bound = N * (2 * (found[0].before - found[-1].energy) + room)
        size = N * (xp.abs(found[0].before) + xp.abs(found[-1].energy) + room)
        return relative(bound - total, size, xp)


class Either:
    """l1 where ``first``, else l0."""

    def __init__(self, first: Any, lam: Any) -> None:
        self.first, self.parts = first, (L1._unchecked(lam=lam), L0._unchecked(lam=lam))

    def _value(self, x: Any, xp: Any) -> Any:
        return xp.where(self.first, *(part._value(x, xp) for part in self.parts))

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        return xp.where(self.first, *(part._prox(z, t, xp) for part in self.parts))

    def _subgradient_gap(self, x: Any, g: Any, xp: Any) -> Any:
        return xp.where(self.first, *(part._subgradient_gap(x, g, xp) for part in self.parts))
