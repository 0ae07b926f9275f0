"""MCP: firm thresholding for t < gamma, by pieces; hard thresholding from t = gamma on, which the solver settles at once."""

from __future__ import annotations

import z3

from verify.claims.prox.piecewise import Branch, Piece, compare, values
from verify.claims.prox.theorem import Minimiser
from verify.penalties.l1 import L1
from verify.penalties.mcp import MCP


def mcp() -> Minimiser:
    c = Minimiser(MCP)
    lam, gamma, t = c.parameters["lam"], c.parameters["gamma"], c.t
    pieces = {
        "curved": Piece(lambda x: x <= gamma * lam, lambda x: 2 * gamma * lam * x - x * x),
        "flat": Piece(lambda x: x > gamma * lam, lambda x: gamma * gamma * lam * lam),
    }
    firm = {
        "r <= lam t": Branch(lambda r: r <= lam * t, lambda m, r: m == 0, "curved"),
        "lam t < r <= gamma lam": Branch(
            lambda r: z3.And(r > lam * t, r <= gamma * lam),
            lambda m, r: z3.And(m * (gamma - t) == gamma * (r - lam * t), m <= r),
            "curved",
        ),
        "r > gamma lam": Branch(lambda r: r > gamma * lam, lambda m, r: m == r, "flat"),
    }
    below = compare(c, values(c, gamma, pieces), [t < gamma], firm)
    with c.case(t >= gamma):
        beyond = c.prove("no point is below the prox", c.statement, c.definitions, mutant=c.claimed_of(L1(lam)))
    c.conclude(below, beyond)
    return c
