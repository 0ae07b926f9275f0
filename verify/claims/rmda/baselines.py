"""Section 5: ProxSSI, the baseline whose prox is in Adam's metric."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.evidence import Case, claim
from verify.evidence.draw import log_uniform, mostly
from verify.evidence.margins import column, least
from verify.methods.adam import Adaptive
from verify.methods.prox_ssi import ProxSSI
from verify.penalties.group_l2 import GroupL2

BETA_1, BETA_2, EPSILON = "0.9", "0.999", "1e-8"
STEPS = 3


@claim(
    "RMDA.S5.proxssi",
    place="Section 5, the methods compared",
    expected="unrefuted",
    why="with alpha for alpha/d_i in the prox, or moments without the correction for their start, a rival is lower",
    form="own",
)
class ProxInAdamsMetric:
    r"""Every step of ProxSSI ends at the minimiser of $\psi(x) + \sum_i \frac{d_i}{2 \alpha} (x_i - y_i)^2$ for group LASSO,
    $y = w - \alpha \frac md$, $d = \sqrt v + \epsilon$ with Adam's corrected moments: no rival near or far, nor 0, is lower.
    Here a group of two with $w_g = \sqrt 2$."""

    vectors = ()

    def cases(self, rng: Any, size: int) -> Case:
        scale = log_uniform(rng, 1e-2, 1e2, (size, 1, 2))
        case = {"g": mostly(rng, np.round(rng.normal(size=(size, STEPS, 2)), 2), 0.0, 0.1) * scale}
        case["w0"] = mostly(rng, np.round(rng.normal(size=(size, 2)), 1), 0.0, 0.2)
        case["shift"] = rng.normal(size=(size, 2)) * log_uniform(rng, 1e-4, 1.0, (size, 1))
        return case | {"alpha": log_uniform(rng, 0.01, 1.0, size), "lam": log_uniform(rng, 0.01, 3.0, size)}

    def domain(self, case: Case, xp: Any) -> Any:
        return xp.both(case["alpha"] > 0, case["lam"] > 0)

    def margin(self, case: Case, xp: Any) -> Any:
        b1, b2, epsilon = (xp.constant(v) for v in (BETA_1, BETA_2, EPSILON))
        alpha, lam, w = column(case["alpha"]), column(case["lam"]), case["w0"]
        penalty, method, margins = GroupL2(lam, axes=(-1,)), ProxSSI(), []
        hyper = Adaptive(alpha, b1, b2, epsilon)
        state = method.init(w, hyper, penalty, xp)
        for t in range(1, STEPS + 1):
            ages = [(case["g"][:, k], t - 1 - k) for k in range(t)]
            m = sum(g * b1**age for g, age in ages) / sum(b1**age for _, age in ages)
            d = xp.sqrt(sum(g * g * b2**age for g, age in ages) / sum(b2**age for _, age in ages)) + epsilon
            y = w - alpha * m / d
            state, w = method.step(state, w, case["g"][:, t - 1], hyper, penalty, xp)

            def objective(x: Any, y: Any = y, d: Any = d) -> Any:
                return lam[:, 0] * xp.sqrt(2 * xp.dot(x, x)) + xp.sum(d * (x - y) * (x - y), axis=-1) / (2 * alpha[:, 0])

            size = objective(0 * w) + objective(y) + alpha[:, 0]
            for rival in (0 * w, y, w + case["shift"], w * (1 + case["shift"]), w * (1 - case["shift"])):
                margins.append((objective(rival) - objective(w)) / size)
        return least(*margins, xp=xp)
