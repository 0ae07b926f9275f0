"""One Value as one C expression."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from deep.optim.fast.values import ARITHMETIC, CONDITIONS, ENTRY, NUMBER, Unsupported, Value

INFIX = {**ARITHMETIC, **CONDITIONS}
REAL = {
    "abs": "ABS",
    "sign": "sign_of",
    "sqrt": "SQRT",
    "cbrt": "cube_root",
    "power": "POW",
    "sin": "SIN",
    "cos": "COS",
    "atan2": "ATAN2",
    "copysign": "COPYSIGN",
    "minimum": "smaller",
    "maximum": "larger",
    "cos_third": "cos_third",
    "cos_third_inside": "cos_third_inside",
}
DOUBLE = {
    "abs": "fabs",
    "sqrt": "sqrt",
    "cbrt": "cbrt",
    "power": "pow",
    "sin": "sin",
    "cos": "cos",
    "atan2": "atan2",
    "copysign": "copysign",
    "minimum": "smaller_double",
    "maximum": "larger_double",
    "subtract_product": "subtract_product_double",
}


def name(v: Value) -> str:
    return f"v{v.index}"


def literal(x: float) -> str:
    x = float(x)
    return "NAN" if math.isnan(x) else ("-" if x < 0 else "") + "INFINITY" if math.isinf(x) else x.hex()


def _level(x: Any) -> int:
    return x.level if isinstance(x, Value) else NUMBER


def expression(v: Value, held: Callable[[Value], str]) -> str:
    """C for ``v``, in double for a number of the tensor and in ``real`` otherwise; ``held`` says where another Value is."""
    real = v.level != NUMBER

    def operand(arg: Any, narrow: bool = real) -> str:
        text = held(arg) if isinstance(arg, Value) else literal(arg)
        converts = narrow and not (isinstance(arg, Value) and (arg.level != NUMBER or arg.condition))
        return f"(real){text}" if converts else text

    if v.op == "zero":
        return "(real)0" if real else "0.0"
    if v.op == "truediv" and v.level == ENTRY and _level(v.args[1]) == NUMBER:
        n = operand(v.args[1])
        return f"divided({operand(v.args[0])}, {n}, 1 / {n})"
    if v.op in ("and", "or"):  # conditions kept for a group are kept as numbers
        return f" {INFIX[v.op]} ".join(f"({operand(arg)} != 0)" for arg in v.args)
    if v.op in INFIX and len(v.args) == 2:
        alone = not any(isinstance(arg, Value) and arg.level > NUMBER for arg in v.args)  # numbers are compared as numbers
        return f"{operand(v.args[0], not alone)} {INFIX[v.op]} {operand(v.args[1], not alone)}"
    if v.op == "reciprocal":
        return f"1 / {operand(v.args[0])}"
    if v.op in ("neg", "not"):
        return f"{'-' if v.op == 'neg' else '!'}{operand(v.args[0])}"
    if v.op == "where":
        return f"{operand(v.args[0])} ? {operand(v.args[1])} : {operand(v.args[2])}"
    if v.op == "subtract_product" and real:
        a, b, c = v.args
        if _level(b) < _level(c):
            b, c = c, b
        if _level(b) > NUMBER and _level(c) == NUMBER:
            number = operand(c, False)
            return f"subtract_scaled({operand(a)}, {operand(b)}, (real){number}, (real)({number} - (real){number}))"
        return f"subtract_product({operand(a)}, {operand(b, False)}, {operand(c, False)})"
    functions = REAL if real else DOUBLE
    if v.op not in functions:
        raise Unsupported(f"{v.op} of {'entries' if v.level == ENTRY else 'numbers'}")
    return f"{functions[v.op]}({', '.join(operand(arg) for arg in v.args)})"
