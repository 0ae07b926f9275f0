"""Lemma 7.4: the regret of (modified) regularized dual averaging."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.mrda.setting import first_weight, game, gap_and_sum, largest, lifted, moments, nondecreasing, psi, sigma
from verify.claims.mrda.start import Line, Runs
from verify.evidence import Case, Hypothesis, claim
from verify.evidence.draw import log_uniform, mostly
from verify.evidence.margins import least, relative


def printed(case: Case, m: Any, weights: Any, xp: Any) -> Any:
    """Delta_t of (49) with Q = Psi(w_1)."""
    case = lifted(case)
    most, D2 = largest(case["g"], xp), case["B"] * case["B"] / 2
    return psi(case, case["w1"], xp) + m.beta * D2 + most * most / 2 * weights


@claim(
    "MRDA.L7.4",
    place="Lemma 7.4",
    expected="refuted",
    why="d = 1, f = w, Psi = |w|, w_1 = 1, beta_1 = 1, D^2 = 1/8: R_1(0) = 2 > 1.625 = Delta_1",
    kind="run",
    erratum="gap",
    fix="MRDA.L7.4.fix",
    falls="Lemma 7.5 and (58) as inequalities; the rate survives. The lemma says 'RDA method', for which (w_1 = w_0) it is "
    "MRDA.L7.4.rda; with Q and (34), and as Lemma 7.5 uses it, modified RDA is meant",
)
class Regret(Line):
    r"""$R_t(w) \le \Delta_t = Q + \beta_t D^2 + \frac{G^2}{2} \sum_{\tau < t} \frac{1}{\sigma\tau + \beta_\tau}$ for any random
    $w_1$ with $\Psi(w_1) \le Q$, any convex losses with $|g_t| \le G$ and $|w|^2 \le 2 D^2$. Here $\Psi = \lambda |w|$ in $d =
    1$, $B^2 = 2 D^2$, linear losses."""

    def margin(self, case: Case, xp: Any) -> Any:
        return least(*[printed(case, m, s, xp) - gap for m, gap, s in gap_and_sum(case, xp)], xp=xp)

    def trace(self, case: Case, xp: Any) -> list[tuple[str, Any]]:
        rows: list[tuple[str, Any]] = []
        for m, gap, s in gap_and_sum(case, xp):
            rows += [(f"w_{m.t}", m.w[..., 0]), (f"regret, t = {m.t}", gap), (f"Delta_{m.t}", printed(case, m, s, xp))]
        return rows


def offset_game(rng: Any, size: int, steps: int, without: str | None) -> Case:
    """Strongly convex penalties and constants too; w_1 = 0 and beta_1 >= sigma unless told otherwise."""
    case = game(rng, size, steps, 2)
    curve = mostly(rng, case["beta"][:, 0] * rng.uniform(0, 1, size), 0.0, 0.5)
    case["sigma"] = np.where(case["lam"] == 0, np.where(rng.random(size) < 0.5, case["beta"][:, 0], curve), curve)
    case["c"] = mostly(rng, log_uniform(rng, 1e-2, 1.0, size), 0.0, 0.7)
    if without != "start":
        case["w1"] = 0 * case["w1"]
    if without == "weight":
        case["sigma"], case["beta"] = 1 + case["sigma"], case["beta"] * np.where(rng.random((size, 1)) < 0.5, 1e-3, 0.1)
        case["lam"] = 0 * case["lam"]
    if without == "least":
        case["c"] = -1 - case["c"]
    if without == "monotone":
        case["beta"] = case["beta"] * np.where(np.arange(steps) > 0, 0.01, 1.0)
    return case


class Bound(Runs):
    """A bound on the regret, whose conditions are hypotheses; ``room`` is the bound."""

    steps = 5
    least = Hypothesis(r"$\min \Psi \ge 0$", lambda c, xp: c["c"])
    monotone = Hypothesis(r"$\beta_t$ nondecreasing", nondecreasing)

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(xp.both(case["lam"] >= 0, case["sigma"] >= 0), case["B"] > 0)
        return xp.both(fine, xp.all(case["beta"] > 0, axis=-1))

    def room(self, case: Case, m: Any, weights: Any, xp: Any) -> Any:
        return printed(case, m, weights, xp)

    def margin(self, case: Case, xp: Any) -> Any:
        spare = []
        for m, gap, weights in gap_and_sum(case, xp):
            room = self.room(case, m, weights, xp)
            spare.append(relative(room - gap, xp.abs(room) + m.t * xp.abs(case["c"]), xp))
        return least(*spare, xp=xp)


@claim(
    "MRDA.L7.4.rda",
    place="Lemma 7.4, for the method of Algorithm 1",
    expected="unrefuted",
    form="printed",
    kind="run",
    why="the sum from tau = 1, or a quarter for the half, fails; beta = G = B = 1, g = (1, -1, 1) attains it",
)
class Xiao(Bound):
    r"""$R_t(w) \le \Delta_t$ for RDA, $w_1 = w_0$, with two conditions that the paper leaves out: $\beta_1 \ge \sigma$ ("we
    could always choose") and $\min \Psi \ge 0$. Here $\Psi = \lambda |w|_1 + \frac\sigma2 |w|^2 + c$."""

    start = Hypothesis(r"$w_1 = w_0$", lambda c, xp: -xp.max(xp.abs(c["w1"]), axis=-1))
    weight = Hypothesis(r"$\beta_1 \ge \sigma$", lambda c, xp: c["beta"][:, 0] - c["sigma"])

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        return offset_game(rng, size, self.steps, without)


def excess(case: Case, most: Any, t: int, xp: Any) -> Any:
    """(G^2/2)(beta_0 - beta_1)/(sigma + beta_1)^2 for t >= 2: what beta_1 < sigma costs; 0 otherwise."""
    if t == 1:
        return 0 * most
    first, zeroth = case["beta"][:, 0], first_weight(case, xp)
    return most * most / 2 * (zeroth - first) / ((sigma(case) + first) * (sigma(case) + first))


class AnyStart(Bound):
    """Any w_1, and beta_1 below sigma too."""

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = offset_game(rng, size, self.steps, without or "start")
        small = (rng.random(size) < 0.3) & (without is None)
        case["sigma"] = np.where(small, case["sigma"] + case["beta"][:, 0] * log_uniform(rng, 0.1, 100.0, size), case["sigma"])
        return case


@claim(
    "MRDA.L7.4.fix",
    place="Lemma 7.4",
    expected="unrefuted",
    kind="run",
    why="without G|w_1 - w_0|, or without the last term where beta_1 < sigma (g = (1, -1), beta -> 0), it fails",
)
class Corrected(AnyStart):
    r"""For any $w_1$ with $\Psi(w_1) \le Q$, convex losses with $|g_t| \le G$, $\Psi \ge 0$, and $\beta$ nondecreasing: $R_t(w)
    \le Q + G |w_1 - w_0| + \beta_t D^2 + \frac{G^2}{2} \sum_{\tau < t} \frac{1}{\sigma\tau + \beta_\tau}$, plus, where $\beta_1
    < \sigma$ and $t \ge 2$, $\frac{G^2}{2} \frac{\beta_0 - \beta_1}{(\sigma + \beta_1)^2}$."""

    def room(self, case: Case, m: Any, weights: Any, xp: Any) -> Any:
        most = largest(case["g"], xp)
        return printed(case, m, weights, xp) + most * xp.norm(case["w1"], axis=-1) + excess(case, most, m.t, xp)


@claim(
    "MRDA.L7.4.sharp",
    place="Lemma 7.4",
    expected="unrefuted",
    kind="run",
    why="beta_{t-2} for beta_{t-1} fails; so does a factor below 1 on any of the four terms",
)
class PreviousWeight(AnyStart):
    r"""MRDA.L7.4.fix with $\beta_{t-1}$ in place of $\beta_t$ for $t \ge 2$, and $Q + G |w_1 - w_0| + G B$ for $t = 1$, $B^2
    = 2 D^2$: $R_t$ depends on $w_1, \ldots, w_t$ only, hence not on $\beta_t$. With constant $\beta$ and $\beta B \le t G$
    nothing is lost (MRDA.L7.4.worst, MRDA.L7.5.sharp); with $\beta_t = \gamma \sqrt t$ a bounded number is."""

    def margin(self, case: Case, xp: Any) -> Any:
        spare, before = [], None
        most, D2 = largest(case["g"], xp), case["B"] * case["B"] / 2
        start = psi(case, case["w1"], xp) + most * xp.norm(case["w1"], axis=-1)
        for m, gap, weights in gap_and_sum(case, xp):
            later = most * case["B"] if before is None else before * D2 + most * most / 2 * weights
            room = start + later + excess(case, most, m.t, xp)
            spare.append(relative(room - gap, xp.abs(room) + m.t * xp.abs(case["c"]), xp))
            before = m.beta
        return least(*spare, xp=xp)


@claim(
    "MRDA.L7.4.convex",
    place="Lemma 7.4",
    expected="refuted",
    form="own",
    why="f = -w^2, w_1 = 0, beta = 1, D^2 = 1/2: all gradients 0, R_1(1) = 1 > 1/2",
    kind="run",
    erratum="false",
    fix="MRDA.L7.4.fix",
    falls="what deep networks would need; the paper says that nothing is known there",
)
class NonConvex:
    r"""The bound $\Delta_t$ without convexity of the losses: here $f_t = -\frac a2 w^2$, $\Psi = 0$, from $w_1 = w_0 = 0$."""

    def cases(self, rng: Any, size: int) -> Case:
        return {"a": rng.choice([1.0, 2.0], size), "B": rng.choice([0.5, 1.0, 2.0], size), "beta": rng.choice([0.5, 1.0], size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["a"] >= 0, xp.both(case["B"] > 0, case["beta"] > 0))

    def margin(self, case: Case, xp: Any) -> Any:
        """After one step: the gradient at w_1 = 0 is 0, so G = 0."""
        zero = 0 * case["a"]
        run = {"g": zero[..., None], "beta": case["beta"][..., None], "lam": zero, "w1": zero}
        (m,) = moments(run, xp)
        at_start = -case["a"] / 2 * m.w[..., 0] * m.w[..., 0]
        regret = at_start + case["a"] / 2 * case["B"] * case["B"]
        return m.beta * case["B"] * case["B"] / 2 - regret
