"""Mutants that compute the same as the right code, argued one by one."""

from __future__ import annotations

from verify.power.places import Mutant

# (function, text before, text after): why nothing can tell them apart
EQUIVALENT: dict[tuple[str, str, str], str] = {}


def argument(mutant: Mutant) -> str | None:
    """Why the mutant is equivalent, or None."""
    return EQUIVALENT.get((mutant.function, mutant.before, mutant.after))
