"""RDA and MRDA in a run: the two numbers that the bound on the expected cost is made of."""

from __future__ import annotations

import numpy as np

from deep.optim import RDA
from deep.telemetry.watch import Quantity, Row, Watch, any_state, columns, watch

CLAIM = "MRDA.L7.5.fix"
WEIGHT = Quantity(
    *(CLAIM, "beta over t", r"$\beta_t/t$, $\beta_t = \sqrt t/\mathrm{lr}$"),
    "what the bound has before D^2, D the distance to the solution: to go to 0",
)
STEPS = Quantity(
    *(CLAIM, "sum over t", r"$\frac{1}{2t} \sum_{\tau < t} 1/\beta_\tau$"),
    "what it has before G^2, G the size of the gradients: to go to 0; for a constant lr",
)


@watch(RDA)
class Bound(Watch):
    """At the last step of an epoch."""

    quantities = (WEIGHT, STEPS)

    def after_epoch(self, row: Row) -> Row:
        kept = any_state(self.optimizer)
        if not kept:
            return {}
        t, lr = int(kept["t"]), self.optimizer.param_groups[0]["lr"]
        steps = lr * float(np.sum(1 / np.sqrt(np.arange(1, t)))) / (2 * t)
        return columns({WEIGHT: np.sqrt(t) / (lr * t), STEPS: steps})
