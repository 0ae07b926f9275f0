"""A smooth network against one with kinks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from synthetic.experiments.cases import Case, _Cases

NETWORKS = {"tanh": "ConvRegression", "ReLU": "ReLUConvRegression"}
NAMES = {"RMDA": "RMDA", "RDA": "RDA", "ProxSSI": "ProxSSI", "ProxSGD": "prox-SGD"}


class Activation(_Cases):
    """The network of Fig. 1(c) with tanh, and with ReLU: outside the theorems' hypotheses, as its loss has kinks."""

    claims = ("RMDA.T2",)
    cases: ClassVar[Mapping[str, Case]] = {
        f"{activation}, {title}": Case(problem, method, epochs=50)
        for activation, problem in NETWORKS.items()
        for method, title in NAMES.items()
    }
