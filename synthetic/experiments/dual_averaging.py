"""RDA and MRDA."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from synthetic.experiments.cases import Case, _Cases

LASSO = {"start": 1.0}
NAMES = {
    "RMDA": "RMDA",
    "MRDA": "MRDA (anchor 0)",
    "RDA": "RDA (anchor at the start)",
    "SqrtT": "sqrt(t) method",
    "ProxSGD": "prox-SGD",
}


class DualAveraging(_Cases):
    """Dual averaging from a random start: RDA about the start, MRDA about 0, the sqrt(t) method; on lasso and a network."""

    claims = ("MRDA.T3.1", "MRDA.S33.sparser", "MRDA.E26", "RMDA.S3.rda")
    cases: ClassVar[Mapping[str, Case]] = {
        f"lasso, {title}": Case("Lasso", method, parameters=LASSO) for method, title in NAMES.items()
    } | {f"network, {title}": Case("ConvRegression", method, epochs=50) for method, title in NAMES.items()}
