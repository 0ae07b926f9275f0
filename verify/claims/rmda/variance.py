"""Lemma 2, path by path: how far V_t/alpha_t is from the gradient at W_{t-1}, exactly."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from verify.claims.rmda.setting import EULER, coupled, fine, game, largest, lipschitz, mixes, moments, scale
from verify.evidence import Case, Lemma, claim
from verify.evidence.margins import column, least
from verify.methods.mda import MDA, Averages, Mixing
from verify.penalties.zero import Zero


class Noisy:
    """Runs of RMDA with l1: any schedules eta_t > 0 and c_t in [0, 1], any noise."""

    vectors = ("w0", "a", "h", "q", "zeta")
    complete_proof = False

    def cases(self, rng: Any, size: int) -> Case:
        return coupled(rng, game(rng, size, 8, 2))

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(fine(case, xp), mixes(case, xp))

    def bound(self, case: Case, xp: Any) -> Any:
        return scale(case, xp) * (1 + lipschitz(case, xp)) * (1 + 3 * xp.max(case["eta"], axis=-1))


def recursion(p: Any) -> Any:
    """One running step adds s zeta to the noise and alpha (F_{k-1} - F_{k-2}) to the drift."""
    t, alpha, old, now, w, noise, drift, zeta = p.reals("t alpha F_{k-2} F_{k-1} w noise drift zeta")
    V = noise - drift + alpha * old  # e of the step before: V/alpha - F_{k-2} = (noise - drift)/alpha
    state, _ = MDA().step(Averages(t, alpha, V, w), w, now + zeta, Mixing(p.real("eta"), 0), Zero(), p.xp)
    s = state.alpha - alpha
    return state.V - state.alpha * now == (noise + s * zeta) - (drift + alpha * (now - old))


@claim(
    "RMDA.L2.as.sharp",
    place="Lemma 2 and its proof, Eq. 10",
    expected="proved",
    why="with W_t for W_{t-1}, or alpha_k for alpha_{k-1}, it fails; dropping sqrt t from s too",
    kind="run",
)
class ExactError(Noisy):
    r"""$\frac{V_t}{\alpha_t} - \nabla f(W_{t-1}) = N_t - \frac{1}{\alpha_t} \sum_{k=2}^t \alpha_{k-1} (\nabla f(W_{k-1}) -
    \nabla f(W_{k-2}))$ with the averaged noise $N_t = \frac{1}{\alpha_t} \sum_k s_k \zeta_k$, on every path, whatever $\psi$
    and $c_t$."""

    complete_proof = True

    def margin(self, case: Case, xp: Any) -> Any:
        margins, drift, old = [], 0, None
        for m in moments(case, xp):
            if old is not None:
                drift = drift + (m.alpha - m.s) * (m.slope - old)
            margins.append(-largest(m.average - m.slope - m.noise + drift / m.alpha, xp))
            old = m.slope
        return least(*margins, xp=xp)

    def proof(self) -> list[Lemma]:
        return [Lemma("one step of the recursion", recursion)]


@claim(
    "RMDA.L2.as",
    place="Lemma 2",
    expected="unrefuted",
    why="with L/2 for L, or |W_{k-1} - W_{k-2}|_i for the norm, it fails; so it does where V_t forgets sqrt t",
    kind="run",
    experiments=("Variance",),
)
class AlmostSurely(Noisy):
    r"""Under (4) $\frac{V_t}{\alpha_t} \to \nabla f(W_{t-1})$ almost surely. Path by path and in every coordinate
    $|\frac{V_t}{\alpha_t} - \nabla f(W_{t-1})|_i \le |N_t|_i + \frac{L}{\alpha_t} \sum_{k=2}^t \alpha_{k-1} |W_{k-1} -
    W_{k-2}|$ with Euclidean norms (one coordinate's own change is not enough: $f$ may couple them); $N_t \to 0$ almost surely
    (a martingale bounded in square mean by (4)(ii), and Kronecker's lemma; (4)(i) is $\alpha_t \to \infty$), and the average
    goes to 0 with $q_t = \frac{|W_{t+1} - W_t|}{\tau_t}$, (4)(iii): $\alpha_{k-1} |W_{k-1} - W_{k-2}| = \frac{s_{k-2}}{1 -
    \tau_{k-1}} q_{k-2}$. It does so too if $W_t$ merely converges: (iii) is not needed in Theorems 1 and 2. (The proof
    divides by a later $\tau$, RMDA.L2.as.index. Misprints there: $F$ for $f$, and $\xi_t$ for $\xi_{t+1}$ in (11) and (12).)"""

    def margin(self, case: Case, xp: Any) -> Any:
        margins, drift, old = [], 0, None
        for m in moments(case, xp):
            if old is not None:
                drift = drift + (m.alpha - m.s) * column(lipschitz(case, xp) * xp.norm(m.before - old, axis=-1))
            error = xp.abs(m.average - m.slope)
            margins.append(-xp.max(error - xp.abs(m.noise) - drift / m.alpha, axis=-1))
            old = m.before
        return least(*margins, xp=xp)

    def proof(self) -> list[Lemma]:
        return [Lemma("one step of the recursion", recursion)]


@claim(
    "RMDA.L2.as.tail",
    place="Lemma 2, for constant eta",
    expected="unrefuted",
    why="with 8 x^2 for 4 x^2 in the exponent it fails",
    form="own",
    kind="run",
)
class Tail:
    r"""How fast: if $|\zeta_k| \le B$ in a coordinate and $\eta$ is constant, $P(|N_t| > x) \le 2 \exp(-\frac{4 x^2 t^2}{9
    B^2 (t + 1)})$ (Azuma, with $\sum s_k^2/\alpha_t^2 \le \frac{9 (t + 1)}{8 t^2}$), so the expected number of $t$ with
    $|N_t| > x$ is finite. Here $B = 1$, independent $\zeta_k \in \{u_k, -v_k\}$ of mean 0, and all $2^t$ paths, $t \le 9$,
    through the running method."""

    def cases(self, rng: Any, size: int) -> Case:
        ends = np.where(rng.random((2, size, 1)) < 0.5, 1.0, np.round(rng.uniform(0.1, 1, (2, size, 9)), 1))
        return {"u": ends[0], "v": ends[1], "x": np.round(rng.uniform(0.05, 0.95, size), 2)}

    def domain(self, case: Case, xp: Any) -> Any:
        ends = [xp.both(xp.all(case[n] > 0, axis=-1), xp.all(case[n] <= 1, axis=-1)) for n in ("u", "v")]
        return xp.both(xp.both(*ends), case["x"] > 0)

    def margin(self, case: Case, xp: Any) -> Any:
        x, e, margins = column(case["x"]), xp.constant(EULER), []
        up = np.array(list(product((True, False), repeat=case["u"].shape[1])))
        w, likely = 0 * x + 0 * up[:, 0], 1
        state = MDA().restart(w, xp)
        for k in range(case["u"].shape[1]):
            u, v, t = column(case["u"][:, k]), column(case["v"][:, k]), k + 1
            state, _ = MDA().step(state, w, xp.where(up[:, k], u + w, w - v), Mixing(1, 0), Zero(), xp)
            likely = likely * xp.where(up[:, k], v + w, u + w) / (u + v)
            beyond = xp.sum(xp.where(xp.abs(state.V / state.alpha) > x, likely, 0 * likely), axis=-1)
            share = beyond / 2 ** (len(up[0]) - t)
            margins.append(2 * xp.power(e + 0 * x[:, 0], -4 * case["x"] * case["x"] * t * t / (9 * (t + 1))) - share)
        return least(*margins, xp=xp)
