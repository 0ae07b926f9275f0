"""Calls of a map, compared; and what is raised where it misbehaves."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.audit.functions import Failure, Functions
from verify.audit.objective import alike
from verify.audit.report import KINDS, show


class Wrong(Exception):
    """The map misbehaves on input z; at the step of the check unless ``t`` is set."""

    def __init__(self, kind: str, z: np.ndarray, returned: Any = None, detail: str = "") -> None:
        super().__init__(KINDS[kind] + (f": {detail}" if detail else ""))
        self.kind, self.z, self.returned = kind, z, returned
        self.t: float | None = None


def same_call(kind: str, functions: Functions, given: Any, t: float, z: np.ndarray, expected: np.ndarray) -> None:
    same(kind, z, called(kind, functions, given, t, z), expected)


def called(kind: str, functions: Functions, given: Any, t: float, z: np.ndarray) -> np.ndarray:
    try:
        return functions.read(functions.apply(given, t), z.shape)
    except Failure as failure:
        raise Wrong(kind, z, detail=str(failure)) from failure


def same(kind: str, z: np.ndarray, returned: np.ndarray, expected: np.ndarray) -> None:
    if not alike(returned, expected, z, z.dtype.name):
        raise Wrong(kind, z, returned, f"not {show(expected)}")
