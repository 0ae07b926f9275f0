"""While a proof is built, z3's terms refuse what they would otherwise answer wrongly in silence.

Python asks for a truth value in ``a == b and c``, ``not``, ``if`` and ``in``: z3 answers for an equation whether both sides are
written alike, and the rest of the statement is gone. ``0**-1`` is 0 to z3 and ``(-1)**0.5`` not negative; a quotient of
integers is rounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import z3

_power, _quotient = z3.ArithRef.__pow__, z3.ArithRef.__truediv__


def _bool(formula: Any) -> bool:
    raise TypeError(
        f"Python asked whether {formula} is true, which nobody knows of a formula; join formulas by xp.both, xp.either and "
        "xp.negate, or p.conj, p.disj and p.implies, and choose between terms by xp.where"
    )


def _pow(base: Any, exponent: Any) -> Any:
    if type(exponent) is not int or exponent < 0:
        raise TypeError(f"z3 has powers with exponents 0, 1, 2, ..., and this one is {exponent}; write xp.sqrt or a quotient")
    return _power(base, exponent)


def _rpow(exponent: Any, base: Any) -> Any:
    raise TypeError(f"z3 has powers with exponents 0, 1, 2, ..., and this one is {exponent}; state the lemma without it")


def _truediv(a: Any, b: Any) -> Any:
    if z3.is_int(a) and not (z3.is_real(b) or isinstance(b, float)):
        raise TypeError(f"z3 rounds the quotient of integers {a} / {b}; make them real variables")
    return _quotient(a, b)


_REFUSALS: list[tuple[Any, str, Any]] = [
    (z3.AstRef, "__bool__", _bool),
    (z3.ArithRef, "__pow__", _pow),
    (z3.ArithRef, "__rpow__", _rpow),
    (z3.ArithRef, "__truediv__", _truediv),
]


@contextmanager
def refusing() -> Iterator[None]:
    """Inside the block these raise TypeError: the truth value of a formula, a power whose exponent is no natural number, a
    quotient of integers. Blocks may be nested."""
    before = [getattr(owner, name) for owner, name, _ in _REFUSALS]
    for owner, name, refusal in _REFUSALS:
        setattr(owner, name, refusal)
    try:
        yield
    finally:
        for (owner, name, _), was in zip(_REFUSALS, before, strict=True):
            setattr(owner, name, was)
