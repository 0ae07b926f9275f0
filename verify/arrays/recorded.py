"""The namespace over z3 that keeps a record: each operation's result is a fresh variable, with its definition beside it.

A chain of lemmas can then say what each operation computed, one at a time, where the whole formula at once is too much for
the solver. A definition says nothing where the operation has no real value (the root of a negative number, a quotient by 0),
so every input has values that meet all definitions: a record contradicts nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import z3

from verify.arrays.symbolic import SymbolicArrays, _real


class Vector:
    """A sum of multiples of named vectors: what maps of groups run on. Of any dimension: all that is known are inner products.

    ``shape`` is that of the whole array, which is one group; the number in it stands for any.
    """

    shape = (2,)

    def __init__(self, factors: dict[str, Any]) -> None:
        self.factors = factors

    @classmethod
    def variable(cls, name: str) -> Vector:
        return cls({name: _real(1)})

    def __mul__(self, factor: Any) -> Vector:
        return Vector({name: own * factor for name, own in self.factors.items()})

    def __sub__(self, other: Vector) -> Vector:
        names = dict.fromkeys([*self.factors, *other.factors])
        return Vector({n: self.factors.get(n, _real(0)) - other.factors.get(n, _real(0)) for n in names})

    def dot(self, other: Vector) -> Any:
        """The inner product, from those of the named vectors: variables <x,x>, <x,z>, <z,z>."""
        pairs = [(a, b) for a in self.factors for b in other.factors]
        return z3.Sum([self.factors[a] * other.factors[b] * inner(a, b) for a, b in pairs])


def inner(a: str, b: str) -> Any:
    return z3.Real("<{},{}>".format(*sorted((a, b))))


class RecordedArrays(SymbolicArrays):
    """``record["sqrt"]`` are the results of the square roots, in the order in which the function took them.

    Kinds: abs, minimum, maximum, where, copysign, sqrt, cbrt, cos_third, quotient. A quotient is recorded when an operation or
    :meth:`named` meets it, one by a number is left as it is. ``prefix`` keeps the names of several records apart.
    """

    name = "z3, recorded"

    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix
        self.definitions: dict[str, Any] = {}
        self._results: dict[str, list[Any]] = defaultdict(list)
        self._quotients: dict[tuple[int, int], Any] = {}

    def __getitem__(self, kind: str) -> list[Any]:
        return list(self._results[kind])

    def fresh(self, kind: str, *, of: Callable[[Any], Any] | None = None) -> Any:
        """A new variable; ``of`` makes its definition from it, if there is one."""
        variable = z3.Real(f"{self.prefix}{kind}{len(self._results[kind])}")
        self._results[kind].append(variable)
        self.definitions[str(variable)] = of(variable) if of else z3.BoolVal(True)
        return variable

    def named(self, term: Any) -> Any:
        """``term`` with every quotient in it replaced by the variable that stands for it."""
        if isinstance(term, Vector):
            return Vector({name: self.named(factor) for name, factor in term.factors.items()})
        term = term if z3.is_bool(term) else _real(term)
        if not z3.is_app(term) or term.num_args() == 0:
            return term
        parts = [self.named(term.arg(i)) for i in range(term.num_args())]
        if z3.is_div(term) and not z3.is_rational_value(z3.simplify(parts[1])):
            return self._quotient(*parts)
        return term.decl()(*parts)

    def _quotient(self, a: Any, b: Any) -> Any:
        key = (a.get_id(), b.get_id())
        if key not in self._quotients:
            q = self.fresh("quotient", of=lambda q: z3.Implies(b != 0, q * b == a))
            self._quotients[key] = (q, a, b)  # a and b are kept alive, and their identifiers with them
        return self._quotients[key][0]

    def where(self, condition: Any, a: Any, b: Any) -> Any:  # type: ignore[override]
        if isinstance(condition, bool):
            return a if condition else b
        condition, a, b = self.named(condition), self.named(a), self.named(b)
        if z3.is_bool(a):
            return z3.If(condition, a, b)
        return self.fresh("where", of=lambda v: z3.And(z3.Implies(condition, v == a), z3.Implies(z3.Not(condition), v == b)))

    def abs(self, x: Any) -> Any:
        x = self.named(x)
        return self.fresh("abs", of=lambda r: z3.And(r >= 0, z3.Or(r == x, r == -x)))

    def minimum(self, a: Any, b: Any) -> Any:
        a, b = self.named(a), self.named(b)
        return self.fresh("minimum", of=lambda m: z3.And(m <= a, m <= b, z3.Or(m == a, m == b)))

    def maximum(self, a: Any, b: Any) -> Any:
        a, b = self.named(a), self.named(b)
        return self.fresh("maximum", of=lambda m: z3.And(m >= a, m >= b, z3.Or(m == a, m == b)))

    def copysign(self, m: Any, z: Any) -> Any:
        m, z = self.named(m), self.named(z)
        size = z3.If(m >= 0, m, -m)
        return self.fresh("copysign", of=lambda v: z3.And(z3.Implies(z >= 0, v == size), z3.Implies(z < 0, v == -size)))

    def largest_k(self, x: Any, k: Any) -> Any:
        """Of one entry: whether it is kept. Those kept are at least as large as some level, the others at most."""
        x, level = self.named(x), self.fresh("level")
        kept = z3.Bool(f"{self.prefix}kept")
        self.definitions[str(kept)] = z3.If(kept, x >= level, x <= level)
        return kept

    def norm(self, x: Vector, axis: Any = None, keepdims: bool = False) -> Any:
        square = x.dot(x)
        return self.fresh("norm", of=lambda n: z3.Implies(square >= 0, z3.And(n >= 0, n * n == square)))

    @property
    def nan(self) -> Any:
        """A number of which nothing is known."""
        return self.fresh("nan")

    @property
    def inf(self) -> Any:
        """A number of which nothing is known; a statement says how large it is to be."""
        return self._results["inf"][0] if self._results["inf"] else self.fresh("inf")
