"""One step in closed form: dual averaging (Eq. 6, 11-14, 16, 22) and the proximal gradient step (Eq. 8, 9, 20)."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.evidence import Case, Lemma, claim
from verify.evidence.draw import integers, log_uniform, mostly
from verify.evidence.margins import least
from verify.methods.prox_sgd import ProxSGD
from verify.methods.rda import RDA
from verify.methods.sda import SDA, Dual, Weight
from verify.methods.sgd import Descent, Velocity
from verify.penalties.l1 import L1
from verify.penalties.zero import Zero


class Step:
    """One step from the mean gradient and w_0, all numbers simple in a third of the cases, ties in another."""

    def cases(self, rng: Any, size: int) -> Case:
        scale = log_uniform(rng, 1e-3, 1e3, size)
        case = {n: rng.normal(size=size) * scale for n in ("w0", "mean", "g", "w")}
        case |= {"lam": np.abs(rng.normal(size=size)) * scale, "beta": log_uniform(rng, 1e-2, 1e2, size)}
        simple = rng.random(size) < 0.3
        case = {n: np.where(simple, np.round(v), v) for n, v in case.items()}
        case["beta"] = np.where(case["beta"] == 0, 1.0, case["beta"])
        case["lam"] = mostly(rng, case["lam"], 0.0, 0.1)
        case["mean"] = np.where(rng.random(size) < 0.1, case["lam"], case["mean"])
        return case | {"t": integers(rng, 1, 100, size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["beta"] > 0, xp.both(case["lam"] >= 0, case["t"] >= 1))

    def bound(self, case: Case, xp: Any) -> Any:
        size = xp.abs(case["w0"]) + xp.abs(case["w"])
        return size + case["t"] / case["beta"] * (xp.abs(case["mean"]) + xp.abs(case["g"]) + case["lam"])


def symbols(p: Any) -> Case:
    case = {n: p.real(n) for n in ("w0", "mean", "g", "w", "lam", "beta", "t")}
    p.assume(case["beta"] > 0, case["lam"] >= 0, case["t"] >= 1)
    return case


def dual_step(case: Case, xp: Any, method: Any) -> tuple[Any, Any]:
    """(mean, w) after the t-th gradient."""
    state = Dual(case["t"] - 1, case["mean"], case["w0"])
    state, w = method.step(state, case["w0"], case["g"], Weight(case["beta"]), L1._unchecked(lam=case["lam"]), xp)
    return state.mean, w


def dual_objective(case: Case, mean: Any, w: Any, lam: Any, xp: Any) -> Any:
    """Eq. (11) in one coordinate; (5) for lam = 0."""
    return mean * w + case["beta"] / (2 * case["t"]) * (w - case["w0"]) * (w - case["w0"]) + lam * xp.abs(w)


def mean_lemma(p: Any) -> Any:
    """t mean_t = (t-1) mean_{t-1} + g: with t = 1 the base, whatever mean_0 is, and the step of the induction."""
    case = symbols(p)
    mean, _ = dual_step(case, p.xp, SDA())
    return case["t"] * mean == (case["t"] - 1) * case["mean"] + case["g"]


def parts_lemma(p: Any) -> Any:
    """RDA's step is the prox, with T = t/beta, of SDA's, w_0 - T mean_t."""
    case = symbols(p)
    mean, half = dual_step(case, p.xp, SDA())
    _, z = dual_step(case, p.xp, RDA())
    step = case["t"] / case["beta"]
    return p.conj(half == case["w0"] - step * mean, z == L1._unchecked(lam=case["lam"])._prox(half, step, p.xp))


def minimiser_lemma(p: Any) -> Any:
    """2T times what any w costs more than that is at least (w - z)^2, for every T > 0; SDA's is lam = 0."""
    w0, mean, w, lam, T = p.real("w0"), p.real("mean"), p.real("w"), p.nonnegative("lam"), p.positive("T")
    z = L1._unchecked(lam=lam)._prox(w0 - T * mean, T, p.xp)

    def objective(x: Any) -> Any:
        return 2 * T * (mean * x + lam * p.xp.abs(x)) + (x - w0) * (x - w0)

    return objective(w) - objective(z) >= (w - z) * (w - z)


