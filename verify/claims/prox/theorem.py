"""The theorem of every prox map, as formulas about the functions that run: $F(x) \\ge F(\\mathrm{prox}(z, t))$ for all x.

Here $2tF(x) = (x - z)^2 + 2tR(x)$, with the ``_prox`` and ``_value`` of the penalty's class run on variables, and nothing
assumed but that the parameters are in their ranges, t > 0, and t is below the bound from which no minimiser exists.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import z3

from verify.arrays.recorded import RecordedArrays
from verify.evidence.chain import Chain, Known
from verify.penalties.base import Penalty
from verify.penalties.parameters import Range


class Minimiser(Chain):
    """A chain that has yet to end in :attr:`statement`; :meth:`conclude` adds that last lemma.

    ``run``, ``at_x`` and ``at_y`` record the operations of ``_prox(z, t)``, ``_value(x)`` and ``_value(y)``, y the prox.
    """

    def __init__(self, penalty: type[Penalty], **fixed: Any) -> None:
        super().__init__()
        self.x, self.z = self.points()
        self.t = z3.Real("t")
        self.parameters = {n: z3.Real(n) for n, a in penalty.ranges().items() if isinstance(a, Range)}
        self.penalty = penalty(**fixed, **self.parameters)
        self.run, self.at_x, self.at_y = (RecordedArrays(prefix) for prefix in ("", "x.", "y."))
        self.y = self.run.named(self.prox())
        self.value_x = self.at_x.named(self.penalty._value(self.x, self.at_x))
        self.value_y = self.at_y.named(self.penalty._value(self.y, self.at_y))
        self.statement = self.lowest(self.y, self.value_y)
        self.assume(self.t > 0, *self._ranges(penalty, fixed))
        for record in (self.run, self.at_x, self.at_y):
            self.define(record.definitions)

    def _ranges(self, penalty: type[Penalty], fixed: dict[str, Any]) -> list[Any]:
        spans = [(self.parameters[n], a) for n, a in penalty.ranges().items() if isinstance(a, Range)]
        found = [a.above(p) for p, a in spans if np.isfinite(a.low)] + [a.below(p) for p, a in spans if np.isfinite(a.high)]
        fit, bound = penalty.consistent(self.run, **fixed, **self.parameters), self.penalty.prox_bound
        found += [fit] if z3.is_expr(fit) else []
        return found + ([self.t < self.run.named(bound)] if z3.is_expr(bound) else [])

    def objective(self, x: Any, value: Any) -> Any:
        """2t F(x), given R(x)."""
        return self.square(x - self.z) + 2 * self.t * value

    def points(self) -> tuple[Any, Any]:
        """x and z."""
        return z3.Real("x"), z3.Real("z")

    def prox(self) -> Any:
        return self.penalty._prox(self.z, self.t, self.run)

    def square(self, x: Any) -> Any:
        return x * x

    def lowest(self, y: Any, value: Any) -> Any:
        """F(x) >= F(y), given R(y)."""
        return self.objective(self.x, self.value_x) >= self.objective(y, value)

    def conclude(self, *using: Any, mutant: Any = None) -> Known:
        """The theorem, for every case at once; its mutant is the strict inequality unless another one is given."""
        strict = self.objective(self.x, self.value_x) > self.objective(self.y, self.value_y)
        mutant = strict if mutant is None else mutant
        self.concluded = self.prove("the point that prox returns is a global minimiser", self.statement, *using, mutant=mutant)
        return self.concluded

    def claimed_of(self, wrong: Penalty) -> Any:
        """The theorem's statement with another penalty's prox in the place of this one's: a mutant."""
        run, value = RecordedArrays("wrong."), RecordedArrays("wrong.y.")
        y = run.named(wrong._prox(self.z, self.t, run))
        statement = self.lowest(y, value.named(self.penalty._value(y, value)))
        return z3.Implies(z3.And(*run.definitions.values(), *value.definitions.values()), statement)
