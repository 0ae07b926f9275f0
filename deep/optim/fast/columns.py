"""Groups that are bundles of columns: row after row, with what is known of a group spread over its columns."""

from __future__ import annotations

from deep.optim.fast.body import SCALES, Body, declared, index, loop, total
from deep.optim.fast.expressions import expression, name
from deep.optim.fast.passes import REDUCTIONS, Pass
from deep.optim.fast.rounds import LATEST
from deep.optim.fast.values import GROUP, NUMBER, Value


class Columns(Body):
    """Every pass over all rows of a block before the next pass."""

    def _columns(self) -> list[str]:
        lines = ["char *free_from = scratch;", "const int64_t K = (end - first) * B;"]
        lines += [f"real *restrict all{v.index} = TAKE(real, A * K);" for v in self.kept]
        lines += [f"real *restrict c{v.index} = TAKE(real, K);" for v in self.spread]
        lines += [f"real *restrict g{v.index} = TAKE(real, end - first);" for v in self.held]
        lines += [f"const real *g{v.index} = 0;" for one in self.rounds for v in one.latest.values()]
        lines.append("int same = 0, doubtful = 0;")
        lines += self._per_group([], self.plan.passes[0].groups)
        done: set[Value] = set()
        for i, one in enumerate(self.plan.passes):
            sums = [f"s{k}_{v.index}" for v in one.reductions for k in range(self._accumulators(v))]
            lines += [f"double *restrict {s} = TAKE(double, K);" for s in sums]
            norms = [v for v in one.reductions if v.op == "norm" and self._accumulators(v) > 1]
            if norms and not one.stores and all(v.level == GROUP for v in one.reductions):
                lines += [*self._zeros(one, (0,)), *self._rows(one, set(done), (0,)), *self._folds(one, (0,)), "doubtful = 0;"]
                lines += [f"doubtful |= out_of_range(s0_{v.index}, end - first);" for v in norms]
                again = [*self._zeros(one, (1, 2)), *self._rows(one, done, (1, 2)), *self._folds(one, (1, 2))]
                lines += ["if (doubtful) {", *again, "}"]
            else:
                lines += [*self._zeros(one, SCALES), *self._rows(one, done, SCALES), *self._folds(one, SCALES)]
            following = self.plan.passes[i + 1].groups if i + 1 < len(self.plan.passes) else []
            lines += self._between(i + 1, one.reductions, following)
        return lines

    def _sums(self, one: Pass, scales: tuple[int, ...]) -> list[tuple[Value, str]]:
        return [(v, f"s{k}_{v.index}") for v in one.reductions for k in range(self._accumulators(v)) if k in scales]

    def _zeros(self, one: Pass, scales: tuple[int, ...]) -> list[str]:
        return [f"zero({s}, K);" for _, s in self._sums(one, scales)]

    def _folds(self, one: Pass, scales: tuple[int, ...]) -> list[str]:
        """The sums of columns become those of groups."""
        return [f"fold({s}, end - first, B);" for v, s in self._sums(one, scales) if v.level == GROUP]

    def _rows(self, one: Pass, done: set[Value], scales: tuple[int, ...]) -> list[str]:
        """A pass over all rows."""
        lines = ["for (int64_t a = 0; a < A; a++) {"]
        lines += [
            f"{t} *restrict at_{n} = ({t} *)p[{k}] + (a * G + first) * B;" for k, (n, t) in enumerate(self.arrays.items())
        ]
        read = dict.fromkeys([v.args[0] for v in one.entries if v.op == "load"] + [n for n, _ in one.stores])
        lines += [f"FETCH(at_{n} + AHEAD * G * B, a + AHEAD < A && K < G * B ? K : 0);" for n in read]
        lines += [f"real *restrict k{v.index} = all{v.index} + a * K;" for v in self.kept]
        held = lambda v: f"c{v.index}[j]" if v.level == GROUP else name(v)  # noqa: E731
        return [*lines, *loop("for (int64_t j = 0; j < K; j++) {", self._body(one, held, "[j]", done, scales), {}), "}"]

    def _between(self, i: int, reductions: list[Value], groups: list[Value]) -> list[str]:
        """What is known of the groups before pass i, with the way out of an iteration."""
        lines: list[str] = []
        for one in self.rounds:
            k = next((k for k in range(1, len(one.values)) if one.passes[k] == i), 0)
            if k:
                end = min(map(index, one.latest.values()))
                lines += self._per_group(reductions, [v for v in groups if v.index < end], one.values[k - 1 : k + 1])
                lines += [f"g{latest.index} = g{one.values[k][column].index};" for column, latest in one.latest.items()]
                lines.append(f"if (same) goto {one.label};")
                if k == len(one.values) - 1:
                    lines.append(f"{one.label}:;")
                    for v in (v for v in one.latest.values() if v in self.spread):
                        lines.append(f"memcpy(c{v.index}, g{v.index}, (end - first) * sizeof(real));")
                        lines.append(f"spread(c{v.index}, end - first, B);")
                reductions, groups = [], [v for v in groups if v.index > end and v.op != LATEST]
        return [*lines, *self._per_group(reductions, groups)]

    def _per_group(
        self, reductions: list[Value], groups: list[Value], pair: list[tuple[Value, ...]] | None = None
    ) -> list[str]:
        """Compute what is known of a group after its sums, and spread it over its columns. ``same`` is
        whether the two rounds of a ``pair`` are equal in all groups."""
        lines = []
        for v in reductions:
            for k in range(self._accumulators(v)):
                if v.level == NUMBER:
                    s = f"s{k}_{v.index}"
                    lines.append(f"for (int64_t j = 0; j < K; j++) sums[{self.sums[v]}] += {s}[j];")
        local = {v: None for v in [*reductions, *groups] if v.level == GROUP}
        if not local:
            return lines
        totals = {k: f"total{k}" for v in local for k in self.summed.get(v, ())}
        lines += [f"double {total} = 0;" for total in totals.values()]
        folded = f" reduction(+ : {', '.join(totals.values())})" if totals else ""
        lines += ["same = 1;", f"#pragma omp simd reduction(& : same){folded}"] if pair else [f"#pragma omp simd{folded}"]
        lines.append("for (int64_t g = 0; g < end - first; g++) {")
        for v in local:
            sums = [f"s{k}_{v.index}[g]" for k in range(self._accumulators(v))] if v.op in REDUCTIONS else []
            text = (
                total(v, sums)
                if sums
                else expression(v, lambda a: name(a) if a in local or a.level == NUMBER else f"g{a.index}[g]")
            )
            lines.append(declared(v, text))
            lines += [f"g{v.index}[g] = {name(v)};"] if v in self.held else []
            lines += [f"c{v.index}[g] = {name(v)};"] if v in self.spread else []
            lines += [f"{totals[k]} += {name(v)};" for k in self.summed.get(v, ())]
        for a, b in zip(*pair, strict=True) if pair else ():
            lines.append(f"same &= g{a.index}[g] == g{b.index}[g];")
        lines += ["}", *(f"sums[{k}] += {total};" for k, total in totals.items())]
        return [*lines, *(f"spread(c{v.index}, end - first, B);" for v in local if v in self.spread)]