@claim(
    "MRDA.E6",
    place="Eq. 6 and the line below it",
    expected="refuted",
    why="w_0 = 0, t = beta = g = 1: w_2 = -1, but the number <g, w_2> = -1 in place of the vector g gives +1",
    erratum="misprint",
    fix="MRDA.E6.fix",
    falls="nothing: (7), (11) and (16) use the vector",
)
class NumberForVector(Step):
    r"""The minimiser of (5) is $w_0 - \frac{t}{\beta_t} \bar g_t$ with $\bar g_t = \frac1t \sum_\tau \langle g_\tau, w
    \rangle$, a number, here at $w = w_{t+1}$."""

    def margin(self, case: Case, xp: Any) -> Any:
        t, beta = case["t"], case["beta"]
        w = case["w0"] - t / beta * case["mean"]
        return -xp.abs(w - (case["w0"] - t / beta * (case["mean"] * w)))


@claim(
    "MRDA.E6.fix",
    place="Eq. 5 and 6",
    expected="proved",
    why="beta/t for t/beta fails from t = 2 on; for beta_t = 0, which the text allows, there is no minimiser",
)
class SimpleDualAveraging(Step):
    r"""For $\beta_t > 0$ the step of SDA is the only minimiser of (5), $w_0 - \frac{t}{\beta_t} \bar g_t = w_0 -
    \frac{1}{\beta_t} \sum_{\tau \le t} g_\tau$ with $\bar g_t = \frac1t \sum_\tau g_\tau$: any other $w$ costs
    $\frac{\beta_t}{2t} |w - w_{t+1}|^2$ more."""

    def margin(self, case: Case, xp: Any) -> Any:
        mean, z = dual_step(case, xp, SDA())
        total = (case["t"] - 1) * case["mean"] + case["g"]
        gain = dual_objective(case, mean, case["w"], 0, xp) - dual_objective(case, mean, z, 0, xp)
        strong = case["beta"] / (2 * case["t"]) * (case["w"] - z) * (case["w"] - z)
        far = xp.abs(case["w"]) + xp.abs(z) + xp.abs(case["w0"])
        size = xp.abs(mean) * far + case["beta"] / case["t"] * far * far
        spare = (gain - strong) / xp.where(size > 0, size, 1 + 0 * size)
        return least(spare * self.bound(case, xp), -xp.abs(z - case["w0"] + total / case["beta"]), xp=xp)

    def proof(self) -> list[Lemma]:
        def total(p: Any) -> Any:
            case = symbols(p)
            _, z = dual_step(case, p.xp, SDA())
            return case["beta"] * (case["w0"] - z) == (case["t"] - 1) * case["mean"] + case["g"]

        return [
            Lemma("the mean of the gradients, by induction", mean_lemma),
            Lemma("the step is w_0 less the sum of the gradients over beta", total),
            Lemma("the step with T = t/beta", parts_lemma),
            Lemma("it is the only minimiser", minimiser_lemma),
        ]


def gradient_step(case: Case, xp: Any) -> Any:
    step, map_ = Descent(case["beta"]), L1._unchecked(lam=case["lam"])
    return ProxSGD().step(Velocity(0), case["w0"], case["mean"], step, map_, xp)[1]


def branches(z: Any, threshold: Any, xp: Any) -> Any:
    """The three cases of Eq. 20, 22 and 24."""
    return xp.where(z > threshold, z - threshold, xp.where(z < -threshold, z + threshold, 0 * z))


