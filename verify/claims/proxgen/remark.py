"""The rate in the remark on (C-4)."""

from __future__ import annotations

from typing import Any

from verify.claims.proxgen.corollary import Scalar, spread
from verify.evidence import Case, Fact, claim
from verify.evidence.margins import relative


@claim(
    "PG.S3.remark",
    place="Sect. 3, remark on (C-4)",
    kind="text",
    expected="refuted",
    why="b = T in f = x^2/2: T times the mean tends to 1, sqrt T times it to 0 (1/16 at T = 256)",
    erratum="misprint",
    fix="PG.S3.remark.fix",
    falls="nothing: as an upper bound it is true, since O(1/T) implies it; only as the rate it is not Corollary 1's, with a "
    "square too many",
)
class Rate:
    r"""The remark's $E\, \mathrm{dist}(0, \hat\partial F(\theta_a))^2 \le O(1/\sqrt T)$, read as the rate of Corollary 1, is
    that rate: $\sqrt T$ times the mean does not tend to $0$ (here: is above $1/2$ at $T = 4, 64, 256$). Read as an upper
    bound alone it holds."""

    def facts(self) -> list[Fact]:
        values = {T: float(spread(T, lambda t, T=T: T)) for T in (4, 64, 256)}
        return [Fact(f"T = {T}: sqrt T E dist^2 > 1/2", T**0.5 * v > 0.5, f"{T**0.5 * v:.4f}") for T, v in values.items()]


@claim(
    "PG.S3.remark.fix",
    place="Sect. 3, remark on (C-4)",
    kind="run",
    expected="unrefuted",
    why="(K/T)^{1/4} is weaker, K/T for its root fails for K/T < 1",
)
class RateOfTheDistance(Scalar):
    r"""Corollary 1 gives $E\, \mathrm{dist}(0, \partial F(\theta_a)) \le \sqrt{K/T}$, without the square; with the square
    $O(1/\sqrt T)$ is what $b = \Theta(\sqrt T)$ gives: $(Q_1 \sigma^2/c)/\sqrt T + (Q_2 \Delta + Q_3)/T$. (Both checked on $f
    = x^2/2$; $b = c s$, $T = s^2$.)"""

    def cases(self, rng: Any, size: int) -> Case:
        return Scalar.cases(self, rng, size) | {"T": rng.integers(1, 9, size) ** 2}

    def margin(self, case: Case, xp: Any) -> Any:
        h, T, s2 = case["h"], case["T"], case["sigma"] * case["sigma"]
        root, gap = xp.sqrt(T + 0 * h), (h + 1) * case["w"] * case["w"]
        Q1 = (h + 1) / (h - 1)
        K = Q1 * s2 / case["c"] + gap
        first = relative(K / T - self.mean(case, xp, case["c"] * T), K / T, xp)
        slow = Q1 * s2 / (case["c"] * root) + gap / T
        return xp.minimum(first, relative(slow - self.mean(case, xp, case["c"] * root), slow, xp))
