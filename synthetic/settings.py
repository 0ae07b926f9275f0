"""What the settings of a problem or a solver may be: the annotation of a field says it, as in ``noise: NonNegative``."""

from __future__ import annotations

from typing import Annotated, Any

from verify.options import check_literals
from verify.penalties.parameters import POSITIVE, Choice, Range, ranges_of

Positive = Annotated[float, POSITIVE]
NonNegative = Annotated[float, Range(0.0)]
AtLeastOne = Annotated[float, Range(1.0)]
Share = Annotated[float, Range(0.0, 1.0, low_open=True, high_open=False)]  # in (0, 1]
Decay = Annotated[float, Range(0.0, 1.0)]  # in [0, 1)
Fraction = Annotated[float, Range(0.0, 1.0, high_open=False)]  # in [0, 1]
Switch = Annotated[bool, Choice((0, 1))]


def check(made: Any) -> None:
    """Raise ValueError or TypeError, with the name, where a field of the dataclass is not what its annotation allows."""
    for name, allowed in ranges_of(type(made)).items():  # type: ignore[arg-type]  # a class is hashable
        allowed.check(type(made).__name__, name, getattr(made, name))
    check_literals(made)
