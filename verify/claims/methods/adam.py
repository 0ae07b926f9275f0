"""Adam and ProxSSI: both moments are weighted means of what came before, and the correction makes their weights sum to 1."""

from __future__ import annotations

from typing import Any

from verify.claims.methods.setting import LARGEST_RATE, Steps, agree, at, iterates, rates, sizes, slopes, total
from verify.evidence import Case, claim
from verify.evidence.draw import mostly
from verify.evidence.margins import soft
from verify.methods.adam import Adam, Adaptive
from verify.methods.prox_ssi import ProxSSI
from verify.penalties import L1, Zero


def mean(rate: Any, values: list[Any]) -> Any:
    """The mean with weights rate^age that are divided by their sum: nothing is left of a start at 0."""
    ages = range(len(values) - 1, -1, -1)
    return total([rate**age * x for age, x in zip(ages, values, strict=True)]) / total([rate**age for age in ages])


class Moments(Steps):
    positive = ("alpha", "lam", "epsilon")

    def cases(self, rng: Any, size: int) -> Case:
        case = Steps.cases(self, rng, size) | {name: rates(rng, size, 1) for name in ("beta1", "beta2")}
        return case | {"lam": sizes(rng, size, 1), "epsilon": mostly(rng, sizes(rng, size, 1), 0.002, 0.3)}

    def domain(self, case: Case, xp: Any) -> Any:
        met = Steps.domain(self, case, xp)
        for name in ("beta1", "beta2"):
            rate = case[name][:, 0]
            met = xp.both(met, xp.both(rate >= 0, rate <= xp.constant(LARGEST_RATE)))
        return met

    def hyper(self, case: Case, t: int) -> Adaptive:
        return Adaptive(at(case, "alpha", t), case["beta1"], case["beta2"], case["epsilon"])

    def parts(self, case: Case, t: int, xp: Any) -> tuple[Any, Any]:
        """Both means up to step t: of the gradients, and the root of that of the squares plus epsilon."""
        g = slopes(case)[: t + 1]
        return mean(case["beta1"], g), xp.sqrt(mean(case["beta2"], [x * x for x in g])) + case["epsilon"]


@claim(
    "METHOD.Adam",
    place="verify/methods/adam.py",
    expected="unrefuted",
    form="own",
    why="an old moment or its old correction in the step, epsilon inside the root, or a power of beta too few disagrees",
)
class Corrected(Moments):
    r"""Adam's step is $\alpha\, \bar m / (\sqrt{\bar v} + \epsilon)$, where $\bar m$ and $\bar v$ are the means of $g_s$ and
    $g_s^2$ over $s \le t$ with weights $\beta_1^{t-s}$ and $\beta_2^{t-s}$ that sum to 1; its state is $m = \sum_s (1 -
    \beta_1) \beta_1^{t-s} g_s$, $v$ likewise, $\beta_1^t$ and $\beta_2^t$."""

    def margin(self, case: Case, xp: Any) -> Any:
        pairs, right, b1, b2 = [], case["w"], case["beta1"], case["beta2"]
        for t, (state, w) in enumerate(iterates(Adam(), lambda t: self.hyper(case, t), Zero(), case, xp)):
            first, root = self.parts(case, t, xp)
            right = right - at(case, "alpha", t) * first / root
            g, ages = slopes(case), range(t + 1)
            m = total([(1 - b1) * b1 ** (t - s) * g[s] for s in ages])
            v = total([(1 - b2) * b2 ** (t - s) * g[s] * g[s] for s in ages])
            pairs += [(w, right), (state.m, m), (state.v, v), (state.left1, b1 ** (t + 1)), (state.left2, b2 ** (t + 1))]
        return agree(xp, *pairs)


@claim(
    "METHOD.ProxSSI",
    place="verify/methods/prox_ssi.py",
    expected="unrefuted",
    form="own",
    why="a metric from moments that are not corrected, or without epsilon, disagrees",
)
class InAdamsMetric(Moments):
    r"""ProxSSI with $\lambda|x|_1$ soft-thresholds Adam's point $w - \alpha \bar m/d$ at $\alpha\lambda/d$,
    $d = \sqrt{\bar v} + \epsilon$, with Adam's unrolled means."""

    def margin(self, case: Case, xp: Any) -> Any:
        pairs, right = [], case["w"]
        penalty = L1._unchecked(lam=case["lam"])
        for t, (_, w) in enumerate(iterates(ProxSSI(), lambda t: self.hyper(case, t), penalty, case, xp)):
            first, root = self.parts(case, t, xp)
            step = at(case, "alpha", t) / root
            right = soft(right - step * first, step * case["lam"], xp)
            pairs.append((w, right))
        return agree(xp, *pairs)
