"""Textbook formulas of MCP and SCAD, which are right for small steps only."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.proxgen.closed_forms import Curved, mcp, scad
from verify.evidence import Case, claim
from verify.evidence.margins import column, soft


class Naive(Curved):
    """A textbook formula, which is right for small steps, at all steps."""

    def cases(self, rng: Any, size: int) -> Case:
        case = Curved.cases(self, rng, size)
        corner = rng.random(size) < 0.2
        fixed = {"lam": 1.0, "gamma": 2.0, "alpha": 4.0, "delta": 1.0, "C": 0.0, "m": 0.0}
        case |= {n: np.where(corner, v, case[n]) for n, v in fixed.items()}
        theta = np.where(corner, rng.choice([2.5, 3.0, 3.5], size), case["theta"])
        rivals = case["x"][:, :4]
        rivals[:, 1] = theta
        return case | {"theta": theta, "x": rivals}

    def formula(self, r: Any, lam: Any, gamma: Any, t: Any, xp: Any) -> Any:
        raise NotImplementedError

    def after(self, case: Case, penalty: Any, xp: Any) -> Any:
        t = case["alpha"] / (case["C"] + case["delta"])
        z = case["theta"] - t * case["m"]
        return column(xp.copysign(self.formula(xp.abs(z), case["lam"], case["gamma"], t, xp), z))


@claim(
    "PG.mcp.naive",
    place="Sect. 2 (MCP is in the appendix)",
    form="own",
    expected="refuted",
    why="lambda = 1, gamma = 2, step 4, theta-hat = 2.5: it keeps 2.5 (1), 0 has 25/32",
    erratum="false",
    fix="PG.mcp",
    falls="nothing that is printed: a trap, since C_i = 0 makes the step alpha/delta",
)
class Firm(Naive):
    r"""Firm thresholding ($0$ up to $t \lambda$, then $\gamma S(z, t\lambda)/(\gamma - t)$ up to $\gamma \lambda$, then $z$)
    serves for every step $t$."""

    made = staticmethod(mcp)

    def formula(self, r: Any, lam: Any, gamma: Any, t: Any, xp: Any) -> Any:
        slope = xp.where(gamma == t, 1, gamma - t)
        return xp.where(r > gamma * lam, r, gamma * soft(r, t * lam, xp) / slope)


@claim(
    "PG.scad.naive",
    place="Sect. 2 (SCAD is in the appendix)",
    form="own",
    expected="refuted",
    why="lambda = 1, a = 3, step 4, theta-hat = 3.5: it keeps 3.5 (2), 0 has 49/32",
    erratum="false",
    fix="PG.scad",
    falls="nothing that is printed: a trap, since C_i = 0 makes the step alpha/delta",
)
class ThreePieces(Naive):
    r"""SCAD's three-piece formula ($S(z, t\lambda)$ up to $\lambda (1 + t)$, a line up to $a \lambda$, then $z$) serves for
    every step $t$."""

    made = staticmethod(scad)

    def formula(self, r: Any, lam: Any, gamma: Any, t: Any, xp: Any) -> Any:
        a = 1 + gamma
        slope = xp.where(gamma == t, 1, gamma - t)
        middle = (gamma * r - a * t * lam) / slope
        return xp.where(r > a * lam, r, xp.where(r > (1 + t) * lam, middle, soft(r, t * lam, xp)))
