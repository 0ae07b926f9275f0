"""SGD with momentum and its proximal form: the velocity is the sum of the gradients, each by momentum to its age."""

from __future__ import annotations

from typing import Any

from verify.claims.methods.setting import Steps, agree, at, iterates, rates, sizes, slopes, total
from verify.evidence import Case, claim
from verify.evidence.margins import soft
from verify.methods.prox_sgd import ProxSGD
from verify.methods.sgd import SGD, Descent
from verify.penalties import L1, Zero


class Momentum(Steps):
    """One momentum a case, since its powers are taken; a step size a step."""

    positive = ("alpha", "lam")

    def cases(self, rng: Any, size: int) -> Case:
        return Steps.cases(self, rng, size) | {"lam": sizes(rng, size, 1), "mu": rates(rng, size, 1)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(Steps.domain(self, case, xp), xp.both(case["mu"][:, 0] >= 0, case["mu"][:, 0] < 1))

    def velocity(self, case: Case, t: int) -> Any:
        g = slopes(case)
        return total([case["mu"] ** (t - s) * g[s] for s in range(t + 1)])


@claim(
    "METHOD.SGD",
    place="verify/methods/sgd.py",
    expected="unrefuted",
    form="own",
    why="a step along the velocity of the step before, 1 - mu on the gradient, or a velocity that is not kept disagrees",
)
class Plain(Momentum):
    r"""After $t$ steps of SGD $w_t = w_0 - \sum_{\tau \le t} \alpha_\tau \sum_{s \le \tau} \mu^{\tau - s} g_s$; the state is
    the inner sum."""

    def margin(self, case: Case, xp: Any) -> Any:
        pairs, right = [], case["w"]
        for t, (state, w) in enumerate(iterates(SGD(), lambda t: Descent(at(case, "alpha", t), case["mu"]), Zero(), case, xp)):
            right = right - at(case, "alpha", t) * self.velocity(case, t)
            pairs += [(w, right), (state.v, self.velocity(case, t))]
        return agree(xp, *pairs)


@claim(
    "METHOD.ProxSGD",
    place="verify/methods/prox_sgd.py",
    expected="unrefuted",
    form="own",
    why="a prox before the step, a threshold without alpha, or the wrong velocity disagrees",
)
class Proximal(Momentum):
    r"""ProxSGD with $\lambda|x|_1$ soft-thresholds $w - \alpha_t \sum_{s \le t} \mu^{t-s} g_s$ at $\alpha_t \lambda$, in each
    step."""

    def margin(self, case: Case, xp: Any) -> Any:
        pairs, right, penalty = [], case["w"], L1._unchecked(lam=case["lam"])
        for t, (_, w) in enumerate(iterates(ProxSGD(), lambda t: Descent(at(case, "alpha", t), case["mu"]), penalty, case, xp)):
            alpha = at(case, "alpha", t)
            right = soft(right - alpha * self.velocity(case, t), alpha * case["lam"], xp)
            pairs.append((w, right))
        return agree(xp, *pairs)
