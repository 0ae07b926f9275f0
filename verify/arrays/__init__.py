"""The small array namespace in which maps, losses and update rules are written.

A function that takes a namespace ``xp`` and uses only the operations below runs unchanged in NumPy and PyTorch,
is replayed in exact rational or 50-digit arithmetic, and is handed to an SMT solver as a formula.

===========================  ==========================================================================
``where(c, a, b)``           a where c holds, else b
``abs  sign  copysign``      elementwise; ``sign(0) = 0``, ``copysign(m, z)`` is m with the sign of z, +m at z = 0
``minimum  maximum``         elementwise; NaN wins
``sqrt  cbrt  power``        elementwise; ``power(x, q)`` for x > 0 and a real number q
``sin  cos  atan2``          elementwise (no meaning for the SMT solver, which refuses them)
``pi  inf  nan``             constants, in the precision of the namespace
``cos_third(v)``             the root c >= 1/2 of 4c^3 - 3c = v, v >= -1: cos(arccos(v)/3), or cosh(arccosh(v)/3) for v > 1
``subtract_product(a,b,c)``  a - b*c with (almost) one rounding, so that a result near a threshold keeps its digits
``subtract_clipped(z,b,c)``  z less its projection on [-b c, b c], b c >= 0: what is beyond, with (almost) one rounding
``sum  max  norm``           over ``axis`` with ``keepdims``; ``norm`` is Euclidean and neither overflows nor underflows
``dot(a, b)``                inner product over the last axis
``any  all``                 over ``axis``, of conditions
``both  either  negate``     and, or, not of conditions
``largest_k(x, k)``          condition: x is among the k largest of its last axis; of equal ones the first
``segment_sum(x, ids, n)``   sums of the last axis by segment number, n segments
``zeros_like  full_like``    arrays of the same shape and kind
``constant(v)``              the number v (a float, an integer or a decimal string) in the namespace's own precision
``iterate(f, start, n)``     f(*f(*...start)), n times, on tuples; may stop when a round changes nothing, which changes no bit
===========================  ==========================================================================

Python's ``+ - * / **2`` and comparisons complete the list. Functions of it contain no Python branch on array values,
change nothing in place and index no array with conditions.
"""

from __future__ import annotations

from typing import Any

from verify.arrays.numpy import NUMPY, NumpyArrays

__all__ = ["NUMPY", "NumpyArrays", "namespace"]


def namespace(x: Any) -> Any:
    """The namespace whose arrays ``x`` belongs to: PyTorch for a tensor, NumPy for all else."""
    if type(x).__module__.partition(".")[0] == "torch":
        from verify.arrays.torch import TORCH

        return TORCH
    return NUMPY
