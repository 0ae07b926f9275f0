"""The printed inequality on |w*|/|w| that is to make the norm grow (RVSM, Sect. 5.2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.rvsm.draws import draw, in_domain, mix, pad
from verify.claims.rvsm.radial import grown
from verify.claims.rvsm.setting import BETA_SMALL, INITIAL_ANGLE, K_TWO, LAM_SMALL, VECTORS, penalised, start_angle
from verify.evidence import Case, Hypothesis, claim
from verify.evidence.draw import integers, log_uniform, uniform


def left(case: Case, xp: Any) -> Any:
    """-[k + ((k^2 - k)/pi)(1 - q) + beta k^2], q = 1/|w|."""
    k, q = case["k"], 1 / xp.norm(case["w0"], axis=-1)
    return -(k + (k * k - k) / xp.pi * (1 - q) + case["beta"] * k * k)


def right(case: Case, factor: Any, xp: Any) -> Any:
    return left(case, xp) - case["k"] * factor / xp.norm(case["w0"], axis=-1)


class Sufficient:
    vectors = VECTORS

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = draw(rng, size, without)
        case["k"] = integers(rng, 3, 100, size)
        case["beta"] = np.minimum(case["beta"], case["delta"] * np.sin(case["delta"]) / (case["k"] * np.pi))
        k, pair = case["k"], (case["k"] - 1) / np.pi
        q = (1 + pair + k * case["beta"]) / (pair - self.factor(k)) * (1 + log_uniform(rng, 1e-9, 10.0, size))
        q = np.where(q > 0, q, 10.0)[:, None]
        if without == "stated":
            q = np.maximum(q / uniform(rng, 1.0, 10.0, (size, 1)), 1.0)
            case["w0"] = np.where(rng.random((size, 1)) < 0.5, -case["w_star"], case["w0"])
        scaled = case | {"w0": case["w0"] / np.linalg.norm(case["w0"], axis=1, keepdims=True) / q}
        brief = {"w0": rng.choice([0.1, 0.125, 0.2, 0.25, 0.5], (size, 1)), "w_star": np.ones((size, 1))}
        brief = {n: pad(v, case["w0"].shape[1]) for n, v in brief.items()}
        brief |= {"k": rng.integers(3, 11, size), "beta": rng.choice([0.01, 0.05], size), "delta": np.full(size, 2.0)}
        return mix(rng, scaled, scaled | brief | {"lam": brief["beta"] / 10}, 0.3)

    def domain(self, case: Case, xp: Any) -> Any:
        return in_domain(case, xp)

    @staticmethod
    def factor(k: Any) -> Any:
        return 0 * k + 1 / np.pi

    def margin(self, case: Case, xp: Any) -> Any:
        k, r, theta = case["k"], xp.norm(case["w0"], axis=-1), start_angle(case, xp)
        pulled = left(case, xp) + k * xp.sin(theta) / (r * xp.pi)  # -(C_1 + beta k^2)
        return pulled * r - k * (xp.pi - theta) / xp.pi  # - C_2

    def bound(self, case: Case, xp: Any) -> Any:
        return case["k"] + 0 * case["beta"]


@claim(
    "RVSM.S52.suff",
    place="Sect. 5.2",
    expected="refuted",
    why="needed is (k/pi) q ((pi - theta) - sin theta), up to k q; the printed (k/pi) q is too small for theta < 1.2071",
    erratum="false",
    fix="RVSM.S52.suff.fix",
    falls="the step of Lemma 5's proof; what it is for, that the norm grows, follows from far less (RVSM.S52.suff.sharp)",
)
class Printed(Sufficient):
    r"""If $-[k + \frac{k^2-k}{\pi}(1 - q) + \beta k^2] > \frac{k}{\pi} q$, $q = |w^*|/|w|$, then $C_1 + \beta k^2 \le 0$ and
    $|(C_1 + \beta k^2) w| > |C_2 w^*|$."""

    angle, two, relaxed, threshold = INITIAL_ANGLE, K_TWO, BETA_SMALL, LAM_SMALL

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(in_domain(case, xp), penalised(case, xp))

    stated = Hypothesis(
        r"$-[k + \frac{k^2-k}{\pi}(1 - q) + \beta k^2] > \frac{k}{\pi} q$", lambda c, xp: right(c, 1 / xp.pi, xp), strict=True
    )


@claim(
    "RVSM.S52.suff.fix",
    place="Sect. 5.2",
    expected="unrefuted",
    why="k q is least possible: with 0.9 k q it fails at theta = 0; a wrong sign of sin theta is caught there too",
)
class PrintedFix(Sufficient):
    r"""If $-[k + \frac{k^2-k}{\pi}(1 - q) + \beta k^2] > k q$ then $|(C_1 + \beta k^2) w| > |C_2 w^*|$ with
    $C_1 + \beta k^2 < 0$; possible from $k = 5$ on, as it needs $k - 1 > \pi$."""

    stated = Hypothesis(r"$-[k + \frac{k^2-k}{\pi}(1 - q) + \beta k^2] > k q$", lambda c, xp: right(c, 1, xp), strict=True)

    @staticmethod
    def factor(k: Any) -> Any:
        return 0 * k + 1


@claim(
    "RVSM.S52.suff.sharp",
    place="Sect. 5.2",
    expected="unrefuted",
    why="fails with a negative number for 0 on the right, at theta = pi",
)
class PrintedSharp(Sufficient):
    r"""For the norm to grow the right side can be $0$: $-[k + \frac{k^2-k}{\pi}(1 - q) + \beta k^2] \ge 0$, that is
    $|w| \le \rho$, gives $|w^{t+1}| \ge |w^t|$ in every direction."""

    stated = Hypothesis(r"$-[k + \frac{k^2-k}{\pi}(1 - q) + \beta k^2] \ge 0$", lambda c, xp: right(c, 0, xp))

    @staticmethod
    def factor(k: Any) -> Any:
        return 0 * k

    def margin(self, case: Case, xp: Any) -> Any:
        return grown(case, xp)
