"""A C function that steps many tensors, from the formulas of one.

Entry (a, g, b) of a tensor, at (a G + g) B + b, is in group g. Groups are taken in blocks, and all passes over a block are made
while it is in cache. With A = 1 groups are runs, taken one by one; else they are bundles of columns, and what is known of a
group is spread over its columns. Without groups a tensor is one run, cut anywhere.
"""

from __future__ import annotations

from importlib.resources import files

from deep.optim.fast.columns import Columns
from deep.optim.fast.expressions import expression, name
from deep.optim.fast.runs import Runs

BLOCK = 32768  # entries of a block
PIECE = 192  # entries that go through several stages at a time: all that is known of them stays in the level-1 cache
SUMMED = 512  # entries summed in float32, before that sum joins others in float64
ARGUMENTS = "void *const *p, const double *scalar, const double *setting, double weight"


class Source(Runs, Columns):
    """``real``: float or double. ``arrays``: the C type of each tensor's memory, by name; ``scalars``: the state's numbers;
    ``settings``: those of all tensors; ``outputs``: what becomes of arrays and scalars; ``sums``: summed over all tensors;
    ``watched``: an array of which a last sum is not 0 if it holds NaN or infinity."""

    def text(self) -> str:
        folder, ends = files("deep.optim.fast"), [f"sums[{len(self.sums)}] += spoilt;"] if self.watched else []
        folds = sum(self._accumulators(v) for one in self.plan.passes for v in one.reductions)
        sizes = {
            "ARRAYS": len(self.arrays),
            "SCALARS": len(self.scalars),
            "SUMS": len(self.sums) + len(ends),
            "KEPT": len(self.kept),
            "PER_GROUP": folds + len(self.spread) + len(self.held),
            "BY_GROUP": int(self.by_group),
            "PASSES": len(self.plan.passes),
            "BLOCK": BLOCK,
            "PIECE": PIECE,
            "SUMMED": SUMMED,
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
            *(["bits spoilt = 0;"] if ends else []),
        ]
        if self.by_group:
            lines += ["if (A > 1 || B < SHORT) {", *self._columns(), *ends, "return;", "}"]
        lines += [*self._runs(), *ends, "}", (folder / "driver.h").read_text()]
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
