"""Dual averaging and "sqrt(t) prox-SGD": every iterate from the sums of all gradients so far, and what is watched of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.methods.setting import STEPS, Steps, agree, at, iterates, product, sizes, slopes, total
from verify.evidence import Case, claim
from verify.evidence.margins import soft
from verify.methods.mda import MDA, Mixing
from verify.methods.mrda import MRDA
from verify.methods.rda import RDA
from verify.methods.rmda import RMDA
from verify.methods.sda import SDA, Weight
from verify.methods.sqrt_t import Scale, SqrtT
from verify.penalties import L1


class Averaged(Steps):
    positive = ("eta", "lam", "beta")

    def cases(self, rng: Any, size: int) -> Case:
        case = Steps.cases(self, rng, size) | {"lam": sizes(rng, size, 1)}
        return case | {
            "c": np.where(rng.random((size, STEPS)) < 0.3, rng.choice([0.0, 1.0], (size, STEPS)), rng.random((size, STEPS)))
        }

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(Steps.domain(self, case, xp), xp.all(xp.both(case["c"] >= 0, case["c"] <= 1), axis=-1))


def root(t: int, xp: Any) -> Any:
    return xp.sqrt(xp.constant(t))


def weights(case: Case, t: int, xp: Any) -> list[Any]:
    """eta_s sqrt s for s = 1, ..., t."""
    return [at(case, "eta", s) * root(s + 1, xp) for s in range(t)]


class Mixed(Averaged):
    method: Any = MDA()
    regularised = False

    def margin(self, case: Case, xp: Any) -> Any:
        penalty, targets, pairs = L1._unchecked(lam=case["lam"]), [], []
        run = iterates(self.method, lambda t: Mixing(at(case, "eta", t), at(case, "c", t)), penalty, case, xp)
        for t, (state, w) in enumerate(run, 1):
            s, beta = weights(case, t, xp), root(t, xp)
            target = case["w"] - total([a * g for a, g in zip(s, slopes(case), strict=False)]) / beta
            target = soft(target, total(s) / beta * case["lam"], xp) if self.regularised else target
            targets.append(target)
            c = [at(case, "c", r) for r in range(t)]
            right = product([1 - x for x in c], 1) * case["w"]
            right = right + total([product([1 - x for x in c[r + 1 :]], c[r]) * targets[r] for r in range(t)])
            pairs += [(w, right), (self.method.tentative(state, penalty, xp), target)]
            pairs += [(state.alpha, total(s)), (state.anchor, case["w"])]
        return agree(xp, *pairs)


class MixedRegularised(Mixed):
    method = RMDA()
    regularised = True


class Dual(Averaged):
    method: Any = SDA()
    regularised = False
    anchored = True

    def margin(self, case: Case, xp: Any) -> Any:
        pairs, penalty = [], L1._unchecked(lam=case["lam"])
        for t, (state, w) in enumerate(iterates(self.method, lambda t: Weight(at(case, "beta", t)), penalty, case, xp), 1):
            beta, gathered = at(case, "beta", t - 1), total(slopes(case)[:t])
            right = (case["w"] if self.anchored else 0 * case["w"]) - gathered / beta
            right = soft(right, t * case["lam"] / beta, xp) if self.regularised else right
            pairs += [(w, right), (t * state.mean, gathered)]
        return agree(xp, *pairs)


class DualRegularised(Dual):
    method = RDA()
    regularised = True


class DualFromZero(DualRegularised):
    method = MRDA()
    anchored = False


class Root(Averaged):
    def margin(self, case: Case, xp: Any) -> Any:
        pairs, right, gamma = [], case["w"], case["eta"][:, :1]
        for t, (_, w) in enumerate(iterates(SqrtT(), lambda t: Scale(gamma), L1._unchecked(lam=case["lam"]), case, xp), 1):
            right = soft(right - slopes(case)[t - 1] / (gamma * root(t, xp)), root(t, xp) * case["lam"], xp)
            pairs.append((w, right))
        return agree(xp, *pairs)


S = r"$s_k = \eta_k\sqrt k$"
TARGET = r"$\tilde W_t = W_0 - \frac{1}{\sqrt t}\sum_{k \le t} s_k g_k$"
MIXED = r"$W_t = \prod_k (1 - c_k) W_0 + \sum_k c_k \prod_{r > k} (1 - c_r) \tilde W_k$"
DUAL = r"$w_0 - \frac{1}{\beta_t}\sum_{s \le t} g_s$"
CLIP = r"soft-thresholded at $\frac{t\lambda}{\beta_t}$"
STEP = r"$w_t - \frac{g_t}{\gamma\sqrt t}$ soft-thresholded at $\sqrt t\,\lambda$"

for _id, _file, _class, _statement, _why in (
    (
        "MDA",
        "mda",
        Mixed,
        f"With {S}, {TARGET} and {MIXED}",
        "beta_t = t, eta without sqrt t or the mixing the other way round",
    ),
    (
        "RMDA",
        "rmda",
        MixedRegularised,
        r"RMDA is MDA with $\tilde W_t$ soft-thresholded at $\lambda\sum_k s_k/\sqrt t$",
        "a sum too old",
    ),
    (
        "SDA",
        "sda",
        Dual,
        f"After $t$ gradients SDA is at {DUAL}, and its mean is their sum over $t$",
        "a mean over t - 1 or an old t",
    ),
    ("RDA", "rda", DualRegularised, f"After $t$ gradients RDA is at {DUAL}, {CLIP}", "a threshold of lambda/beta"),
    (
        "MRDA",
        "mrda",
        DualFromZero,
        f"MRDA is RDA with $w_0 = 0$, from wherever it begins: {DUAL.replace('w_0 ', '')}, {CLIP}",
        "w_1 for 0",
    ),
    (
        "SqrtT",
        "sqrt_t",
        Root,
        f"In step $t = 1, 2, \\dots$ SqrtT goes to {STEP}",
        "counting from 0, t for its root, or no gamma",
    ),
):
    claim(
        f"METHOD.{_id}",
        place=f"verify/methods/{_file}.py",
        expected="unrefuted",
        form="own",
        why=f"{_why} disagrees",
    )(type(_class.__name__, (_class,), {"__doc__": f"{_statement}."}))
