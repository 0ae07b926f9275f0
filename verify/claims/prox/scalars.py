"""What claims over all penalties of one coordinate share: which there are, their parameters, when a case makes sense."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from verify.evidence import Case
from verify.penalties import REGISTRY, Separable
from verify.penalties.parameters import Choice, Range


def scalar_penalties() -> Iterator[tuple[str, type[Separable], dict[str, Any]]]:
    """(name, class, fixed parameters): a penalty with a choice among shapes counts once a shape, BinaryW.q0.5 say."""
    for penalty in REGISTRY.values():
        if issubclass(penalty, Separable):
            choices = {n: a.allowed for n, a in penalty.ranges().items() if isinstance(a, Choice)}
            for values in product(*choices.values()):
                fixed = dict(zip(choices, values, strict=True))
                yield penalty.__name__ + "".join(f".{n}{v:.3g}" for n, v in fixed.items()), penalty, fixed


class Scalar:
    """Base of such claims: the penalty, and its parameters out of a case."""

    penalty: type[Separable]
    fixed: dict[str, Any]

    @property
    def made_from(self) -> type[Separable]:
        return self.penalty

    def spans(self) -> dict[str, Range]:
        return {n: a for n, a in self.penalty.ranges().items() if isinstance(a, Range)}

    def made(self, case: Case, spread: bool = False) -> Any:
        """The penalty with the case's parameters, taken as they are; ``spread`` adds an axis for rivals."""
        return self.penalty._unchecked(**self.fixed, **{n: case[n][..., None] if spread else case[n] for n in self.spans()})

    def in_range(self, case: Case, xp: Any, met: Any) -> Any:
        """``met`` and every parameter in its range and all of them consistent."""
        for name, allowed in self.spans().items():
            met = xp.both(met, xp.both(allowed.above(case[name]), allowed.below(case[name])))
        return xp.both(met, self.penalty.consistent(xp, **self.fixed, **{n: case[n] for n in self.spans()}))
