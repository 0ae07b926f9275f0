"""The penalty of a case: l1, l0 or transformed-l1, its thresholding and its threshold."""

from __future__ import annotations

from typing import Any, NamedTuple

from verify.evidence import Case
from verify.evidence.margins import column
from verify.penalties import L0, L1, TransformedL1


class Chosen(NamedTuple):
    """l1, l0 or transformed-l1 (0, 1, 2), case by case, of x = side z that stands for side^2 coordinates of size z."""

    which: Any
    lam: Any
    a: Any
    side: Any = 1

    @property
    def smooth(self) -> Any:
        """Transformed-l1 of x: side^2 lam (a + 1)|z|/(a + |z|) = lam' (a' + 1)|x|/(a' + |x|) with a' = side a."""
        a = self.side * self.a
        return TransformedL1._unchecked(lam=self.side * self.side * self.lam * ((self.a + 1) / (a + 1)), a=a)

    def _pick(self, method: str, *args: Any, xp: Any) -> Any:
        """The method of each case's penalty; those that the batch does not contain are not computed."""
        lam, side = self.lam, self.side
        of_each = [L1._unchecked(lam=side * lam), L0._unchecked(lam=side * side * lam), self.smooth]
        present = [i for i in range(3) if bool(xp.any(self.which == i))]
        result = getattr(of_each[present[0]], method)(*args, xp)
        for i in present[1:]:
            result = xp.where(self.which == i, getattr(of_each[i], method)(*args, xp), result)
        return result

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        return self._pick("_prox", z, t, xp=xp)

    def _value(self, x: Any, xp: Any) -> Any:
        return self._pick("_value", x, xp=xp)


def regulariser(case: Case) -> Any:
    """The penalty of each case: its ``penalty`` (0 l1, 1 l0, 2 transformed-l1 with parameter ``a``), l1 if it names none."""
    lam, side = column(case["lam"]), case.get("side", 1)
    return Chosen(column(case["penalty"]), lam, column(case["a"]), side) if "penalty" in case else L1._unchecked(lam=side * lam)


def thresholding(case: Case, w: Any, xp: Any) -> Any:
    """u = S(w)."""
    return regulariser(case)._prox(w, 1 / column(case["beta"]), xp)


def threshold(case: Case, xp: Any) -> Any:
    """The largest size that S sets to 0: lam/beta, sqrt(2 lam/beta), or transformed-l1's."""
    ratio = case["lam"] / case["beta"]
    if "penalty" not in case:
        return ratio
    a = case["a"]
    jump = xp.sqrt(2 * ratio * (a + 1)) - a / 2
    smooth = xp.where(2 * ratio * (a + 1) <= a * a, ratio * (a + 1) / a, jump)
    return xp.where(case["penalty"] == 0, ratio, xp.where(case["penalty"] == 1, xp.sqrt(2 * ratio), smooth))