@claim(
    "MRDA.E8",
    place="Eq. 8, 9, 20",
    expected="proved",
    why="the threshold lambda in place of alpha lambda fails for alpha = 2, w = 0, g = 2, lambda = 1",
)
class ProximalStep(Step):
    r"""(8), (9) and (20) agree for $\alpha_t > 0$, $\lambda \ge 0$: the step of prox-SGD is (20), and any other $w$ costs
    $\frac{1}{2\alpha_t} |w - w_{t+1}|^2$ more in (8). ($\alpha_t$ is drawn as beta, $w_t$ as w0, $g_t$ as mean.)"""

    def excess(self, case: Case, xp: Any) -> tuple[Any, Any]:
        alpha, w, z = case["beta"], case["w"], gradient_step(case, xp)

        def objective(x: Any) -> Any:
            return 2 * alpha * (case["mean"] * x + case["lam"] * xp.abs(x)) + (x - case["w0"]) * (x - case["w0"])

        return objective(w) - objective(z) - (w - z) * (w - z), z

    def margin(self, case: Case, xp: Any) -> Any:
        alpha = case["beta"]
        more, z = self.excess(case, xp)
        printed = branches(case["w0"] - alpha * case["mean"], alpha * case["lam"], xp)
        scale = self.bound(case, xp)
        return least(more / xp.where(scale > 0, scale, 1 + 0 * scale), -xp.abs(z - printed), xp=xp)

    def bound(self, case: Case, xp: Any) -> Any:
        return xp.abs(case["w0"]) + xp.abs(case["w"]) + case["beta"] * (xp.abs(case["mean"]) + case["lam"])

    def proof(self) -> list[Lemma]:
        def unique(p: Any) -> Any:
            return self.excess(symbols(p), p.xp)[0] >= 0

        def printed(p: Any) -> Any:
            case = symbols(p)
            return gradient_step(case, p.xp) == branches(
                case["w0"] - case["beta"] * case["mean"], case["beta"] * case["lam"], p.xp
            )

        return [Lemma("the step is the only minimiser of (8)", unique), Lemma("it is (20)", printed)]


@claim(
    "MRDA.E12",
    place="Eq. 11 and 12",
    expected="refuted",
    why="w_0 = 0, t = beta = g = 1, lambda = 0: (11) gives -1 and (12) gives +1",
    erratum="misprint",
    fix="MRDA.E12.fix",
    falls="nothing: (13), (14), (17) and (22) have the sign right",
)
class WrongSign(Step):
    r"""(11) and (12) agree: $\mathrm{prox}_{\frac{t}{\beta_t} \Psi}(w_0 + \frac{t}{\beta_t} \bar g_t)$ minimises (11)."""

    def margin(self, case: Case, xp: Any) -> Any:
        mean, z = dual_step(case, xp, RDA())
        step = case["t"] / case["beta"]
        return -xp.abs(z - branches(case["w0"] + step * mean, step * case["lam"], xp))


@claim(
    "MRDA.E12.fix",
    place="Eq. 11 to 14",
    expected="proved",
    why="the printed sign fails; so does t/beta^2 for t/beta",
)
class TwoObjectives(Step):
    r"""With $w_0 - \frac{t}{\beta_t} \bar g_t$ in (12) its objective is $\frac{t}{\beta_t}$ times that of (11) and a constant,
    for every $\Psi$ and $w$; and (13), (14) are SDA's step, followed by the proximal map of $\frac{t}{\beta_t} \Psi$."""

    def margin(self, case: Case, xp: Any) -> Any:
        _, half = dual_step(case, xp, SDA())
        _, z = dual_step(case, xp, RDA())
        return -xp.abs(z - branches(half, case["t"] / case["beta"] * case["lam"], xp))

    def proof(self) -> list[Lemma]:
        def objectives(p: Any) -> Any:
            case, value, at0 = symbols(p), p.real("Psi(w)"), p.real("Psi(0)")
            step = case["t"] / case["beta"]
            center = case["w0"] - step * case["mean"]

            def eleven(w: Any, of: Any) -> Any:
                return step * (dual_objective(case, case["mean"], w, 0, p.xp) + of)

            def twelve(w: Any, of: Any) -> Any:
                return (w - center) * (w - center) / 2 + step * of

            return eleven(case["w"], value) - eleven(0, at0) == twelve(case["w"], value) - twelve(0, at0)

        def forward(p: Any) -> Any:
            case = symbols(p)
            _, half = dual_step(case, p.xp, SDA())
            _, z = dual_step(case, p.xp, RDA())
            step = case["t"] / case["beta"]
            return z == L1._unchecked(lam=case["lam"])._prox(half, step, p.xp)

        return [Lemma("(12) is (11) times t/beta and a constant", objectives), Lemma("(13) and (14)", forward)]


