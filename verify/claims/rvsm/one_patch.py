"""Lemma 5 for one patch, k = 1: off the ray of -w* the norms have a floor too."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.rvsm.draws import STEP, mix
from verify.claims.rvsm.limit_cases import draw
from verify.claims.rvsm.setting import BETA_SMALL, INITIAL_ANGLE, LAM_SMALL, VECTORS, in_range, iterates
from verify.evidence import Case, Hypothesis, claim
from verify.evidence.draw import uniform


@claim(
    "RVSM.L5.k1",
    place="Lemma 5",
    expected="unrefuted",
    why="0.634 fails: d = 1, w* = 1, beta = .579, u = 0 at the limit 1/(1 + beta); starts on the ray of -w* fail with 0.633",
    kind="run",
    form="own",
)
class OnePatch:
    r"""For $k = 1$ and Theorem 1's other conditions the norms are eventually at least $0.633$ ($1/(1 + \beta)$ is 0.6332 at
    the largest $\beta$): checked at $t = 60$ for $\delta \ge 1/4$ and steps of at least half the longest."""

    vectors = VECTORS
    step, start, coupling, sparsity = STEP, INITIAL_ANGLE, BETA_SMALL, LAM_SMALL
    wide = Hypothesis(r"$\delta \ge 1/4$", lambda c, xp: c["delta"] - xp.constant("0.25"))
    floor = "0.633"

    def cases(self, rng: Any, size: int, without: str | None = None) -> Case:
        case = draw(rng, size, without)
        case |= {n: case[n] * case["k"] for n in ("beta", "lam")} | {"k": np.ones(size, dtype=np.int64)}
        axis = np.eye(4)[:1]
        line = {"w_star": np.repeat(axis, size, axis=0), "w0": axis * (np.abs(case["w0"]) + 1e-3)}
        top = {"delta": np.full(size, 2.02876), "beta": np.full(size, 0.57923), "lam": np.full(size, 0.57923 * 0.9999)}
        case = mix(rng, case, case | line | top, 0.1) if without is None else case
        share = uniform(rng, 1.5, 4.0, size) if without == "step" else uniform(rng, 0.5, 1.0, size) * (1 - 1e-12)
        return case | {"eta": share / (case["beta"] + 1)}

    def domain(self, case: Case, xp: Any) -> Any:
        fine = xp.both(in_range(case, xp), xp.both(case["k"] == 1, case["delta"] > 0))
        return xp.both(xp.both(fine, xp.any(case["w0"] != 0, axis=-1)), 2 * case["eta"] * (case["beta"] + 1) >= 1)

    def margin(self, case: Case, xp: Any) -> Any:
        *_, (w, _) = iterates(case, xp, 60)
        return xp.norm(w, axis=-1) - xp.constant(self.floor)
