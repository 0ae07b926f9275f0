"""Adam as an instance: the preconditioner of Sect. 2."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.proxgen.setting import short
from verify.evidence import Case, Fact, Lemma, claim
from verify.evidence.draw import mostly
from verify.evidence.margins import least
from verify.methods.prox_gen import Memory, ProxGenAdam, ProxGenAdamPrinted
from verify.penalties.zero import Zero


def preconditioners(case: Case, xp: Any, method: Any) -> list[Any]:
    """C_1, C_2, ... from the gradients of the case (its last axis is time)."""
    g, beta = case["g"], case["beta"]
    hyper = Memory(xp.constant(1), 0, 1, beta)
    w, found = g[:, 0] * 0, []
    state = method.init(w, hyper, Zero(), xp)
    for t in range(g.shape[1]):
        state, _ = method.step(state, w, g[:, t], hyper, Zero(), xp)
        found.append(state.C)
    return found


def squares(case: Case, xp: Any) -> list[Any]:
    """v_1, v_2, ...: Adam's mean of the squares."""
    v, found = 0 * case["beta"], []
    for t in range(case["g"].shape[1]):
        v = case["beta"] * v + (1 - case["beta"]) * case["g"][:, t] * case["g"][:, t]
        found.append(v)
    return found


class Gradients:
    """Gradients of one coordinate over a few steps."""

    steps = 4
    vectors: tuple[str, ...] = ("g",)

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        g = np.round(rng.normal(size=(size, self.steps)) * short(rng, 1e-2, 10.0, (size, 1)), 2)
        g = mostly(rng, g, 0.0, 0.3)
        beta = rng.choice([0.0, 0.5, 0.75, 0.9, 0.999], size)
        corner = rng.random(size) < 0.1
        g[corner], beta[corner] = [4.0, 0.0, 0.0, 0.0], 0.75
        return {"g": g, "beta": beta}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["beta"] >= 0, case["beta"] < 1)

    def bound(self, case: Case, xp: Any) -> Any:
        return 1 + xp.max(xp.abs(case["g"]), axis=-1)


@claim(
    "PG.adam",
    place="Sect. 2, proximal Adam",
    expected="refuted",
    why="beta = 3/4, g = (4, 0): C_1 = 2 in both; then C^2 is 3/2 as printed, 3 in Adam",
    erratum="misprint",
    fix="PG.adam.fix",
    falls="the stated C of the experiments, which Sect. 4 prints alike; nothing in Sect. 3, where C is arbitrary but for (C-4)",
)
class Printed(Gradients):
    r"""$C_t = \sqrt{\beta C_{t-1} + (1 - \beta) g_t^2}$ is Adam's preconditioner $\sqrt{v_t}$, $v_t = \beta v_{t-1} + (1 -
    \beta) g_t^2$."""

    def margin(self, case: Case, xp: Any) -> Any:
        pairs = zip(preconditioners(case, xp, ProxGenAdamPrinted()), squares(case, xp), strict=True)
        return least(*[-xp.abs(C * C - v) for C, v in pairs], xp=xp)


def square_inside(p: Any) -> Any:
    """One step from any C with C^2 = v."""
    beta, C, v, g = p.nonnegative("beta"), p.nonnegative("C"), p.nonnegative("v"), p.real("g")
    p.assume(beta < 1, v == C * C)
    root = p.xp.sqrt(beta * C * C + (1 - beta) * g * g)
    return root * root == beta * v + (1 - beta) * g * g


def adams_root(p: Any) -> Any:
    """The step that runs keeps v and C with C^2 = v."""
    beta, v, g = p.nonnegative("beta"), p.nonnegative("v"), p.real("g")
    p.assume(beta < 1)
    method, hyper = ProxGenAdam(), Memory(1, 0, 1, beta)
    state = method.init(g, hyper, None, p.xp)._replace(total=v)
    after = method._precondition(state, g, hyper, p.xp)
    return p.conj(after.total == beta * v + (1 - beta) * g * g, after.total == after.C * after.C, after.C >= 0)


