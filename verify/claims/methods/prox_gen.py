"""ProxGEN with a diagonal metric, and its neighbours, all with the l1 norm: momentum and metric unrolled."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.methods.setting import SIZE, STEPS, Steps, agree, at, decayed, iterates, sizes, slopes, start_left, total
from verify.evidence import Case, claim
from verify.evidence.margins import soft
from verify.methods.prox_gen import Memory, Metric, ProxGen, ProxGenAdaGrad, ProxGenAdam, ProxGenAdamPrinted
from verify.methods.prox_quant import ProxQuant, RevisedProxQuant
from verify.methods.two_stage_prox_sgd import TwoStageProxAdam, TwoStageProxSGD
from verify.penalties import L1


class Preconditioned(Steps):
    """The method, its own C at a step, the direction, and how it goes from w to the next."""

    positive = ("alpha", "delta", "lam")
    decay: tuple[str, ...] = ("rho", "beta")
    method: Any = ProxGen()

    def cases(self, rng: Any, size: int) -> Case:
        case = Steps.cases(self, rng, size) | {"delta": sizes(rng, size, 1), "lam": sizes(rng, size, 1)}
        case["alpha"] = np.where(rng.random((size, 1)) < 0.1, 1.0, case["alpha"])
        C = sizes(rng, size, STEPS, SIZE) * rng.choice([0.0, 1.0], (size, STEPS, 1))
        return case | {"C": np.where(rng.random((size, 1, 1)) < 0.1, 0.0, C)}

    def hyper(self, case: Case, t: int) -> Any:
        return Memory(at(case, "alpha", t), at(case, "rho", t), case["delta"], at(case, "beta", t))

    def metric(self, case: Case, t: int, xp: Any) -> Any:
        """C_t."""
        raise NotImplementedError

    def direction(self, case: Case, t: int) -> Any:
        return decayed(case, "rho", slopes(case), t)

    def move(self, w: Any, m: Any, metric: Any, alpha: Any, lam: Any, xp: Any) -> Any:
        return soft(w - alpha * m / metric, alpha * lam / metric, xp)

    def margin(self, case: Case, xp: Any) -> Any:
        pairs, right, penalty = [], case["w"], L1._unchecked(lam=case["lam"])
        for t, (state, w) in enumerate(iterates(self.method, lambda t: self.hyper(case, t), penalty, case, xp)):
            C = self.metric(case, t, xp)
            right = self.move(right, self.direction(case, t), C + case["delta"], at(case, "alpha", t), case["lam"], xp)
            own = state.C if np.shape(state.C) == w.shape else C + 1  # one a coordinate, whatever was handed in
            pairs += [(w, right), (own, C), (state.m, decayed(case, "rho", slopes(case), t))]
            pairs.append((state.left_m + 0 * w, start_left(case, "rho", t) + 0 * w))
        return agree(xp, *pairs)


class HandedIn(Preconditioned):
    decay = ("rho",)
    vectors = ("w", "g", "C")

    def domain(self, case: Case, xp: Any) -> Any:
        inside = xp.both(case["C"] >= 0, case["C"] < 1000)
        return xp.both(Steps.domain(self, case, xp), xp.all(xp.all(inside, axis=-1), axis=-1))

    def metric(self, case: Case, t: int, xp: Any) -> Any:
        return case["C"][:, t] * min(t, 1)

    def hyper(self, case: Case, t: int) -> Any:
        """In the first step C is the number 0, as by default."""
        C = self.metric(case, t, xp=None) if t else 0
        return Metric(at(case, "alpha", t), at(case, "rho", t), case["delta"], C)


class Squares(Preconditioned):
    """C is the root of the mean of squares."""

    method = ProxGenAdam()

    def metric(self, case: Case, t: int, xp: Any) -> Any:
        return xp.sqrt(decayed(case, "beta", [g * g for g in slopes(case)], t))


class CorrectedSquares(Squares):
    method = ProxGenAdam(bias_correction=True)

    def metric(self, case: Case, t: int, xp: Any) -> Any:
        gathered = 1 - start_left(case, "beta", t)
        return xp.sqrt(decayed(case, "beta", [g * g for g in slopes(case)], t) / gathered)

    def direction(self, case: Case, t: int) -> Any:
        return decayed(case, "rho", slopes(case), t) / (1 - start_left(case, "rho", t))


class Printed(Preconditioned):
    method = ProxGenAdamPrinted()

    def metric(self, case: Case, t: int, xp: Any) -> Any:
        nested: Any = 0
        for s in range(t + 1):
            g, beta = slopes(case)[s], at(case, "beta", s)
            nested = xp.sqrt(g * g - beta * (g * g - nested))
        return nested


class AllSquares(Preconditioned):
    method = ProxGenAdaGrad()

    def metric(self, case: Case, t: int, xp: Any) -> Any:
        return xp.sqrt(total([g * g for g in slopes(case)[: t + 1]]))


class InIdentity(HandedIn):
    method = ProxQuant()

    def move(self, w: Any, m: Any, metric: Any, alpha: Any, lam: Any, xp: Any) -> Any:
        return soft(w - alpha * m / metric, alpha * lam, xp)


class TwoStages(HandedIn):
    method = TwoStageProxSGD()

    def move(self, w: Any, m: Any, metric: Any, alpha: Any, lam: Any, xp: Any) -> Any:
        return (1 - alpha) * w + alpha * soft(w - m / metric, lam / metric, xp)


class TwoStagesOfSquares(Squares):
    method = TwoStageProxAdam()
    move = TwoStages.move


class Revised(Squares):
    method = RevisedProxQuant()


MEAN = r"$m_t = \sum_{s \le t} (1 - \rho_s) \rho_{s+1} \cdots \rho_t\, g_s$"
SHRUNK = r"$w_{t+1}$ is $w_t - \alpha_t m_t/(C_t + \delta)$ soft-thresholded at $\alpha_t\lambda/(C_t + \delta)$"
ROOT = r"\sqrt{\sum_{s \le t} (1 - \beta_s) \beta_{s+1} \cdots \beta_t\, g_s^2}"
DIVIDED = r"$m_t$ divided by $1 - \rho_1 \cdots \rho_t$ and the sum in $C_t$ by $1 - \beta_1 \cdots \beta_t$"
NESTED = r"$C_t = \sqrt{\beta_t C_{t-1} + (1 - \beta_t) g_t^2}$, as it is printed"
IDENTITY = r"$w_{t+1}$ is $w_t - \alpha_t m_t/(C_t + \delta)$ soft-thresholded at $\alpha_t\lambda$"
STAGES = (
    r"$w_{t+1} = (1 - \alpha_t) w_t + \alpha_t x$, $x$ being $w_t - \frac{m_t}{C_t + \delta}$ soft-thresholded at "
    r"$\frac{\lambda}{C_t + \delta}$"
)

for _id, _class, _statement, _why in (
    (
        "ProxGen",
        HandedIn,
        f"ProxGEN with a diagonal handed in: {MEAN} and {SHRUNK}; the state's C is one a coordinate",
        "old m",
    ),
    ("ProxGenAdam", Squares, f"Proximal Adam: {MEAN}, $C_t = {ROOT}$, and {SHRUNK}", "the root of C instead of v, or an old v"),
    (
        "ProxGenAdam.corrected",
        CorrectedSquares,
        f"With the correction proximal Adam is the same with {DIVIDED}",
        "an old correction",
    ),
    ("ProxGenAdamPrinted", Printed, f"The printed proximal Adam: {NESTED}; {SHRUNK}", "C squared, or beta without C_{t-1}"),
    (
        "ProxGenAdaGrad",
        AllSquares,
        rf"Proximal AdaGrad: $C_t = \sqrt{{\sum_{{s \le t}} g_s^2}}$ and {SHRUNK}",
        "the sum up to t - 1",
    ),
    ("ProxQuant", InIdentity, f"ProxQuant: {MEAN} and {IDENTITY}", "a threshold in the metric"),
    ("TwoStageProxSGD", TwoStages, f"The two-stage form: {MEAN} and {STAGES}", "a prox with the step, or no step after it"),
    (
        "TwoStageProxAdam",
        TwoStagesOfSquares,
        f"The two-stage form with Adam's diagonal: {MEAN}, $C_t = {ROOT}$, and {STAGES}",
        "a prox with the step, or no step after it",
    ),
    (
        "RevisedProxQuant",
        Revised,
        f"Revised ProxQuant, with $\\lambda|x|_1$, is proximal Adam: {MEAN}, $C_t = {ROOT}$, and {SHRUNK}",
        "a threshold without the metric",
    ),
):
    claim(
        f"METHOD.{_id}",
        place="verify/methods/prox_gen.py",
        expected="unrefuted",
        form="own",
        why=f"{_why} disagrees",
    )(type(_class.__name__, (_class,), {"__doc__": f"{_statement}."}))
