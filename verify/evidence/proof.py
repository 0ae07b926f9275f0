"""Proofs by an SMT solver (z3) about the functions that run.

A proof is a list of lemmas that stand by themselves, or a :class:`~verify.evidence.chain.Chain` in which each rests on the
ones before. A lemma of a list is built by a function of a :class:`Prover`, which hands out real variables and records
assumptions and gives the namespace in which maps and update rules run on formulas. Limits are in z3's resource units, not in
seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from verify.evidence.claim import Claim, Evidence
from verify.evidence.ran import recording

RESOURCES = 20_000_000
HANGS = 60_000  # milliseconds


@dataclass(frozen=True)
class Lemma:
    """``build(prover)`` declares variables and assumptions and returns the goal (a formula, or a list of them)."""

    name: str
    build: Callable[[Any], Any]


class Prover:
    """Variables, assumptions, and the namespace ``xp`` over z3 terms."""

    def __init__(self) -> None:
        import z3

        from verify.arrays.symbolic import SymbolicArrays

        self.z3 = z3
        self.assumptions: list[Any] = []
        self.xp = SymbolicArrays(self.assume)

    def assume(self, *formulas: Any) -> None:
        self.assumptions.extend(formulas)

    def real(self, name: str) -> Any:
        return self.z3.Real(name)

    def reals(self, names: str) -> list[Any]:
        """``reals("sigma> n>= x")``: sigma positive, n not negative, x any real."""
        made = []
        for name in names.split():
            make = self.nonnegative if name.endswith(">=") else self.positive if name.endswith(">") else self.real
            made.append(make(name.rstrip(">=")))
        return made

    def positive(self, name: str) -> Any:
        x = self.real(name)
        self.assume(x > 0)
        return x

    def nonnegative(self, name: str) -> Any:
        x = self.real(name)
        self.assume(x >= 0)
        return x

    def implies(self, a: Any, b: Any) -> Any:
        return self.z3.Implies(a, b)

    def conj(self, *formulas: Any) -> Any:
        return self.z3.And(*formulas)

    def disj(self, *formulas: Any) -> Any:
        return self.z3.Or(*formulas)

    def solve(self, goal: Any, resources: int = RESOURCES) -> str:
        """proved, refuted, unknown, or vacuous: no goal or only True, which no formula was asked for, and assumptions that are
        not seen to be consistent."""
        z3, goals = self.z3, goal if isinstance(goal, list | tuple) else [goal]
        if all(is_literally_true(each) for each in goals):
            return "vacuous"
        negated = z3.Not(z3.And(*goals))
        solver = fresh_solver([*self.assumptions, negated], resources)
        answer = solver.check()
        if answer != z3.unsat:
            return "refuted" if answer == z3.sat else "unknown"
        consistent = fresh_solver(self.assumptions, resources).check()
        return "proved" if consistent == z3.sat else "vacuous"


def is_literally_true(goal: Any) -> bool:
    """Python's True or z3's: nothing was asked."""
    import z3

    return goal is True or z3.is_true(goal)


def fresh_solver(formulas: Any, resources: int, logic: str | None = None) -> Any:
    """A solver in a context of its own that holds ``formulas``: what else the process proved before does not change its path.

    The work is limited by ``resources``. The clock only ends what would hang between two counts of them, as "unknown".
    """
    import z3

    context = z3.Context()
    solver = z3.SolverFor(logic, ctx=context) if logic else z3.Solver(ctx=context)
    solver.set("rlimit", resources)
    solver.set("timeout", HANGS)
    solver.add(*[f.translate(context) for f in formulas])
    return solver


def attempt(lemma: Lemma, resources: int = RESOURCES) -> dict[str, Any]:
    """One lemma's outcome as plain data: its name, result and seconds."""
    from verify.evidence.terms import refusing

    start = time.perf_counter()
    prover = Prover()
    with refusing():
        goal = lemma.build(prover)
    result = prover.solve(goal, resources)
    return {"name": lemma.name, "result": result, "seconds": round(time.perf_counter() - start, 3)}


def prove(claim: Claim) -> Evidence:
    """Try every lemma of the claim's proof; it is a proof when all of them are proved. ``ran`` says what it is about."""
    from z3 import Z3Exception

    from verify.evidence.terms import refusing

    start = time.perf_counter()
    method = "z3, one chain of lemmas" if claim.complete_proof else "z3, algebraic steps of the proof"
    try:
        with recording() as seen:
            with refusing():
                proof = claim.proof()
            rows = proof.attempt() if hasattr(proof, "attempt") else [attempt(lemma) for lemma in proof]
        taken = dict.fromkeys(getattr(proof, "taken", []))
        method += f"; taken from outside: {', and '.join(taken)}" if taken else ""
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, Z3Exception) as error:
        # The function that runs is not the one that the proof was written for: no proof, and the row says why.
        misfit = f"the proof does not fit the function: {type(error).__name__}, {error}"
        rows = [{"name": misfit, "result": "unknown", "seconds": 0.0}]
    done = bool(rows) and all(row["result"] == "proved" for row in rows) and claim.complete_proof
    ran = sorted({name.rpartition("<locals>.")[2] for _, name in seen if not name.endswith(">")})
    return Evidence("proof", method, len(rows), seconds=time.perf_counter() - start, holds=done, lemmas=rows, ran=ran)
