"""A handful of tiny claims of two papers, one for each thing that a report shows."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.evidence import Fact, Hypothesis, Lemma, claim
from verify.evidence.draw import uniform


@claim(
    "DEMO.L1",
    place="Lemma 1, Eq. (4)",
    expected="refuted",
    why="at $x = 1/2$ the square is below the number",
    erratum="false",
    fix="DEMO.L1.fix",
    falls="the rate; descent survives for $x \\ge 1$",
    experiments=("Limits", "Steps"),
)
class Square:
    r"""For every $x \in \mathbb{R}$ with $0 < x \le \frac{1}{\beta + L}$: $x^2 \ge x$ & <more>."""

    positive = Hypothesis("$x > 0$", lambda case, xp: case["x"], strict=True)

    def cases(self, rng: Any, size: int) -> dict[str, Any]:
        return {"x": uniform(rng, -1, 3, size)}

    def margin(self, case: dict[str, Any], xp: Any) -> Any:
        return case["x"] * case["x"] - case["x"]

    def trace(self, case: dict[str, Any], xp: Any) -> Any:
        yield "x^2", case["x"] * case["x"]
        yield "a root", xp.sqrt(case["x"])

    def picture(self, case: dict[str, Any]) -> Any:
        from matplotlib.figure import Figure

        figure = Figure(figsize=(4, 2.5))
        axes = figure.subplots()
        x = np.linspace(0, 2)
        axes.plot(x, x * x - x, label="margin")
        axes.plot(case["x"], case["x"] ** 2 - case["x"], "o")
        axes.legend()
        return figure


@claim("DEMO.L1.fix", place="Lemma 1", expected="proved", why="$x - 1 \\ge 0$ times x; the sign of 1 would break it")
class SquareFixed:
    r"""For $x \ge 1$: $x^2 \ge x$."""

    large = Hypothesis("$x \\ge 1$", lambda case, xp: case["x"] - 1)
    idle = Hypothesis("|y| <= 1", lambda case, xp: 1 - xp.abs(case["y"]))

    def cases(self, rng: Any, size: int) -> dict[str, Any]:
        return {"x": uniform(rng, -1, 3, size), "y": uniform(rng, -2, 2, size)}

    def margin(self, case: dict[str, Any], xp: Any) -> Any:
        return case["x"] * case["x"] - case["x"]

    def proof(self) -> list[Lemma]:
        def product(p: Any) -> Any:
            x = p.real("x")
            p.assume(x >= 1)
            return x * x >= x

        return [Lemma("$x(x - 1) \\ge 0$", product)]


@claim("DEMO.soft", place="Section 1", expected="refuted", why="the paper says 'often'", kind="text", form="own")
class Always:
    """The second row is always the better."""

    def facts(self) -> list[Fact]:
        return [Fact("row 2 exceeds row 1", False, "92.1 against 92.1")]


@claim("DEMO.E2", place="Eq. (2)", expected="unrefuted", why="convexity of the square; a factor 2 would break it")
class Mean:
    r"""$\frac{1}{d} \sum_{i=1}^d x_i^2 \ge \bigl(\frac{1}{d} \sum_{i=1}^d x_i\bigr)^2$."""

    vectors = ("x",)

    def cases(self, rng: Any, size: int) -> dict[str, Any]:
        return {"x": rng.normal(size=(size, 4))}

    def margin(self, case: dict[str, Any], xp: Any) -> Any:
        return xp.sum(case["x"] ** 2, axis=-1) / 4 - (xp.sum(case["x"], axis=-1) / 4) ** 2


@claim("OTHER.T1", place="Table 1", expected="refuted", why="the rows are equal", kind="text", erratum="misprint")
class Rows:
    """The second row is better in `accuracy` than the first."""

    def facts(self) -> list[Fact]:
        return [Fact("row 2 exceeds row 1", False, "92.1 against 92.1"), Fact("row 3 exceeds row 1", True, "92.4 against 92.1")]
