"""What is done to one entry, and to the numbers of one group, as lines of C."""

from __future__ import annotations

from deep.optim.fast.expressions import expression, name
from deep.optim.fast.passes import Pass, over_entries, plan
from deep.optim.fast.rounds import LATEST, rounds
from deep.optim.fast.stages import Stage
from deep.optim.fast.values import GROUP, Value

SCALES = (0, 1, 2)  # of the squares in a norm of float64: as they are, scaled down, scaled up


class Body:
    """A plan, and the parts of C that runs and columns share."""

    def __init__(
        self,
        real: str,
        arrays: dict[str, str],
        scalars: list[str],
        settings: list[str],
        outputs: dict[str, Value],
        sums: list[Value],
        watched: str | None = None,
    ) -> None:
        self.real = real
        self.watched = watched
        self.arrays, self.scalars, self.settings = arrays, scalars, settings
        self.sums = {v: k for k, v in enumerate(sums)}  # a set or dict, not a list, since == of Values is a Value
        self.summed: dict[Value, list[int]] = {}  # the sums of a number a group
        for v, k in self.sums.items():
            if not over_entries(v):
                self.summed.setdefault(v.args[0], []).append(k)
        self.new = {n: v for n, v in outputs.items() if n in scalars}
        self.plan = plan({n: v for n, v in outputs.items() if n in arrays}, [*self.new.values(), *sums])
        self.rounds = rounds(self.plan)
        of_groups = [v for one in self.plan.passes for v in [*one.groups, *one.reductions] if v.level == GROUP]
        by_entries = {a for one in self.plan.passes for v in one.entries for a in v.args if isinstance(a, Value)}
        later = self._used_later()
        self.spread = {v: None for v in of_groups if v in by_entries}
        iterated = {v for one in self.rounds for values in one.values for v in values}
        self.held = {v: None for v in of_groups if (v in later or v in iterated) and v.op != LATEST}
        self.kept = dict.fromkeys(self.plan.kept)
        self.by_group = bool(of_groups)

    def _body(self, one: Pass, held: object, at: str, done: set[Value], scales: tuple[int, ...] = SCALES) -> list[str]:
        """What is done to one entry; ``at`` follows the name of an accumulator, ``scales`` are those that are summed in."""
        lines = [*self._entries(Stage(one.entries, set(), []), held, done), *self._ends(one, held, at, scales)]
        done.update(one.entries)
        return lines

    def _entries(self, stage: Stage, held: object, done: set[Value]) -> list[str]:
        lines = []
        for v in stage.entries:
            if v.op == "load":
                array = v.args[0]
                lines.append(
                    declared(v, f"from_bfloat16(at_{array}[j])" if self.arrays[array] == "uint16_t" else f"at_{array}[j]")
                )
                if array == self.watched and v not in done:
                    lines.append(f"spoilt |= !({name(v)} - {name(v)} == 0);")
            elif v in done:
                lines.append(declared(v, f"k{v.index}[j]"))
            elif v in stage.taken:
                lines.append(declared(v, f"e{v.index}[j - from]"))
            else:
                lines.append(declared(v, expression(v, held)))  # type: ignore[arg-type]
                lines += [f"k{v.index}[j] = {name(v)};"] if v in self.kept else []
        return lines

    def _ends(self, one: Pass, held: object, at: str, scales: tuple[int, ...] = SCALES) -> list[str]:
        """Into the sums, and into memory."""
        lines = []
        for v in one.reductions:
            x = held(v.args[0])  # type: ignore[operator]
            terms = [x] if v.op == "sum" else [x, f"{x} * 0x1p-600", f"{x} * 0x1p600"][: self._accumulators(v)]
            for k, term in ((k, term) for k, term in enumerate(terms) if k in scales):
                sum_ = f"s{k}_{v.index}{at}"
                lines.append(f"{sum_} += {term};" if v.op == "sum" else f"{{ const double x = {term}; {sum_} += x * x; }}")
        for array, v in one.stores:
            lines.append(f"at_{array}[j] = {f'to_bfloat16({name(v)})' if self.arrays[array] == 'uint16_t' else name(v)};")
        return lines

    def _accumulators(self, v: Value) -> int:
        """Squares of float32 neither over- nor underflow in a float64 sum; those of float64 are summed in three scales."""
        return 1 if v.op == "sum" or self.real == "float" else 3

    def _used_later(self) -> set[Value]:
        """Numbers a group that are used by such numbers of a later pass than their own."""
        found: set[Value] = set()
        own: set[Value] = set()
        for before, one in zip([None, *self.plan.passes], self.plan.passes, strict=False):
            own = {*(before.reductions if before else []), *one.groups}
            found.update(a for v in one.groups for a in v.args if isinstance(a, Value) and a.level == GROUP and a not in own)
        return found


def loop(head: str, body: list[str], folded: dict[str, list[str]]) -> list[str]:
    """A loop over entries, with what it folds into one number by operator."""
    folded = {**folded, "|": ["spoilt"]} if any(line.startswith("spoilt |=") for line in body) else folded
    clauses = "".join(f" reduction({op} : {', '.join(names)})" for op, names in folded.items() if names)
    return [f"#pragma omp simd{clauses}", head, *body, "}"]


def declared(v: Value, text: str) -> str:
    return f"const {'int' if v.condition else 'real'} {name(v)} = {text};"


def index(v: Value) -> int:
    return v.index


def total(v: Value, sums: list[str]) -> str:
    if v.op == "sum":
        return sums[0]
    return f"sqrt({sums[0]})" if len(sums) == 1 else f"norm({', '.join(sums)})"
