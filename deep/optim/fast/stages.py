"""Long formulas in several short loops: one entry's operations wait for each other, those of many entries do not."""

from __future__ import annotations

from dataclasses import dataclass

from deep.optim.fast.passes import Pass
from deep.optim.fast.values import ENTRY, Value

LIMIT = 80  # cycles of one stage: the processor looks ahead over a few hundred instructions
SHORT = 200  # up to here one loop is faster
CYCLES = {"truediv": 14, "reciprocal": 14, "sqrt": 20, "cbrt": 70, "cos_third": 150, "cos_third_inside": 90}
OTHERS = 4


@dataclass
class Stage:
    """The ``entries`` of a loop in their order; those ``taken`` over from earlier loops, and those ``given`` to later ones."""

    entries: list[Value]
    taken: set[Value]
    given: list[Value]


def stages(one: Pass, done: set[Value]) -> list[Stage]:
    """The loops of a pass. ``done`` are entries kept from earlier passes. What is read from memory, and conditions, are made
    again rather than handed on."""
    number = _numbers(one, done)
    last = max(number.values(), default=0)
    given: list[dict[Value, None]] = [{} for _ in range(last)]
    roots = [*(v.args[0] for v in one.reductions), *(v for _, v in one.stores)]
    found = []
    for k in reversed(range(last + 1)):
        here: set[Value] = set()
        taken: set[Value] = set()
        waiting = list(roots) if k == last else list(given[k])
        while waiting:
            v = waiting.pop()
            if v.level != ENTRY or v in here:
                continue
            here.add(v)
            if v in done:
                continue
            if number[v] < k and v.op != "load" and not v.condition:
                given[number[v]][v] = None
                taken.add(v)
            else:
                waiting += [a for a in v.args if isinstance(a, Value)]
        found.append(Stage(sorted(here, key=lambda v: v.index), taken, [] if k == last else list(given[k])))
    return found[::-1]


def _numbers(one: Pass, done: set[Value]) -> dict[Value, int]:
    """The stage of each entry, by the cycles after which it can be there."""
    end: dict[Value, int] = {}
    for v in one.entries:
        before = () if v in done else (end[a] for a in v.args if isinstance(a, Value) and a.level == ENTRY)
        end[v] = max(before, default=0) + (OTHERS if v in done else CYCLES.get(v.op, OTHERS))
    short = max(end.values(), default=0) <= SHORT
    return {v: 0 if short else cycles // LIMIT for v, cycles in end.items()}
