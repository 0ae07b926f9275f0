"""MCP of one number as plain functions, for group MCP and the sparse-group solver, where the threshold is one a group."""

from __future__ import annotations

from typing import Any


def mcp(size: Any, lam: Any, gamma: Any, xp: Any) -> Any:
    """lam r - r^2/(2 gamma) up to r = gamma lam, gamma lam^2/2 beyond, at r = size >= 0."""
    inside = xp.minimum(size, gamma * lam)
    return inside * (lam - inside / (2 * gamma))


def firm_or_hard(size: Any, t: Any, lam: Any, gamma: Any, xp: Any) -> Any:
    """argmin over r >= 0 of (r - size)^2/(2t) + MCP(r), size >= 0; 0 at ties.

    For t < gamma firm thresholding, gamma (size - t lam)/(gamma - t) between t lam and gamma lam; from t = gamma on the
    objective is concave up to gamma lam, so that 0 or size minimises: hard thresholding at lam sqrt(gamma t).
    """
    room = xp.where(t < gamma, gamma - t, 1)
    firm = gamma * (xp.maximum(xp.subtract_product(size, t, lam), 0) / room)
    firm = xp.where(size >= gamma * lam, size, xp.minimum(firm, size))
    hard = xp.where(size <= lam * xp.sqrt(gamma * t), 0, size)
    return xp.where(t < gamma, firm, hard)
