"""Which piece of a penalty's structure a point lies on, as small integers that can be compared."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.penalties import BinaryW, Penalty


def pattern(penalty: Penalty, x: Any) -> Any:
    """int8 of x's shape, equal for two points exactly where they lie on the same manifold of the penalty.

    1 on the support (for groups: of the whole group) and 0 off it; for BinaryW the sign at -1 and 1, and 0 elsewhere.
    """
    if isinstance(penalty, BinaryW):
        return np.where(np.abs(x) == 1, np.sign(x), 0).astype(np.int8)
    return penalty.support(x).astype(np.int8)


def free(penalty: Penalty, x: Any) -> Any:
    """Condition of x's shape: the coordinate can move without a change of pattern."""
    return (pattern(penalty, x) == 0) if isinstance(penalty, BinaryW) else penalty.support(x)
