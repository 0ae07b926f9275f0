"""(C-4) for Adam, and with steps that tend to 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.proxgen.adam import Gradients, preconditioners
from verify.claims.proxgen.setting import column, least, relative, short
from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.methods.prox_gen import Memory, ProxGenAdam, ProxGenAdamPrinted

LOWER = Hypothesis(r"$\alpha_t \ge \alpha_{min}$", lambda c, xp: -xp.max(c["alpha_min"][..., None] - c["alpha"], axis=-1))
GRADIENTS = Hypothesis(r"$|g_t| \le G$", lambda c, xp: c["G"] - xp.max(xp.abs(c["g"]), axis=-1))


class Spectrum(Gradients):
    """Adam's metric over a run, with G, the steps and gamma = alpha_min/(G + delta)."""

    bounded = GRADIENTS
    steps_bounded = LOWER
    vectors = ("g", "alpha")

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = Gradients.cases(self, rng, size)
        alpha = column(short(rng, 1e-2, 10.0, size)) * rng.uniform(0.3, 1.0, case["g"].shape)
        alpha = np.where(rng.random((size, 1)) < 0.5, alpha[:, :1], alpha)
        G = np.abs(case["g"]).max(axis=1) * rng.choice([1.0, 1.0, 2.0], size)
        G = G * (0.5 if without == "bounded" else 1.0)
        alpha_min = alpha.min(axis=1) * (3.0 if without == "steps_bounded" else 1.0)
        return case | {"alpha": alpha, "alpha_min": alpha_min, "G": G, "delta": short(rng, 1e-3, 10.0, size)}

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(case["alpha_min"] > 0, xp.both(case["delta"] > 0, case["G"] >= 0))
        return xp.both(fine, xp.both(Gradients.domain(self, case, xp), xp.all(case["alpha"] > 0, axis=-1)))

    method: Any = ProxGenAdam()

    def gamma(self, case: Case, xp: Any) -> Any:
        return case["alpha_min"] / (case["G"] + case["delta"])

    def margin(self, case: Case, xp: Any) -> Any:
        gamma = self.gamma(case, xp)
        metrics = preconditioners(case, xp, self.method)
        values = [case["alpha"][:, t] / (C + case["delta"]) for t, C in enumerate(metrics)]
        return least(xp, *[relative(v - gamma, v, xp) for v in values])

    bound = None  # type: ignore[assignment]


def stays_below(p: Any) -> Any:
    beta, v, g, G = p.nonnegative("beta"), p.nonnegative("v"), p.real("g"), p.nonnegative("G")
    p.assume(beta < 1, v <= G * G, g * g <= G * G)
    method, hyper = ProxGenAdam(), Memory(1, 0, 1, beta)
    state = method.init(g, hyper, None, p.xp)._replace(total=v)
    after = method._precondition(state, g, hyper, p.xp)
    return p.conj(after.total <= G * G, after.C <= G)


def least_eigenvalue(p: Any) -> Any:
    C, G, delta, alpha, alpha_min = p.nonnegative("C"), p.nonnegative("G"), p.positive("delta"), p.real("alpha"), p.positive("alpha_min")
    p.assume(C <= G, alpha >= alpha_min)
    return alpha / (C + delta) >= alpha_min / (G + delta)


@claim(
    "PG.C4.adam",
    place="Sect. 3, (C-4)",
    expected="proved",
    why="without bounded gradients or steps bounded below it fails at once; 1/delta for 1/(G + delta) fails",
)
class AdamSpectrum(Spectrum):
    r"""For Adam ($C_t = \sqrt{v_t}$) (C-4) holds with $\gamma = \alpha_{min}/(G + \delta)$ under (C-3)(ii) and steps bounded below:
    $0 \le C_{t,i} \le G$ at all times. ($G$ may bound each coordinate; with bias corrections it is attained at $t = 1$.)"""

    def proof(self) -> list[Lemma]:
        return [Lemma("v stays below G^2, in the step that runs", stays_below), Lemma("so (C-4)", least_eigenvalue)]


class Literal(Spectrum):
    """The same with C as printed."""

    method = ProxGenAdamPrinted()


@claim(
    "PG.C4.adam.literal",
    place="Sect. 3, (C-4), with the printed C",
    form="own",
    expected="refuted",
    why="beta = 3/4: g = (1/2, 0) with G = 1/2 has C_2 = 0.43, after a third step 0.57 > G",
    erratum="misprint",
    fix="PG.C4.adam.literal.fix",
    falls="only the constant: with max(1, G) for G it holds",
)
class LiteralSpectrum(Literal):
    r"""The same constant $\gamma = \alpha_{min}/(G + \delta)$ for $C_t = \sqrt{\beta C_{t-1} + (1 - \beta) g_t^2}$ as printed."""


