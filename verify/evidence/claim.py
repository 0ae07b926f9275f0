"""What a claim is: a statement, named hypotheses, cases, and a margin that is >= 0 exactly when the conclusion holds."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Case = dict[str, Any]
VERDICTS = ("proved", "unrefuted", "refuted", "undecided")
KINDS = ("pointwise", "costly", "run", "rate", "existence", "text")
FORMS = ("printed", "fix", "sharp", "own")

CLAIMS: dict[str, Claim] = {}


@dataclass(frozen=True)
class Hypothesis:
    """A condition of a theorem. ``margin(case, xp)`` is one number a case, >= 0 (> 0 if ``strict``) where it holds."""

    formula: str
    margin: Callable[[Case, Any], Any]
    strict: bool = False

    def holds(self, case: Case, xp: Any) -> Any:
        value = self.margin(case, xp)
        return value > 0 if self.strict else value >= 0


@dataclass(frozen=True)
class Fact:
    """One exact comparison that a text claim rests on: ``holds`` was computed from the facts named in ``detail``."""

    statement: str
    holds: bool
    detail: str = ""


class Claim:
    """Base of all claims; the :func:`claim` decorator turns a plain class into an instance of it.

    Set by the class: a docstring (the statement; formulas in LaTeX between dollars), hypotheses as class attributes, and

    - ``cases(rng, size)``: a dict of NumPy arrays with a leading axis of length ``size``. It draws freely: cases that fail a
      hypothesis are dropped and not counted. With a parameter ``without`` it is told which hypothesis to violate;
    - ``margin(case, xp)``: one number a case over the namespace ``xp``, relative where that has a meaning. It gets a whole
      batch, and what it gives for a case must not depend on the others: sums, norms and maxima over a vector have ``axis=-1``;
    - optionally ``domain(case, xp)`` (a condition a case must meet to make sense at all: parameters in their range),
      ``bound(case, xp)`` (the size of what the margin is compared with), ``proof()`` (a list of
      :class:`~verify.evidence.proof.Lemma`), ``facts()`` (for text claims), ``trace(case, xp)`` (rows of (label, value) that
      the replay shows), ``picture(case)`` (a matplotlib figure of the counterexample) and ``vectors``, names of the arrays
      whose last axis is the dimension, which shrinking may shorten together.
    """

    id: str
    place: str
    paper: str
    expected: str
    why: str
    form: str
    kind: str
    fix: str | None
    erratum: str | None
    falls: str
    experiments: tuple[str, ...]
    cases: Callable[..., Case]  # these are the methods a claim may define; ``has`` tells which it does
    margin: Callable[..., Any]
    bound: Callable[..., Any]
    domain: Callable[..., Any]
    proof: Callable[..., Any]
    facts: Callable[..., list[Fact]]
    rate: Callable[..., Any]
    trace: Callable[..., Any]
    picture: Callable[..., Any]
    vectors: tuple[str, ...] = ()
    complete_proof: bool = True
    made_from: type | None = None  # where such a claim is made for each of some classes, and its pin with it

    @property
    def statement(self) -> str:
        return inspect.cleandoc(self.__doc__ or "")

    @property
    def hypotheses(self) -> dict[str, Hypothesis]:
        return {n: getattr(self, n) for n in dir(type(self)) if isinstance(getattr(type(self), n), Hypothesis)}

    @property
    def slow(self) -> bool:
        """Whether one case is expensive (kinds costly, run and rate): such claims are searched on a tenth of the cases."""
        return self.kind in ("costly", "run", "rate")

    def has(self, method: str) -> bool:
        return callable(getattr(self, method, None))

    def draw(self, rng: Any, size: int, without: str | None = None) -> Case:
        if "without" in inspect.signature(self.cases).parameters:
            return self.cases(rng, size, without=without)
        return self.cases(rng, size)


def claim(
    id: str,
    *,
    place: str,
    expected: str,
    why: str,
    kind: str = "pointwise",
    form: str | None = None,
    fix: str | None = None,
    erratum: str | None = None,
    falls: str = "",
    experiments: tuple[str, ...] = (),
    paper: str | None = None,
) -> Callable[[type], Claim]:
    """Register a class as the claim ``id``.

    ``place`` is where the paper says it; ``expected`` the verdict that is pinned and ``why`` one line of reason, argued before
    it is run; ``fix`` the id of the corrected claim; ``erratum`` one of misprint, gap, false (for refuted ones); ``falls``
    what falls with it and what survives; ``experiments`` those of ``proxproof bench`` that show it at work. Raises ValueError
    for an id taken or a word unknown.
    """
    suffix = id.rpartition(".")[2]
    form = form or (suffix if suffix in ("fix", "sharp") else "printed")
    for name, value, allowed in (("expected", expected, VERDICTS), ("kind", kind, KINDS), ("form", form, FORMS)):
        if value not in allowed:
            raise ValueError(f"claim {id}: {name} is {value!r}; it must be one of {', '.join(allowed)}")
    if erratum not in (None, "misprint", "gap", "false"):
        raise ValueError(f"claim {id}: erratum is {erratum!r}; it must be misprint, gap or false")

    def register(cls: type) -> Claim:
        if id in CLAIMS and cls.__module__ != "__main__":  # a notebook's cell that is run again defines its claim anew
            raise ValueError(f"claim {id} is defined twice")
        members = {name: getattr(cls, name) for name in ("__doc__", "__module__", "__qualname__")}
        made = type(cls.__name__, (cls, Claim), members)()  # a subclass of cls: super() in it asks for one
        made.id, made.place, made.expected, made.why = id, place, expected, why
        made.kind, made.form, made.fix, made.erratum, made.falls = kind, form, fix, erratum, falls
        made.experiments = experiments
        made.paper = paper or id.partition(".")[0]
        if not made.statement:
            raise ValueError(f"claim {id}: the class needs a docstring, its statement")
        CLAIMS[id] = made
        return made

    return register


@dataclass
class Evidence:
    """One piece of evidence: ``kind`` is proof, search, rate or text; ``lemmas`` names the links of a proof, and ``ran`` the
    maps, losses and update rules whose formulas are in it."""

    kind: str
    method: str
    cases: int = 0
    worst_margin: float | None = None
    seconds: float = 0.0
    holds: bool | None = None
    lemmas: list[dict[str, Any]] = field(default_factory=list)
    margins: list[float] = field(default_factory=list)  # a histogram's raw material: quantiles of the margin
    ran: list[str] = field(default_factory=list)

    @property
    def about(self) -> str:
        """What the lemmas of a proof are about, in words."""
        holders = dict.fromkeys(name.partition(".")[0] for name in self.ran)
        named = ", ".join(name for name in holders if not name.startswith("_"))
        return f"about {named}" if named else "of the mathematics alone, in which no map or rule of the code runs"

    def summary(self) -> dict[str, Any]:
        named = {"kind", "method", "cases", "worst_margin", "seconds"}
        extra = {"lemmas": self.lemmas} if self.lemmas else {}
        ran = {"ran": self.ran} if self.kind == "proof" else {}
        return {k: v for k, v in vars(self).items() if k in named} | extra | ran


@dataclass
class Result:
    """What the engine found out about a claim."""

    id: str
    verdict: str
    expected: str
    reason: str
    evidence: list[Evidence]
    counterexample: dict[str, Any] | None = None
    needed: dict[str, dict[str, Any]] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def as_expected(self) -> bool:
        return self.verdict == self.expected
