"""A chain of lemmas: each may use the assumptions, what the operations of a run computed, and the facts proved before it.

    c = Chain()
    x = z3.Real("x")
    c.assume("x is large", x > 1)
    square = c.prove("$x^2 > x$", x * x > x, mutant=x * x > 2 * x)
    c.prove("$x^4 > x^2$", x**4 > x**2, square, mutant=...)

A lemma that is asked with everything known at once is often too much for the solver; with the two or three facts that it rests
on it is instant. A ``mutant`` is a false variant of the goal: that the solver refutes it, from the same facts, shows that they
do not contradict each other and that the goal is not weaker than it reads. Tests ask for it, a verification does not.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import z3

from verify.evidence.proof import fresh_solver, is_literally_true

RESOURCES = 8_000_000


@dataclass(frozen=True, eq=False)
class Known:
    """A formula that later lemmas of the chain may use."""

    name: str
    formula: Any


@dataclass(frozen=True)
class Link:
    """One lemma: under ``assumed``, ``given`` implies ``goal``, and does not imply ``mutant``."""

    name: str
    goal: Any
    given: tuple[Any, ...]
    assumed: tuple[Any, ...]
    mutant: Any

    def attempt(self, resources: int = RESOURCES) -> dict[str, Any]:
        """The outcome as plain data: proved, refuted, unknown, or vacuous: what is assumed contradicts itself, or the goal is
        literally True."""
        start = time.perf_counter()
        answer = ask([*self.assumed, *self.given, z3.Not(self.goal)], resources)
        result = {"sat": "refuted", "unknown": "unknown"}.get(answer, "proved")
        if is_literally_true(self.goal) or (result == "proved" and self.assumed and ask(self.assumed, resources) != "sat"):
            result = "vacuous"
        return {"name": self.name, "result": result, "seconds": round(time.perf_counter() - start, 3)}

    def refutes_mutant(self, *example: Any) -> bool:
        """Whether a model of all that is given falsifies the mutant; ``example`` is a place to look for one."""
        query = [*self.assumed, *self.given, z3.Not(self.mutant)]
        return (bool(example) and ask([*query, *example]) == "sat") or ask(query) == "sat"


def ask(formulas: Any, resources: int = RESOURCES) -> str:
    """sat, unsat or unknown: z3's general solver for a while, then the one for polynomials. Limited by work, not by time."""
    answer = z3.unknown
    for logic, share in ((None, resources // 6), ("QF_NRA", resources)):
        answer = fresh_solver(formulas, share, logic).check()
        if answer != z3.unknown:
            break
    return str(answer)


class Chain:
    """The links of a proof in their order. ``example`` are equations where mutants may be refuted if they are not at once."""

    def __init__(self) -> None:
        self.links: list[Link] = []
        self.assumptions: list[Any] = []
        self.example: list[Any] = []
        self.taken: list[str] = []
        self._case: tuple[Any, ...] = ()
        self._definitions: dict[str, Known] = {}
        self._known: set[Known] = set()

    def assume(self, *formulas: Any) -> None:
        """Add to what every later lemma may use. ValueError inside a case, outside which it would be forgotten."""
        if self._case:
            raise ValueError("assumptions are made before a case is opened")
        self.assumptions.extend(formulas)

    def define(self, definitions: dict[str, Any]) -> None:
        """Variables by name with what defines them (the record of a run); a lemma uses one by naming its variable."""
        self._definitions |= {name: self._add(name, formula) for name, formula in definitions.items()}

    @property
    def definitions(self) -> list[Known]:
        return list(self._definitions.values())

    def definition(self, variable: Any) -> Known:
        """What defines the result of an operation; ValueError where it is none."""
        if str(variable) not in self._definitions:
            raise ValueError(f"{variable} is neither a fact of this chain nor the result of an operation that it knows")
        return self._definitions[str(variable)]

    @contextmanager
    def case(self, *conditions: Any) -> Iterator[None]:
        """Lemmas inside hold where all conditions do; outside they are used as implications."""
        before = self.assumptions
        self.assumptions, self._case = [*before, *conditions], (*self._case, *conditions)
        try:
            yield
        finally:
            self.assumptions, self._case = before, self._case[: len(self._case) - len(conditions)]

    def prove(self, name: str, goal: Any, *using: Any, mutant: Any) -> Known:
        """Add a lemma. ``using`` are facts of this chain, variables with a definition, or lists of them."""
        given = tuple(known.formula for known in self._flat(using))
        self.links.append(Link(name, goal, given, tuple(self.assumptions), mutant))
        return self._add(name, z3.Implies(z3.And(*self._case), goal) if self._case else goal)

    def for_all(self, name: str, hypotheses: list[Any], goal: Any, *, mutant: Any) -> Callable[..., Known]:
        """A lemma for all values of its variables, from its hypotheses alone. Call the result with terms for them, by name."""
        self.links.append(Link(name, goal, (), tuple(hypotheses), mutant))
        statement = z3.Implies(z3.And(*hypotheses), goal)

        def at(**terms: Any) -> Known:
            return self._add(name, z3.substitute(statement, *[(z3.Real(k), v) for k, v in terms.items()]))

        return at

    def given(self, name: str, formula: Any) -> Known:
        """A fact taken from outside the solver, under the name by which it is known. :attr:`taken` lists them."""
        self.taken.append(name)
        return self._add(name, formula)

    def theorem(self, other: Chain) -> Callable[..., Known]:
        """Add the links of a chain that ends in a theorem, and use that theorem at terms for its variables, by name.

        ValueError where the other chain ends inside a case, or rests on facts taken from outside: those hold at its own terms.
        """
        if other.taken or other.links[-1].assumed != tuple(other.assumptions):
            raise ValueError("only a chain that ends in its theorem, with nothing taken from outside, is used at other terms")
        self.links += other.links
        hypotheses = [*other.assumptions, *(known.formula for known in other.definitions)]
        statement = z3.Implies(z3.And(*hypotheses), other.links[-1].goal)

        def at(terms: dict[str, Any]) -> Known:
            return self._add("a theorem", z3.substitute(statement, *[(z3.Real(k), v) for k, v in terms.items()]))

        return at

    def attempt(self, resources: int = RESOURCES) -> list[dict[str, Any]]:
        """Try every lemma: one row of plain data for each."""
        return [link.attempt(resources) for link in self.links]

    def _add(self, name: str, formula: Any) -> Known:
        known = Known(name, formula)
        self._known.add(known)
        return known

    def _flat(self, using: Any) -> Iterator[Known]:
        for item in using:
            if isinstance(item, list | tuple):
                yield from self._flat(item)
            elif isinstance(item, Known):
                if item not in self._known:
                    raise ValueError(f"{item.name!r} is not a fact of this chain")
                yield item
            else:
                yield self.definition(item)
