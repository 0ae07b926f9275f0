"""A C function that steps many tensors, from the formulas of one.

Entry (a, g, b) of a tensor, at (a G + g) B + b, is in group g. Groups are taken in blocks, and all passes over a block are made
while it is in cache. With A = 1 groups are runs, taken one by one; else they are bundles of columns, and what is known of a
group is spread over its columns. Without groups a tensor is one run, cut anywhere.
"""

from __future__ import annotations

from importlib.resources import files

from deep.optim.fast.expressions import expression, name
from deep.optim.fast.passes import REDUCTIONS, Pass, plan
from deep.optim.fast.values import GROUP, NUMBER, Value

BLOCK = 32768  # entries of a block
ARGUMENTS = "void *const *p, const double *scalar, const double *setting, double weight"


def source(
    real: str, arrays: dict[str, str], scalars: list[str], settings: list[str], outputs: dict[str, Value], sums: list[Value]
) -> str:
    """``real``: float or double. ``arrays``: the C type of each tensor's memory, by name; ``scalars``: the state's numbers;
    ``settings``: those of all tensors; ``outputs``: what becomes of arrays and scalars; ``sums``: summed over all tensors."""
    return _Writer(real, arrays, scalars, settings, outputs, sums).text()


class _Writer:
    def __init__(
        self,
        real: str,
        arrays: dict[str, str],
        scalars: list[str],
        settings: list[str],
        outputs: dict[str, Value],
        sums: list[Value],
    ) -> None:
        self.real = real
        self.arrays, self.scalars, self.settings = arrays, scalars, settings
        self.sums = {v: k for k, v in enumerate(sums)}  # a set or dict, not a list, since == of Values is a Value
        self.new = {n: v for n, v in outputs.items() if n in scalars}
        self.plan = plan({n: v for n, v in outputs.items() if n in arrays}, [*self.new.values(), *sums])
        of_groups = [v for one in self.plan.passes for v in [*one.groups, *one.reductions] if v.level == GROUP]
        by_entries = {a for one in self.plan.passes for v in one.entries for a in v.args if isinstance(a, Value)}
        later = self._used_later()
        self.spread = {v: None for v in of_groups if v in by_entries}
        self.held = {v: None for v in of_groups if v in later}
        self.kept = dict.fromkeys(self.plan.kept)
        self.by_group = bool(of_groups)

    def text(self) -> str:
        folder = files("deep.optim.fast")
        folds = sum(self._accumulators(v) for one in self.plan.passes for v in one.reductions)
        sizes = {
            "ARRAYS": len(self.arrays),
            "SCALARS": len(self.scalars),
            "SUMS": len(self.sums),
            "KEPT": len(self.kept),
            "PER_GROUP": folds + len(self.spread) + len(self.held),
            "BY_GROUP": int(self.by_group),
            "PASSES": len(self.plan.passes),
            "BLOCK": BLOCK,
        }
        lines = [
            f"typedef {self.real} real;",
            f"#define REAL_IS_FLOAT {int(self.real == 'float')}",
            (folder / "prelude.h").read_text(),
            f"enum {{ {', '.join(f'{n} = {value}' for n, value in sizes.items())} }};",
            f"static void finish({ARGUMENTS}) {{",
            *self._numbers(),
            *(f"*(double *)p[ARRAYS + {self.scalars.index(n)}] = {name(v)};" for n, v in self.new.items()),
            "}",
            f"static void block({ARGUMENTS}, int64_t A, int64_t G, int64_t B, int64_t first, int64_t end, char *scratch,",
            "double *sums) {",
            *self._numbers(),
        ]
        if self.by_group:
            lines += ["if (A > 1 || B < SHORT) {", *self._columns(), "return;", "}"]
        lines += [*self._runs(), "}", (folder / "driver.h").read_text()]
        return "\n".join(lines)

    def _numbers(self) -> list[str]:
        memory = {"scalar": (self.scalars, "scalar"), "setting": (self.settings, "setting")}
        lines = []
        for v in self.plan.numbers:
            if v.op in memory:
                names, array = memory[v.op]
                text = f"{array}[{names.index(v.args[0])}]"
            else:
                text = "weight" if v.op == "weight" else expression(v, name)
            lines.append(f"const {'int' if v.condition else 'double'} {name(v)} = {text};")
        return lines

    def _runs(self) -> list[str]:
        loop = ["for (int64_t g = first; g < end; g++) {"] if self.by_group else ["{", "const int64_t g = 0; B = end - first;"]
        lines = [*loop, "char *free_from = scratch;"]
        at = "g * B" if self.by_group else "first"
        lines += [f"{t} *restrict at_{n} = ({t} *)p[{k}] + {at};" for k, (n, t) in enumerate(self.arrays.items())]
        lines += [f"real *restrict k{v.index} = TAKE(real, B);" for v in self.kept]
        done: set[Value] = set()
        for one in self.plan.passes:
            lines += [_declared(v, expression(v, name)) for v in one.groups]
            sums = [f"s{k}_{v.index}" for v in one.reductions for k in range(self._accumulators(v))]
            lines += [f"double {s} = 0;" for s in sums]
            lines.append("#pragma omp simd" + (f" reduction(+ : {', '.join(sums)})" if sums else ""))
            lines += ["for (int64_t j = 0; j < B; j++) {", *self._body(one, name, "", done), "}"]
            for v in one.reductions:
                total = _total(v, [f"s{k}_{v.index}" for k in range(self._accumulators(v))])
                lines.append(_declared(v, total) if v.level == GROUP else f"sums[{self.sums[v]}] += {total};")
        return [*lines, "}"]

    def _columns(self) -> list[str]:
        lines = ["char *free_from = scratch;", "const int64_t K = (end - first) * B;"]
        lines += [f"real *restrict all{v.index} = TAKE(real, A * K);" for v in self.kept]
        lines += [f"real *restrict c{v.index} = TAKE(real, K);" for v in self.spread]
        lines += [f"real *restrict g{v.index} = TAKE(real, end - first);" for v in self.held]
        lines += self._per_group([], self.plan.passes[0].groups)
        done: set[Value] = set()
        for i, one in enumerate(self.plan.passes):
            sums = [f"s{k}_{v.index}" for v in one.reductions for k in range(self._accumulators(v))]
            lines += [f"double *restrict {s} = TAKE(double, K); memset({s}, 0, K * sizeof(double));" for s in sums]
            lines.append("for (int64_t a = 0; a < A; a++) {")
            lines += [
                f"{t} *restrict at_{n} = ({t} *)p[{k}] + (a * G + first) * B;" for k, (n, t) in enumerate(self.arrays.items())
            ]
            read = dict.fromkeys([v.args[0] for v in one.entries if v.op == "load"] + [n for n, _ in one.stores])
            lines += [f"FETCH(at_{n} + AHEAD * G * B, a + AHEAD < A && K < G * B ? K : 0);" for n in read]
            lines += [f"real *restrict k{v.index} = all{v.index} + a * K;" for v in self.kept]
            lines += ["#pragma omp simd", "for (int64_t j = 0; j < K; j++) {"]
            lines += [*self._body(one, lambda v: f"c{v.index}[j]" if v.level == GROUP else name(v), "[j]", done), "}", "}"]
            following = self.plan.passes[i + 1].groups if i + 1 < len(self.plan.passes) else []
            lines += self._per_group(one.reductions, following)
        return lines

    def _body(self, one: Pass, held: object, at: str, done: set[Value]) -> list[str]:
        """What is done to one entry; ``at`` follows the name of an accumulator."""
        lines = []
        for v in one.entries:
            if v.op == "load":
                array = v.args[0]
                lines.append(
                    _declared(v, f"from_bfloat16(at_{array}[j])" if self.arrays[array] == "uint16_t" else f"at_{array}[j]")
                )
            elif v in done:
                lines.append(_declared(v, f"k{v.index}[j]"))
            else:
                lines.append(_declared(v, expression(v, held)))  # type: ignore[arg-type]
                lines += [f"k{v.index}[j] = {name(v)};"] if v in self.kept else []
        for v in one.reductions:
            x = held(v.args[0])  # type: ignore[operator]
            terms = [x] if v.op == "sum" else [x, f"{x} * 0x1p-600", f"{x} * 0x1p600"][: self._accumulators(v)]
            for k, term in enumerate(terms):
                lines.append(f"{{ const double x = {term}; s{k}_{v.index}{at} += {'x' if v.op == 'sum' else 'x * x'}; }}")
        for array, v in one.stores:
            lines.append(f"at_{array}[j] = {f'to_bfloat16({name(v)})' if self.arrays[array] == 'uint16_t' else name(v)};")
        done.update(v for v in one.entries if v.op != "load")
        return lines

    def _per_group(self, reductions: list[Value], groups: list[Value]) -> list[str]:
        """Fold the columns of each group, compute what is known of a group then, and spread it over its columns."""
        lines = []
        for v in reductions:
            for k in range(self._accumulators(v)):
                if v.level == NUMBER:
                    s = f"s{k}_{v.index}"
                    lines.append(f"for (int64_t j = 0; j < K; j++) sums[{self.sums[v]}] += {s}[j];")
        local = {v: None for v in [*reductions, *groups] if v.level == GROUP}
        if not local:
            return lines
        folded = [v for v in local if v.op in REDUCTIONS]
        for v in folded:
            for k in range(self._accumulators(v)):
                lines.append(f"fold(s{k}_{v.index}, end - first, B);")
        lines += ["#pragma omp simd", "for (int64_t g = 0; g < end - first; g++) {"]
        for v in local:
            sums = [f"s{k}_{v.index}[g]" for k in range(self._accumulators(v))] if v.op in REDUCTIONS else []
            text = (
                _total(v, sums)
                if sums
                else expression(v, lambda a: name(a) if a in local or a.level == NUMBER else f"g{a.index}[g]")
            )
            lines.append(_declared(v, text))
            lines += [f"g{v.index}[g] = {name(v)};"] if v in self.held else []
            lines += [f"c{v.index}[g] = {name(v)};"] if v in self.spread else []
        lines.append("}")
        return [*lines, *(f"spread(c{v.index}, end - first, B);" for v in local if v in self.spread)]

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


def _declared(v: Value, text: str) -> str:
    return f"const {'int' if v.condition else 'real'} {name(v)} = {text};"


def _total(v: Value, sums: list[str]) -> str:
    if v.op == "sum":
        return sums[0]
    return f"sqrt({sums[0]})" if len(sums) == 1 else f"norm({', '.join(sums)})"