def literal_below(p: Any) -> Any:
    """c = max(1, G)."""
    beta, C, g, G = p.nonnegative("beta"), p.nonnegative("C"), p.real("g"), p.nonnegative("G")
    top = p.xp.maximum(G, p.xp.constant(1))
    p.assume(beta < 1, C <= top, g * g <= G * G)
    return beta * C + (1 - beta) * g * g <= top * top


@claim(
    "PG.C4.adam.literal.fix",
    place="Sect. 3, (C-4), with the printed C",
    expected="proved",
    why="G in the place of max(1, G) fails: the claim above",
)
class LiteralFixed(Literal):
    r"""For the printed $C_t$ (C-4) holds with $\gamma = \alpha_{min}/(\max(1, G) + \delta)$."""

    def gamma(self, case: Case, xp: Any) -> Any:
        return case["alpha_min"] / (xp.maximum(case["G"], xp.constant(1)) + case["delta"])

    def proof(self) -> list[Lemma]:
        return [Lemma("the printed C stays below max(1, G)", literal_below), Lemma("so (C-4)", least_eigenvalue)]


def forced(p: Any) -> Any:
    alpha, gamma, delta, C = p.positive("alpha"), p.positive("gamma"), p.positive("delta"), p.nonnegative("C")
    p.assume(alpha / (C + delta) >= gamma)
    return p.conj(alpha >= gamma * delta, alpha / (C + delta) <= alpha / delta)


def enough(p: Any) -> Any:
    alpha, least_, delta, C, most = p.positive("alpha"), p.positive("alpha_min"), p.positive("delta"), p.nonnegative("C"), p.real("c")
    p.assume(alpha >= least_, C <= most)
    return alpha / (C + delta) >= least_ / (most + delta)


class Decaying:
    """alpha_t = alpha/sqrt(t) at t = s^2, and a candidate gamma."""

    def cases(self, rng: Any, size: int) -> Case:
        case = {n: short(rng, 1e-4, 10.0, size) for n in ("alpha", "gamma", "delta")}
        case["C"] = np.where(rng.random(size) < 0.5, 0.0, short(rng, 1e-2, 10.0, size))
        least_s = np.ceil(case["alpha"] / (case["gamma"] * case["delta"])) + 1
        return case | {"s": np.minimum(least_s * rng.choice([1, 1, 0.5], size) + 1, 1e12).astype(np.int64)}

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(case["alpha"] > 0, xp.both(case["gamma"] > 0, case["delta"] > 0))
        return xp.both(fine, xp.both(case["C"] >= 0, case["s"] >= 1))


@claim(
    "PG.C4.decay",
    place="Sect. 3, (C-4) and Theorem 1 (non-increasing steps)",
    expected="refuted",
    why="alpha = delta = 1, C = 0: at t = s^2 the eigenvalue is 1/s, below any gamma > 0 from some t on",
    erratum="false",
    fix="PG.C4.decay.fix",
    falls="non-increasing steps that tend to 0; with steps bounded below (C-4) and Theorem 1 stand",
)
class Decays(Decaying):
    r"""(C-4) is easily satisfied with non-increasing steps, also those that tend to $0$: $\lambda_{min}(\alpha_t (C_t + \delta
    I)^{-1}) \ge \gamma$ for some $\gamma > 0$ and all $t$ (here $\alpha_t = \alpha/\sqrt t$, $t = s^2$, and each case has its
    candidate $\gamma$)."""

    def margin(self, case: Case, xp: Any) -> Any:
        return case["alpha"] / (case["s"] * (case["C"] + case["delta"])) - case["gamma"]


@claim(
    "PG.C4.decay.fix",
    place="Sect. 3, (C-4)",
    expected="proved",
    why="gamma/delta for gamma delta fails",
)
class Bounded(Decaying):
    r"""(C-4) forces $\alpha_t \ge \gamma \delta$ for all $t$, whatever $C_t \ge 0$ is, and with $\alpha_t \ge \alpha_{min} > 0$ and
    $C_t \le c$ it holds, $\gamma = \alpha_{min}/(c + \delta)$: among non-increasing steps those bounded below, no others."""

    def margin(self, case: Case, xp: Any) -> Any:
        kept = case["alpha"] / (case["C"] + case["delta"]) >= case["gamma"]
        return xp.where(kept, case["alpha"] - case["gamma"] * case["delta"], 0)

    def proof(self) -> list[Lemma]:
        return [Lemma("(C-4) bounds the steps below", forced), Lemma("and is met by them", enough)]
