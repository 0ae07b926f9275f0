"""Numbers as people read them."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

_LONG = 12


def count(number: int, noun: str) -> str:
    """1 claim, 2 claims, 2,000 lemmas."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def short(value: Any) -> Markup:
    """A number with three digits, powers of ten set as such."""
    if value is None:
        return Markup("–")
    mantissa, _, exponent = f"{float(value) + 0.0:.3g}".replace("-", "−").partition("e")
    if not exponent:
        return Markup(mantissa)
    power = exponent.replace("+", "").replace("−", "-")
    power = str(int(power)).replace("-", "−")
    return Markup("{}·10<sup>{}</sup>").format(mantissa, power)


def full(value: Any) -> str:
    """Every digit of a number, a vector as (a, b), a matrix as nested vectors; long ones cut, saying how much is left out."""
    if isinstance(value, list):
        shown = [full(entry) for entry in value[:_LONG]]
        rest = [f"… {len(value) - _LONG} more"] if len(value) > _LONG else []
        return f"({', '.join(shown + rest)})"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)
