"""Right maps, of ours and of other libraries, in which ``check_prox`` must find nothing whatever its seed."""

from __future__ import annotations

from functools import cache
from typing import Any

from verify.audit.peers import load
from verify.audit.power.mutants import LAM, MAPS, separable
from verify.audit.power.wrong import Function
from verify.audit.survey.peer import Map, Peer

OURS = {
    **MAPS,
    "MCP, gamma 0.5 and 1": separable("MCP", lam=LAM, gamma=[0.5, 1.0]),
    "SCAD, a 1.5 and 2": separable("SCAD", lam=LAM, a=[1.5, 2.0]),
    "Lq, q 0.1 and 0.9": separable("Lq", lam=LAM, q=[0.1, 0.9]),
    "TransformedL1, a 0.1 and 30": separable("TransformedL1", lam=LAM, a=[0.1, 30.0]),
}
CHOSEN = {  # of each library the kinds that are most unlike one another
    "ours": (
        "L1",
        "L0",
        "Lq",
        "MCP, gamma 0.5 and 1",
        "SCAD",
        "BinaryW",
        "CardinalityBall",
        "SparseGroup of L1 and GroupL2",
    ),
    "pyproximal": (
        "L1",
        "Box",
        "Log",
        "QuadraticEnvelopeCard, tau <= 1",
        "L21",
        "L0Ball",
        "Simplex",
        "Nuclear",
    ),
    "skglm": (
        "L1_plus_L2",
        "MCPenalty, step <= gamma",
        "SCAD, step > gamma - 1",
        "L0_5",
        "SLOPE",
        "L2_1",
        "BlockSCAD, other rows",
        "Pinball.prox",
    ),
    "torchao": (
        "ProxLasso",
        "ProxGroupLasso",
        "ProxGroupLassoVectorized",
        "ProxNuclearNorm in SVDGrouper",
        "MinSparsityConstraint",
        "NMSparseConstraint",
        "ProxHardQuant",
        "ProxBinaryRelax",
    ),
}


@cache
def right(library: str) -> dict[str, tuple[Function, Function, dict[str, Any]]]:
    """name -> (prox, value, arguments of ``check_prox``): of another library the maps that no reason says to be wrong."""
    if library == "ours":
        return OURS
    peer = load(library)
    return {part.name: (*part.functions(peer.imports), _settings(peer, part)) for part in peer.maps if not part.why}


def _settings(peer: Peer, part: Map) -> dict[str, Any]:
    domain: dict[str, Any] = {"shape": part.shape} if part.shape else {"scalar": True}
    return domain | {"t": part.t, "parameters": part.parameters, "arrays": peer.arrays, "dtype": peer.dtypes}
