from __future__ import annotations

from typing import Any

from verify.methods.prox_gen import ProxGen, ProxGenAdam


class ProxQuant(ProxGen):
    """ProxQuant's update (ProxGEN, Table 2, top; Bai et al. 2019): a preconditioned step, then the prox in the identity metric.

    w+ = prox_{alpha R}(w - alpha m+/(C + delta)), with ProxGEN's m and a diagonal C handed in.
    """

    def _move(self, w: Any, m: Any, metric: Any, alpha: Any, penalty: Any, xp: Any) -> Any:
        return penalty._prox(w - alpha / metric * m, alpha, xp)


class ProxQuantAdam(ProxGenAdam):
    """As :class:`ProxQuant`, with C = sqrt(v) as in :class:`ProxGenAdam`."""

    _move = ProxQuant._move


class RevisedProxQuant(ProxGenAdam):
    """Revised ProxQuant (ProxGEN, Table 2, bottom): proximal Adam, for the penalty BinaryW. The prox is in the metric
    (C + delta)/alpha of the step."""