@claim(
    "MRDA.E16",
    place="Eq. 16 and 28",
    expected="proved",
    why="1/(t+1) for 1/t, or t from 0, fails at the second gradient",
)
class RunningMean:
    r"""$\bar g_t = \frac{t-1}{t} \bar g_{t-1} + \frac1t g_t$ is the mean of the first $t$ gradients, for every $t \ge 1$ and
    whatever $\bar g_0$ is."""

    vectors = ("g",)

    def cases(self, rng: Any, size: int) -> Case:
        return {"g": rng.normal(size=(size, 8)) * log_uniform(rng, 1e-3, 1e3, (size, 1)), "start": rng.normal(size=size)}

    def margin(self, case: Case, xp: Any) -> Any:
        g, state, total, error = case["g"], Dual(0, case["start"], 0 * case["start"]), 0, 0 * case["start"]
        for k in range(g.shape[1]):
            state, _ = SDA().step(state, state.anchor, g[:, k], Weight(1), Zero(), xp)
            total = total + g[:, k]
            error = xp.maximum(error, xp.abs((k + 1) * state.mean - total))
        return -error

    def bound(self, case: Case, xp: Any) -> Any:
        return xp.sum(xp.abs(case["g"]), axis=-1)

    def proof(self) -> list[Lemma]:
        return [Lemma("t mean_t = (t-1) mean_{t-1} + g_t; at t = 1 mean_0 has the factor 0", mean_lemma)]


@claim(
    "MRDA.E22",
    place="Eq. 17, 21, 22",
    expected="proved",
    why="beta/t for t/beta fails from t = 2 on; lambda unscaled in the threshold fails for beta = 2, t = 1",
)
class DualStep(Step):
    r"""The step of RDA is (22) and the only minimiser of (21), for every $w_0$ (not only 0), $\beta_t > 0$, $\lambda \ge 0$ and
    $t \ge 1$: any other $w$ costs $\frac{\beta_t}{2t} |w - w_{t+1}|^2$ more."""

    def margin(self, case: Case, xp: Any) -> Any:
        mean, z = dual_step(case, xp, RDA())
        step = case["t"] / case["beta"]
        w = case["w"]
        gain = dual_objective(case, mean, w, case["lam"], xp) - dual_objective(case, mean, z, case["lam"], xp)
        more = gain * 2 * step - (w - z) * (w - z)
        scale = self.bound(case, xp)
        more = more / xp.where(scale > 0, scale, 1 + 0 * scale)
        return least(more, -xp.abs(z - branches(case["w0"] - step * mean, step * case["lam"], xp)), xp=xp)

    def proof(self) -> list[Lemma]:
        def printed(p: Any) -> Any:
            case = symbols(p)
            mean, z = dual_step(case, p.xp, RDA())
            step = case["t"] / case["beta"]
            return z == branches(case["w0"] - step * mean, step * case["lam"], p.xp)

        return [
            Lemma("the step with T = t/beta", parts_lemma),
            Lemma("it is the only minimiser of (21)", minimiser_lemma),
            Lemma("it is (22)", printed),
        ]
