"""Lemma 2's proof: by which weight the change of W_t is divided."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.evidence import Fact, claim
from verify.methods.mda import Mixing
from verify.methods.rmda import RMDA
from verify.penalties.box import Box

STEPS = 4000


def path() -> tuple[Any, Any]:
    """|W_{t+1} - W_t| for t = 1, 2, ... and tau_t, as the running method has them."""
    w, state = np.zeros(1), RMDA().restart(np.zeros(1), NUMPY)
    tau: list[float] = []
    ends: list[float] = []
    for t in range(1, STEPS + 2):
        s = 1.0 if t % 2 else 1 / t
        c = tau[-1] / (4 * np.sqrt(t - 1)) if tau else 0.25
        state, w = RMDA().step(state, w, np.zeros(1), Mixing(s / np.sqrt(t), c), Box(1, 1), NUMPY)
        tau.append(s / float(state.alpha))
        ends.append(float(w[0]))
    return np.abs(np.diff(ends)), np.array(tau[:-1])


@claim(
    "RMDA.L2.as.index",
    place="the proof of Lemma 2, Eq. 10 and above Eq. 13",
    expected="refuted",
    why="s_t = 1 for odd t and 1/t for even t: tau_t jumps up and down by a factor of t",
    form="printed",
    kind="text",
    erratum="gap",
    fix="RMDA.L2.as",
    falls="(10), (13) and (17) where eta_t varies like this; nothing where tau_t/tau_{t+1} is bounded, as for eta_t = t^-p. "
    "The lemma stands: the average that it is about needs (4) only",
)
class OneStepOn:
    r"""(4)(iii), $\frac{|W_{t+1} - W_t|}{\tau_t} \to 0$, gives $\frac{|W_t - W_{t-1}|}{\tau_t} \to 0$, which (10) and
    $\epsilon_t$ divide by (and the recursion of $V_{t+1}/\alpha_{t+1}$ has $\tau_{t+1}$). Here $\psi$ the indicator of
    $\{1\}$, $W_0 = 0$, $c_{t+1} = \frac{\tau_t}{4 \sqrt t}$, and $s_t = 1$ for odd, $\frac1t$ for even $t$, with (i), (ii) and
    $\frac{\beta_t}{\alpha_t} \to 0$."""

    def facts(self) -> list[Fact]:
        change, tau = path()
        t = np.arange(1, STEPS + 1)
        same, shifted = change / tau, change[:-1] / tau[1:]
        at = (40, 400, 4000)
        ends = [float(shifted[n - 2]) for n in at]
        sums = t * tau <= 2, t[:-1] * (tau[:-1] + tau[1:]) >= 1
        return [
            Fact("t tau_t <= 2 and t (tau_t + tau_{t+1}) >= 1, so (ii) and (i)", all(bool(np.all(x)) for x in sums)),
            Fact("|W_{t+1} - W_t|/tau_t <= 1/(4 sqrt t), so (iii)", bool(np.all(same * 4 * np.sqrt(t) <= 1 + 1e-9))),
            Fact("|W_t - W_{t-1}|/tau_t falls from t = 40 to 4000", ends[-1] < ends[0], ", ".join(f"{e:.3g}" for e in ends)),
        ]
