"""Which values are computed in which pass over the entries: norms and sums of one pass are there for the next one."""

from __future__ import annotations

from dataclasses import dataclass, field

from deep.optim.fast.values import ENTRY, GROUP, NUMBER, Unsupported, Value

REDUCTIONS = ("sum", "norm")


def over_entries(v: Value) -> bool:
    """Whether v is a reduction of entries, which takes a pass over the tensor. A sum of per-group numbers takes none: it is
    accumulated where these are computed."""
    return v.op in REDUCTIONS and v.args[0].level == ENTRY


@dataclass
class Pass:
    """One loop over the entries: ``groups``, the per-group numbers computed before it; ``entries``, the values computed in it;
    ``reductions``, the sums and norms it accumulates; ``stores``, (array, value) pairs written by it."""

    groups: list[Value] = field(default_factory=list)
    reductions: list[Value] = field(default_factory=list)
    entries: list[Value] = field(default_factory=list)
    stores: list[tuple[str, Value]] = field(default_factory=list)


@dataclass
class Plan:
    """The passes; the numbers computed before them; the entries kept from one pass for a later one."""

    passes: list[Pass]
    numbers: list[Value]
    kept: list[Value]


def plan(outputs: dict[str, Value], others: list[Value]) -> Plan:
    """``outputs``: entries to store, by the name of their array. ``others``: numbers, sums over the whole tensor among them.
    All values are numbered anew, in their order: formulas that are alike are then alike in C, and compiled once."""
    order = reachable([*outputs.values(), *others])
    for k, v in enumerate(order):
        v.index = k
    ready: dict[Value, int] = {}  # the first pass that can use it
    for v in order:
        if v.level != NUMBER and any(a.level == NUMBER and a.op in REDUCTIONS for a in _values(v)):
            raise Unsupported("a sum over the whole tensor that its own entries need")
        ready[v] = max((ready[a] for a in _values(v)), default=0) + over_entries(v)
    made = {v: ready[v] - over_entries(v) for v in order if v.level != NUMBER or v.op in REDUCTIONS}  # the pass that makes it
    passes = [Pass() for _ in range(1 + max(made.values(), default=0))]
    for v in order:
        if over_entries(v):
            passes[made[v]].reductions.append(v)
        elif v.level == GROUP:
            passes[ready[v]].groups.append(v)
    last_read: dict[str, int] = {}
    while True:  # an array is overwritten when nothing reads it any more; where that is late, so is what the new values read
        known, kept = dict(last_read), dict[Value, None]()
        done: set[Value] = set()
        for i, one in enumerate(passes):
            one.stores = [(n, v) for n, v in outputs.items() if max(ready[v], known.get(n, 0)) == i]
            one.entries = _needed([*(v.args[0] for v in one.reductions), *(v for _, v in one.stores)], done)
            kept.update({v: None for v in one.entries if v in done})
            for v in one.entries:
                if v.op == "load":
                    last_read[v.args[0]] = max(i, last_read.get(v.args[0], 0))
            done.update(v for v in one.entries if v.op != "load")
        if last_read == known:
            break
    return Plan(passes, [v for v in order if v.level == NUMBER and v.op not in REDUCTIONS], list(kept))


def _values(v: Value) -> list[Value]:
    return [a for a in v.args if isinstance(a, Value)]


def reachable(roots: list[Value]) -> list[Value]:
    found: set[Value] = set()
    waiting = list(roots)
    while waiting:
        v = waiting.pop()
        if v not in found:
            found.add(v)
            waiting += _values(v)
    return sorted(found, key=lambda v: v.index)


def _needed(roots: list[Value], done: set[Value]) -> list[Value]:
    """The entries that a pass touches: down from its roots to what is read, or was computed in an earlier pass."""
    found: set[Value] = set()
    waiting = list(roots)
    while waiting:
        v = waiting.pop()
        if v.level == ENTRY and v not in found:
            found.add(v)
            if v not in done:
                waiting += _values(v)
    return sorted(found, key=lambda v: v.index)
