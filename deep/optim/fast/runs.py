"""Groups that are runs of memory, one by one; without groups, a tensor as one run."""

from __future__ import annotations

from deep.optim.fast.body import Body, declared, index, loop, total
from deep.optim.fast.expressions import expression, name
from deep.optim.fast.passes import Pass
from deep.optim.fast.rounds import LATEST
from deep.optim.fast.stages import stages
from deep.optim.fast.values import GROUP, NUMBER, Value


def pieces(size: str) -> list[str]:
    return [
        f"for (int64_t from = 0; from < B; from += {size}) {{",
        f"const int64_t to = from + {size} < B ? from + {size} : B;",
    ]


class Runs(Body):
    """Every pass over a run before the next run."""

    def _runs(self) -> list[str]:
        loop = ["for (int64_t g = first; g < end; g++) {"] if self.by_group else ["{", "const int64_t g = 0; B = end - first;"]
        lines = [*loop, "char *free_from = scratch;"]
        at = "g * B" if self.by_group else "first"
        lines += [f"{t} *restrict at_{n} = ({t} *)p[{k}] + {at};" for k, (n, t) in enumerate(self.arrays.items())]
        lines += [f"real *restrict k{v.index} = TAKE(real, B);" for v in self.kept]
        lines += [f"real {name(v)};" for one in self.rounds for v in one.latest.values()]
        done: set[Value] = set()
        for i, one in enumerate(self.plan.passes):
            for v in one.groups:
                lines += [declared(v, expression(v, name))] if v.op != LATEST else []
                lines += self._into_sums(v)
                lines += self._round_of_run(i, v)
            sums = [f"s{k}_{v.index}" for v in one.reductions for k in range(self._accumulators(v))]
            lines += [f"double {s} = 0;" for s in sums]
            lines += self._loops(one, sums, done)
            for v in one.reductions:
                text = total(v, [f"s{k}_{v.index}" for k in range(self._accumulators(v))])
                lines.append(declared(v, text) if v.level == GROUP else f"sums[{self.sums[v]}] += {text};")
                lines += self._into_sums(v)
        return [*lines, "}"]

    def _into_sums(self, v: Value) -> list[str]:
        return [f"sums[{k}] += {name(v)};" for k in self.summed.get(v, ())]

    def _round_of_run(self, i: int, v: Value) -> list[str]:
        """After ``v``, the last number of a round: keep its numbers, and leave if they are those of the round before."""
        lines = []
        for one in self.rounds:
            k = next((k for k, values in enumerate(one.values) if k and one.passes[k] == i and max(values, key=index) is v), 0)
            if k:
                lines += [f"{name(latest)} = {name(one.values[k][column])};" for column, latest in one.latest.items()]
                pairs = zip(one.values[k], one.values[k - 1], strict=True)
                lines.append(f"if ({' & '.join(f'({name(a)} == {name(b)})' for a, b in pairs)}) goto run_{one.label};")
                lines += [f"run_{one.label}:;"] if k == len(one.values) - 1 else []
        return lines

    def _loops(self, one: Pass, sums: list[str], done: set[Value]) -> list[str]:
        """A pass over a run; one of several stages goes piece by piece, with what they hand on in arrays of that size."""
        loops = stages(one, done)
        if len(loops) == 1 and self._of_floats(one):
            return self._summed_in_pieces(one, done)
        if len(loops) == 1:
            return loop("for (int64_t j = 0; j < B; j++) {", self._body(one, name, "", done), {"+": sums})
        lines = [f"real e{v.index}[PIECE];" for stage in loops for v in stage.given]
        lines += pieces("PIECE")
        touched = dict.fromkeys([v.args[0] for v in one.entries if v.op == "load"] + [n for n, _ in one.stores])
        lines += [f"FETCH(at_{n} + from + PIECE, PIECE);" for n in touched]
        for stage in loops:
            last = stage is loops[-1]
            body = self._entries(stage, name, done)
            body += [f"e{v.index}[j - from] = {name(v)};" for v in stage.given]
            body += self._ends(one, name, "") if last else []
            lines += loop("for (int64_t j = from; j < to; j++) {", body, {"+": sums if last else []})
        done.update(one.entries)
        return [*lines, "}"]

    def _of_floats(self, one: Pass) -> bool:
        """Whether a pass sums over the whole tensor alone, in float32: its sums need no more digits than PyTorch's own have."""
        return bool(one.reductions) and self.real == "float" and all(v.level == NUMBER for v in one.reductions)

    def _summed_in_pieces(self, one: Pass, done: set[Value]) -> list[str]:
        """A piece is summed in float32, the sums of pieces in float64: entries are then converted once a piece."""
        sums = {f"s0_{v.index}": f"s0_{v.index}_piece" for v in one.reductions}
        lines = [*pieces("SUMMED"), *(f"real {piece} = 0;" for piece in sums.values())]
        lines += loop("for (int64_t j = from; j < to; j++) {", self._body(one, name, "_piece", done), {"+": [*sums.values()]})
        return [*lines, *(f"{whole} += {piece};" for whole, piece in sums.items()), "}"]
