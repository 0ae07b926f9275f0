"""Mutants that ``check_prox`` need not find, argued one by one: they return a minimiser wherever they are called."""

from __future__ import annotations

from verify.power.equivalent import Argument
from verify.power.equivalent import argument as equivalent
from verify.power.places import Mutant

ARGUMENTS: tuple[Argument, ...] = ()


def argument(mutant: Mutant) -> str | None:
    """Why the mutant is right as far as two functions tell, or None."""
    for each in ARGUMENTS:
        if (each.function, each.before) == (mutant.function, mutant.before) and mutant.after in each.after:
            return each.because
    return equivalent(mutant)
