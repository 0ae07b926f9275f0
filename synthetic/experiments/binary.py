"""Recovery of a vector of signs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from synthetic.experiments.cases import Case, _Cases

NAMES = {
    "RevisedProxQuant": "revised ProxQuant",
    "ProxGenAdam": "ProxGEN, Adam",
    "ProxQuantAdam": "ProxQuant (identity prox)",
    "ProxGen": "ProxGEN",
    "RMDA": "RMDA",
    "BinaryConnect": "BinaryConnect",
}


class Binary(_Cases):
    """Recovery of a vector of signs with the W-shaped penalty: who ends, and stays, at the certified signs."""

    claims = ("PG.Tab2", "PG.Tab3.text", "PG.Rbin", "RMDA.S42.binary")
    cases: ClassVar[Mapping[str, Case]] = {title: Case("BinaryVector", method) for method, title in NAMES.items()}