@claim(
    "PG.adam.fix",
    place="Sect. 2, proximal Adam",
    expected="proved",
    why="beta and 1 - beta exchanged fails at the first step",
)
class Fixed(Gradients):
    r"""$C_t = \sqrt{\beta C_{t-1}^2 + (1 - \beta) g_t^2}$ is $\sqrt{v_t}$, and $\delta$ is Adam's $\epsilon$ outside the
    root. (Still without Adam's bias corrections: claim PG.adam.bias.)"""

    def margin(self, case: Case, xp: Any) -> Any:
        pairs = zip(preconditioners(case, xp, ProxGenAdam()), squares(case, xp), strict=True)
        return least(*[-xp.abs(C * C - v) for C, v in pairs], xp=xp)

    def bound(self, case: Case, xp: Any) -> Any:
        top = xp.max(xp.abs(case["g"]), axis=-1)
        return top * top

    def proof(self) -> list[Lemma]:
        return [Lemma("one step of the recursion", square_inside), Lemma("the step that runs", adams_root)]


def corrected_momentum(p: Any) -> Any:
    """P = rho^{t-1}, mhat the corrected momentum of t - 1, so that m = (1 - P) mhat."""
    rho, P, mhat, g = p.nonnegative("rho"), p.positive("P"), p.real("mhat"), p.real("g")
    p.assume(rho < 1, P <= 1)
    rate = rho * (1 - P) / (1 - rho * P)
    mean = (rho * (1 - P) * mhat + (1 - rho) * g) / (1 - rho * P)
    return p.conj(mean == rate * mhat + (1 - rate) * g, rate >= 0, rate <= rho)


@claim(
    "PG.adam.bias",
    place="Sect. 2, proximal Adam",
    form="own",
    expected="proved",
    why="rho (1 - rho^t)/(1 - rho^{t+1}) for rho_t fails at the first step, whose momentum is 0",
)
class Bias(Gradients):
    r"""Adam with its bias corrections is Algorithm 1 with the momentum $\rho'_t = \rho (1 - \rho^{t-1})/(1 - \rho^t)$, which
    rises from $0$ to $\rho$, with $C_t = \sqrt{v_t/(1 - \beta^t)}$ and the same $\alpha$ and $\delta$. (So $\rho'_t$ does not
    decay, as (C-3) wants; folding the corrections into $\alpha_t$ makes that neither monotone nor leaves $\delta$ alone.)"""

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        return Gradients.cases(self, rng, size) | {"rho": rng.choice([0.0, 0.5, 0.9], size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(Gradients.domain(self, case, xp), xp.both(case["rho"] >= 0, case["rho"] < 1))

    def margin(self, case: Case, xp: Any) -> Any:
        m, mhat, left, worst = 0 * case["rho"], 0 * case["rho"], 1 + 0 * case["rho"], 0 * case["rho"]
        rho = case["rho"]
        for t in range(case["g"].shape[1]):
            g = case["g"][:, t]
            m = rho * m + (1 - rho) * g
            rate = rho * (1 - left) / (1 - rho * left)
            mhat, left = rate * mhat + (1 - rate) * g, left * rho
            worst = xp.minimum(worst, -xp.abs(mhat - m / (1 - left)))
        return worst

    def proof(self) -> list[Lemma]:
        return [Lemma("one step of the corrected momentum, and 0 <= rho_t <= rho", corrected_momentum)]


@claim(
    "PG.adam.first",
    place="Sect. 2, proximal Adam",
    kind="text",
    form="own",
    expected="proved",
    why="with the corrections the first step is alpha: every fact is about what is lost without them",
)
class Uncorrected:
    r"""Without bias corrections, $\rho = 0.9$, $\beta = 0.999$, $\delta = 0$, the first step is $(1 - \rho)/\sqrt{1 - \beta}
    = 3.16\, \alpha$ in every coordinate, and over all gradient sequences $|m_t|/C_t$ comes as close to $7.27$ as one likes,
    not to $1$."""

    def facts(self) -> list[Fact]:
        rho, beta = 0.9, 0.999
        first = (1 - rho) / np.sqrt(1 - beta)
        most = (1 - rho) / np.sqrt((1 - beta) * (1 - rho * rho / beta))
        age = np.arange(400)
        g = (rho / beta) ** age  # the sequence for which Cauchy and Schwarz are equal, the newest first
        ratio = (1 - rho) * np.sum(rho**age * g) / np.sqrt((1 - beta) * np.sum(beta**age * g * g))
        return [
            Fact("the first step is 3.162 alpha", bool(abs(first - 3.162278) < 1e-6), f"{first:.6f}"),
            Fact("the supremum of |m|/C is 7.270", bool(abs(most - 7.27029) < 1e-5), f"{most:.6f}"),
            Fact(
                "gradients growing by beta/rho attain it in the limit",
                bool(abs(ratio - most) < 1e-9),
                f"{ratio:.6f} after 400 steps",
            ),
        ]
