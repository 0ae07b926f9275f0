"""(C-4) for Adam, and with steps that tend to 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.proxgen.adam import Gradients, preconditioners
from verify.claims.proxgen.setting import short
from verify.evidence import Case, Hypothesis, Lemma, claim
from verify.evidence.margins import column, least, relative
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
        return least(*[relative(v - gamma, v, xp) for v in values], xp=xp)

    bound = None  # type: ignore[assignment]


def stays_below(p: Any) -> Any:
    beta, v, g, G = p.nonnegative("beta"), p.nonnegative("v"), p.real("g"), p.nonnegative("G")
    p.assume(beta < 1, v <= G * G, g * g <= G * G)
    method, hyper = ProxGenAdam(), Memory(1, 0, 1, beta)
    state = method.init(g, hyper, None, p.xp)._replace(total=v)
    after = method._precondition(state, g, hyper, p.xp)
    return p.conj(after.total <= G * G, after.C <= G)


def least_eigenvalue(p: Any) -> Any:
    C, G, delta, alpha, alpha_min = p.reals("C>= G>= delta> alpha alpha_min>")
    p.assume(C <= G, alpha >= alpha_min)
    return alpha / (C + delta) >= alpha_min / (G + delta)


@claim(
    "PG.C4.adam",
    place="Sect. 3, (C-4)",
    expected="proved",
    why="without bounded gradients or steps bounded below it fails at once; 1/delta for 1/(G + delta) fails",
)
class AdamSpectrum(Spectrum):
    r"""For Adam ($C_t = \sqrt{v_t}$) (C-4) holds with $\gamma = \alpha_{min}/(G + \delta)$ under (C-3)(ii) and steps bounded
    below: $0 \le C_{t,i} \le G$ at all times. ($G$ may bound each coordinate; with bias corrections it is attained at $t =
    1$.)"""

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
    r"""The same constant $\gamma = \alpha_{min}/(G + \delta)$ for $C_t = \sqrt{\beta C_{t-1} + (1 - \beta) g_t^2}$ as
    printed."""


def literal_below(p: Any) -> Any:
    """c = max(1, G)."""
    beta, C, g, G = p.nonnegative("beta"), p.nonnegative("C"), p.real("g"), p.nonnegative("G")
    top = p.xp.maximum(G, p.xp.constant(1))
    p.assume(beta < 1, top >= C, g * g <= G * G)
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
