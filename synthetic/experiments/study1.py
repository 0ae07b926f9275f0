"""ProxGEN's Study 1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from synthetic.experiments.cases import Case, _Cases

STARTS = {"random start": {"start": 1.0}, "start 0": {}}
NAMES = {
    "two-stage prox-SGD": "TwoStageProxSGD",
    "two-stage prox-Adam": "TwoStageProxAdam",
    "ProxGEN": "ProxGen",
    "ProxGEN, Adam": "ProxGenAdam",
}


class Study1(_Cases):
    """ProxGEN's Study 1, support of the lasso: two-stage prox-SGD and ProxGEN, from a random start and 0, full gradients."""

    claims = ("PG.E5.random", "PG.E5.zero", "PG.E5.random.gen", "PG.E5.random.sgd")
    cases: ClassVar[Mapping[str, Case]] = {
        f"{title}, {start}": Case("Lasso", method, {}, parameters, 3000, None)
        for start, parameters in STARTS.items()
        for title, method in NAMES.items()
    }
