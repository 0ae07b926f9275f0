"""Mutants of our own right prox maps, drawn by a seed: one mistake put into the source of a function that prox calls."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import FrameType
from typing import Any

import numpy as np

from verify.audit.power.wrong import Function
from verify.penalties import REGISTRY
from verify.power.places import Mutant, drawn

PENALTIES: Mapping[str, Callable[..., Any]] = REGISTRY
Place = tuple[str, str]  # module, qualified name of a function


def separable(name: str, **parameters: Any) -> tuple[Function, Function, dict[str, Any]]:
    """prox, value and settings for ``check_prox``, as a user calls it."""
    made = cache(PENALTIES[name])
    return (
        lambda z, t, **given: made(**given).prox(z, t),
        lambda x, **given: made(**given).value(x, axis=()),
        {"scalar": True, "parameters": parameters},
    )


def grouped(make: Callable[..., Any], shape: Any, **parameters: Any) -> tuple[Function, Function, dict[str, Any]]:
    made = cache(make)
    return (
        lambda z, t, **given: made(**given).prox(z, t),
        lambda x, **given: made(**given).value(x),
        {"shape": shape, "parameters": parameters},
    )


def sparse_group(each: str, group: str) -> Callable[..., Any]:
    def make(lam: float) -> Any:
        inner = PENALTIES[each](lam, **({"gamma": 0.75} if each == "MCP" else {}))
        return PENALTIES["SparseGroup"](inner, PENALTIES[group](0.5, axes=0, **({"gamma": 2.0} if group == "GroupMCP" else {})))

    return make


LAM = [0.5, 2.0]  # values that are round, and not 1: a factor that is 1 can be forgotten unseen
MAPS = {
    "L1": separable("L1", lam=LAM),
    "L2Squared": separable("L2Squared", lam=LAM),
    "ElasticNet": separable("ElasticNet", lam=LAM, mu=[0.5, 2.0]),
    "L0": separable("L0", lam=LAM),
    "L12": separable("L12", lam=LAM),
    "L23": separable("L23", lam=LAM),
    "Lq": separable("Lq", lam=LAM, q=[0.3, 0.7]),
    "TransformedL1": separable("TransformedL1", lam=LAM, a=[0.5, 2.0]),
    "MCP": separable("MCP", lam=LAM, gamma=[1.5, 3.0]),
    "SCAD": separable("SCAD", lam=LAM, a=[2.5, 3.7]),
    "BinaryW": separable("BinaryW", lam=[0.5], q=[0.0, 0.5, 2 / 3, 1.0]),
    "NegativeAbs": separable("NegativeAbs", lam=LAM),
    "NegativeSquare": separable("NegativeSquare", lam=LAM),
    "Box": separable("Box", lower=[-1.0], upper=[2.0]),
    "CardinalityBall": grouped(PENALTIES["CardinalityBall"], (4,), k=[2]),
    "GroupL2": grouped(lambda lam: PENALTIES["GroupL2"](lam, axes=0), (4,), lam=LAM),
    "GroupMCP": grouped(lambda lam: PENALTIES["GroupMCP"](lam, 3.0, axes=0), (4,), lam=LAM),
    "SparseGroup of L1 and GroupL2": grouped(sparse_group("L1", "GroupL2"), (4,), lam=LAM),
    "SparseGroup of MCP and GroupL2": grouped(sparse_group("MCP", "GroupL2"), (3,), lam=LAM),
    "SparseGroup of MCP and GroupMCP": grouped(sparse_group("MCP", "GroupMCP"), (3,), lam=LAM),
}


def mutants(count: int, seed: int) -> Iterator[tuple[Mutant, list[str]]]:
    """``count`` mutants of functions that the prox of some map calls and its value does not, so that the value stays right,
    with the names of those maps; drawn like those of ``proxproof power``."""
    reached = [(m, names) for m in drawn(sys.maxsize, seed) if (names := [n for n in MAPS if _place(m) in _places(n)])]
    yield from reached[:count]


def _place(mutant: Mutant) -> Place:
    return mutant.module, mutant.function


@cache
def _places(name: str) -> frozenset[Place]:
    prox, value, settings = MAPS[name]
    given = [{n: v[min(i, len(v) - 1)] for n, v in settings["parameters"].items()} for i in range(4)]
    z = np.random.default_rng(0).normal(size=settings.get("shape", 4)) * 3
    called = _calls(lambda: [prox(z, t, **each) for each in given for t in (1e-3, 0.9, 5.0) if _exists(prox, z, t, each)])
    return called - _calls(lambda: [value(z, **each) for each in given])


def _exists(prox: Function, z: Any, t: float, given: dict[str, Any]) -> bool:
    try:
        prox(z, t, **given)
    except ValueError:  # no minimiser for this step
        return False
    return True


def _calls(run: Callable[[], Any]) -> frozenset[Place]:
    seen = set[Place]()

    def record(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            seen.add((frame.f_globals.get("__name__", ""), frame.f_code.co_qualname))

    before = sys.getprofile()
    sys.setprofile(record)
    try:
        run()
    finally:
        sys.setprofile(before)
    return frozenset(seen)
