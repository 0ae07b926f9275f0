"""ProxGEN with a full matrix: momentum, metric and optimality conditions over several steps, and the ends of the spectrum.

The method runs in float64 alone, and so do these claims, in the replay too.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.arrays import NUMPY
from verify.claims.methods.setting import SIZE, TOLERANCE, Steps, back, gradients, plain, rates, sizes, total
from verify.evidence import Case, claim
from verify.methods.prox_gen import Metric, ProxGen, ProxGenAdaGradFull, ProxGenFull
from verify.penalties import L1

T = 2


class Full(Steps):
    """One momentum, alpha and matrix a step; delta and lambda a case."""

    vectors = ()
    positive = ("alpha", "delta", "lam")
    decay = ("rho",)
    method: Any = ProxGenFull()

    def cases(self, rng: Any, size: int) -> Case:
        A = rng.normal(size=(size, T, SIZE, SIZE))
        A = np.where(rng.random((size, 1, 1, 1)) < 0.5, np.round(A), A)
        case = gradients(rng, size, T) | {"A": A, "alpha": sizes(rng, size, T), "rho": rates(rng, size, T)}
        return case | {"delta": sizes(rng, size, 1), "lam": sizes(rng, size, 1)}

    def matrix(self, case: Case, i: int, t: int) -> Any:
        """C_t C_t or C_t, whichever is known without a root."""
        A = case["A"][i, t]
        return A @ A.T

    def root(self, C: Any) -> Any:
        return C

    def each(self, case: Case, i: int) -> float:
        """The largest error of one case: of C, of m, and of the conditions H(x - w) + m + lambda d|x| at the new x."""
        g, rho, lam, delta = case["g"][i], case["rho"][i], case["lam"][i, 0], case["delta"][i, 0]
        method, penalty, w, worst = self.method, L1._unchecked(lam=lam), case["w"][i], 0.0
        state = method.init(w, None, penalty, NUMPY)
        for t in range(T):
            C, alpha = self.matrix(case, i, t), case["alpha"][i, t]
            hyper = Metric(alpha, rho[t], delta, C)
            state, x = method.step(state, w, g[t], hyper, penalty, NUMPY)
            m = total([(1 - rho[s]) * np.prod(rho[s + 1 : t + 1]) * g[s] for s in range(t + 1)])
            H = state.C / alpha + np.diag(np.full(SIZE, delta / alpha))
            force = np.array([sum(H[j, k] * (x[k] - w[k]) for k in range(SIZE)) + m[j] for j in range(SIZE)])
            gap = np.where(x > 0, abs(force + lam), np.where(x < 0, abs(force - lam), np.maximum(abs(force) - lam, 0)))
            scale = 1 + lam + np.abs(m).max() + np.abs(H).max() * (np.abs(w).max() + np.abs(x).max())
            power = self.root(state.C)
            errors = [gap.max() / scale, np.abs(state.m - m).max() / (1 + np.abs(m).max())]
            errors += [np.abs(power - C).max() / (1 + np.abs(C).max()), np.abs(state.C - state.C.T).max()]
            errors.append(-np.linalg.eigvalsh(state.C)[0] / (1 + np.abs(state.C).max()))
            worst, w = np.max([worst, *errors]), x
        return worst

    def margin(self, case: Case, xp: Any) -> Any:
        floats = plain(case)
        return back(float(TOLERANCE) - np.array([self.each(floats, i) for i in range(len(floats["w"]))]), xp)


@claim(
    "METHOD.ProxGenFull",
    place="verify/methods/prox_gen.py",
    expected="unrefuted",
    form="own",
    kind="run",
    why="an old m in the step, delta on every entry of C, or a C that is not taken leaves the conditions unmet",
)
class HandedIn(Full):
    r"""ProxGEN with a full $C_t$ handed in: $m_t = \sum_{s \le t} (1 - \rho_s) \rho_{s+1} \cdots \rho_t\, g_s$, and the new $x$
    meets $0 \in H_t (x - w_t) + m_t + \lambda \partial|x|_1$, $H_t = (C_t + \delta I)/\alpha_t$."""


@claim(
    "METHOD.ProxGenAdaGradFull",
    place="verify/methods/prox_gen.py",
    expected="unrefuted",
    form="own",
    kind="run",
    why="the sum up to t - 1, no root or twice the root, or a root of what rounding made negative disagrees",
)
class Gathered(Full):
    r"""AdaGrad's matrix: $C_t$ is symmetric, has no eigenvalue below zero, and $C_t^2 = \sum_{s \le t} g_s g_s^T$; the steps
    are ProxGEN's with it."""

    method = ProxGenAdaGradFull()

    def matrix(self, case: Case, i: int, t: int) -> Any:
        g = case["g"][i, : t + 1]
        return g.T @ g

    def root(self, C: Any) -> Any:
        return C @ C


class Spectrum:
    """Symmetric matrices of two rows [[a, b], [b, c]], whose eigenvalues are half the trace and a hypotenuse apart."""

    diagonal = False

    def cases(self, rng: Any, size: int) -> Case:
        case = {name: np.round(rng.normal(size=size) * 3, rng.integers(0, 3)) for name in ("a", "b", "c")}
        return case | {name: sizes(rng, size) for name in ("alpha", "delta")}

    def domain(self, case: Case, xp: Any) -> Any:
        met = xp.both(case["alpha"] > xp.constant("0.001"), case["delta"] > 0)
        return xp.both(met, xp.abs(case["a"]) + xp.abs(case["b"]) + xp.abs(case["c"]) < 1000)

    def each(self, p: Any) -> float:
        w, hyper = np.zeros(2), Metric(p["alpha"], 0.0, p["delta"])
        method: Any = ProxGen() if self.diagonal else ProxGenFull()
        b = 0.0 if self.diagonal else p["b"]
        C = np.array([p["a"], p["c"]]) if self.diagonal else np.array([[p["a"], b], [b, p["c"]]])
        state = method.init(w, hyper, None, NUMPY)._replace(C=C)
        middle, half = (p["a"] + p["c"]) / 2 + p["delta"], np.hypot((p["a"] - p["c"]) / 2, b)
        high, low = (middle + half) / p["alpha"], (middle - half) / p["alpha"]
        errors = abs(method.largest(state, w, hyper) - high), abs(method.least(state, w, hyper) - low)
        return float(np.max(errors)) / (1 + abs(high) + abs(low))

    def margin(self, case: Case, xp: Any) -> Any:
        floats = plain(case)
        rows = [{name: float(value[i]) for name, value in floats.items()} for i in range(len(floats["a"]))]
        return back(float(TOLERANCE) - np.array([self.each(row) for row in rows]), xp)


class DiagonalSpectrum(Spectrum):
    diagonal = True


for _id, _class, _what in (("ProxGen", DiagonalSpectrum, "diagonal"), ("ProxGenFull", Spectrum, "full")):
    claim(
        f"METHOD.{_id}.spectrum",
        place="verify/methods/prox_gen.py",
        expected="unrefuted",
        form="own",
        kind="run",
        why="without delta, with delta taken off, undivided by alpha, or the ends swapped it disagrees",
    )(
        type(
            _class.__name__,
            (_class,),
            {
                "__doc__": rf"{_id}.largest and .least are the largest and the least eigenvalue of $(C + \delta I)/\alpha$, "
                rf"for a {_what} $C$ of two rows: its half trace and plus or minus $\sqrt{{(a - c)^2/4 + b^2}}$."
            },
        )
    )
