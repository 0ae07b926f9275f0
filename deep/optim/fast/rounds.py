"""Iterations of numbers a group: the passes of a round, and where to leave when one has changed nothing."""

from __future__ import annotations

from dataclasses import dataclass

from deep.optim.fast.passes import Plan
from deep.optim.fast.values import Unsupported, Value

LATEST = "latest"


@dataclass
class Rounds:
    """One iteration: ``values[k]`` are the numbers after k rounds, ``latest`` stands for those of the last round made, by
    column. ``passes[k]`` is the pass before which ``values[k]`` are known."""

    latest: dict[int, Value]
    values: list[tuple[Value, ...]]
    passes: list[int]

    @property
    def label(self) -> str:
        return f"settled{next(iter(self.latest.values())).index}"


def rounds(plan: Plan) -> list[Rounds]:
    """The iterations of a plan. Unsupported where what is skipped when leaving would be needed afterwards."""
    at = {v: i for i, one in enumerate(plan.passes) for v in one.groups}
    at.update({v: i + 1 for i, one in enumerate(plan.passes) for v in one.reductions})
    found: dict[tuple[Value, ...], Rounds] = {}
    for v in at:
        if v.op == LATEST:
            column, width, *flat = v.args
            if tuple(flat) not in found:
                values = [tuple(flat[i : i + width]) for i in range(0, len(flat), width)]
                found[tuple(flat)] = Rounds({}, values, [max(at[x] for x in one) for one in values])
            found[tuple(flat)].latest[column] = v
    for one in found.values():
        _check(plan, one)
    return list(found.values())


def _check(plan: Plan, one: Rounds) -> None:
    first, last = one.passes[1], one.passes[-1]
    end = min(v.index for v in one.latest.values())
    inner = {v for p in plan.passes[first : last + 1] for v in [*p.groups, *p.reductions] if v.index < end} - set(one.values[1])
    after = [v for p in plan.passes[last:] for v in [*p.groups, *p.reductions, *p.entries] if v.index > end and v.op != LATEST]
    made = {v for p in plan.passes[first:last] for v in p.entries} - {v for p in plan.passes[:first] for v in p.entries}
    kept = made & set(plan.kept) & {v for p in plan.passes[last:] for v in p.entries if v.index < end}
    stored = [name for p in plan.passes[first:last] for name, _ in p.stores]
    if kept or stored or any(a in inner for v in after for a in v.args if isinstance(a, Value)):
        raise Unsupported("an iteration whose inner values are needed after it")
