from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from verify.penalties.base import Separable


@dataclass(frozen=True)
class Zero(Separable):
    """0: no penalty. prox is the identity."""

    def _value(self, x: Any, xp: Any) -> Any:
        return xp.zeros_like(x)

    def _prox(self, z: Any, t: Any, xp: Any) -> Any:
        return z

    def _subdifferential(self, x: Any, xp: Any) -> tuple[Any, Any]:
        return xp.zeros_like(x), xp.zeros_like(x)
