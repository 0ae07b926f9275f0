"""The proximal maps of l_q, MCP and SCAD with a diagonal preconditioner: only the coordinate's step alpha/(C + delta)
changes."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.prox.chains import CHAINS
from verify.claims.proxgen.setting import Mixed
from verify.claims.proxgen.update import Steps, own_entry
from verify.evidence import Case, Lemma, claim
from verify.evidence.margins import column
from verify.evidence.proof import attempt
from verify.penalties import L0, L1, L12, L23, MCP, SCAD


class Together:
    """The identity of line 8 and the prox, then the proofs of the maps named, for every step t: t = alpha/(C + delta)."""

    taken: tuple[str, ...] = ()

    def __init__(self, *names: str) -> None:
        self.names = names

    def attempt(self) -> list[dict[str, Any]]:
        rows = [attempt(Lemma("line 8 is the prox at theta-hat with the step alpha/(C + delta)", own_entry))]
        for name in self.names:
            rows += [row | {"name": f"{name}: {row['name']}"} for row in CHAINS[name]().attempt()]
        return rows


class Powers(Mixed):
    """l_q, by number: q = 0, 1/2, 2/3, 1."""

    def __init__(self, kind: Any, lam: Any) -> None:
        self.kind = kind
        self.parts = [part._unchecked(lam=lam) for part in (L0, L12, L23, L1)]


def near_jumps(rng: Any, case: Case) -> Case:
    """Some of the tries theta-hat at, just below and above where the maps jump."""
    size, step = len(case["lam"]), case["alpha"] / (case["C"] + case["delta"])
    mu = case["lam"] * step
    jumps = np.stack([np.sqrt(2 * mu), 1.5 * mu ** (2 / 3), 2 * (2 * mu / 3) ** 0.75, mu])
    if "gamma" in case:
        wide = case["lam"] * np.sqrt(case["gamma"] * step)
        jumps = np.stack([wide, case["gamma"] * case["lam"], mu, case["lam"] * (case["gamma"] + 2 + step) / 2])
    at = jumps[rng.integers(0, 4, size), np.arange(size)] * rng.choice([-1.0, 1.0, 0.99, 1.01, 2.0], size)
    near = rng.random(size) < 0.5
    x = case["x"].copy()
    x[:, 3:9] = at[:, None] * rng.uniform(0, 1.1, (size, 6))
    return case | {"theta": np.where(near, at, case["theta"]), "m": np.where(near, 0.0, case["m"]), "x": x}


@claim(
    "PG.lq",
    place="Sect. 2, examples of proximal mappings",
    expected="proved",
    why="the literature's mu (of |x - z|^2 + mu |x|^q) is 2 t lambda: with mu = t lambda a rival is lower",
)
class ClosedForms(Steps):
    r"""For $q \in \{0, 1/2, 2/3, 1\}$ line 8 with $R = \lambda \sum_j |\theta_j|^q$ has its minimiser in closed form for
    every diagonal $C_t$: the known map with the coordinate's step $\alpha_t/(C_{t,i} + \delta)$. (The vanilla map is that of
    $C_t + \delta I = I$; $C_t = I$, as printed, has the step $\alpha_t/(1 + \delta)$.)"""

    def cases(self, rng: Any, size: int) -> Case:
        case = Steps.cases(self, rng, size)
        case = {n: v for n, v in case.items() if n != "gamma"} | {"kind": rng.integers(0, 4, size)}
        return near_jumps(rng, case)

    def penalty(self, case: Case) -> Any:
        return Powers(column(case["kind"]), column(case["lam"]))

    def proof(self) -> Any:
        return Together("L0", "L12", "L23", "L1")


class Curved(Steps):
    """MCP or SCAD; large steps, which every coordinate with C near 0 has."""

    made: Any

    def cases(self, rng: Any, size: int) -> Case:
        case = {n: v for n, v in Steps.cases(self, rng, size).items() if n != "kind"}
        large = rng.random(size) < 0.3
        return near_jumps(rng, case | {"alpha": np.where(large, rng.choice([2.0, 4.0], size), case["alpha"])})

    def penalty(self, case: Case) -> Any:
        return self.made(column(case["lam"]), column(case["gamma"]))


def mcp(lam: Any, gamma: Any) -> MCP:
    return MCP._unchecked(lam=lam, gamma=gamma)  # type: ignore[no-any-return]


def scad(lam: Any, gamma: Any) -> SCAD:
    return SCAD._unchecked(lam=lam, a=1 + gamma)  # type: ignore[no-any-return]


@claim(
    "PG.mcp",
    place="Sect. 2 (MCP is in the appendix)",
    expected="proved",
    why="the firm formula for every step fails from alpha/(C + delta) = gamma on: claim PG.mcp.naive",
)
class AllSteps(Curved):
    r"""For MCP the map at the step $\alpha_t/(C_{t,i} + \delta)$ minimises line 8, for every such step: also where $C_{t,i}$
    is near $0$ and the step is far above $\gamma$, where it is hard thresholding."""

    made = staticmethod(mcp)

    def proof(self) -> Any:
        return Together("MCP")


@claim(
    "PG.scad",
    place="Sect. 2 (SCAD is in the appendix)",
    expected="proved",
    why="the three-piece formula for every step fails from alpha/(C + delta) = a - 1 on: claim PG.scad.naive",
)
class AllStepsScad(Curved):
    r"""For SCAD ($a = 1 + \gamma$) the map at the step $\alpha_t/(C_{t,i} + \delta)$ minimises line 8, for every such step."""

    made = staticmethod(scad)

    def proof(self) -> Any:
        return Together("SCAD")
