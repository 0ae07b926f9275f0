"""Wrong prox maps, each wrong in one way, some of them those of verify.audit.power: name -> (prox, value, arguments of
check_prox)."""

from __future__ import annotations

import math

import numpy as np

from tests.verify.audit.right import (
    LAM,
    ball_value,
    block,
    box,
    box_value,
    hard,
    l0,
    l1,
    length,
    mcp,
    mcp_value,
    nuclear,
    row_lengths,
    rows,
    scad,
    singular,
    soft,
)
from verify.audit.power.known import KNOWN


def half_too_early(z, t, lam):
    """l1/2's map, its threshold 1 % too small."""
    mu = lam * t
    r = np.maximum(np.abs(z), 1e-300)
    x = 2 / 3 * z * (1 + np.cos(2 * np.pi / 3 - 2 / 3 * np.arccos(np.minimum(mu / 4 * (r / 3) ** -1.5, 1))))
    return np.where(np.abs(z) > 0.99 * 1.5 * mu ** (2 / 3), x, 0)


def wrong_singular_value(z, t, lam):
    u, s, v = np.linalg.svd(z, full_matrices=False)
    s = np.maximum(s - lam * t * np.array([1.0, 1.0, 1.1]), 0)
    return (u * s) @ v


def one_coordinate(z, t, lam):
    x = block(z, t, lam).copy()
    x[2] *= 1.02
    return x


def corner(z, t, lam, mu):
    return soft(z, t, lam) / (1 + mu * t * (1.01 if lam == 10.0 and mu == 5.0 else 1))


def elastic(x, lam, mu):
    return lam * np.abs(x) + mu * x * x / 2


def average_at_tie(z, t, lam):
    edge = np.sqrt(2 * lam * t)
    return np.where(np.abs(z) == edge, z / 2, hard(z, t, lam))


def scalar(prox, value=l1, **arguments):
    return prox, value, {"scalar": True, "parameters": LAM} | arguments


def array(prox, value=length, shape=(4,), **arguments):
    return prox, value, {"shape": shape, "parameters": LAM} | arguments


MCPS = {"lam": [0.5, 2.0], "gamma": [2.0, 3.0]}
OWN = {
    "wrong for negative inputs": scalar(lambda z, t, lam: np.where(z < 0, soft(z, t, 1.02 * lam), soft(z, t, lam))),
    "sign": scalar(lambda z, t, lam: -soft(z, t, lam)),
    "threshold 1 % too small": scalar(lambda z, t, lam: soft(z, t, 0.99 * lam)),
    "t squared": scalar(lambda z, t, lam: soft(z, t * t, lam)),
    "another penalty": scalar(hard),
    "only for large steps": scalar(lambda z, t, lam: soft(z, t, lam if t < 50 else 1.05 * lam)),
    "in a corner of the parameters": scalar(corner, elastic, parameters={"lam": [0.1, 1.0, 10.0], "mu": [0.0, 0.5, 5.0]}),
    "the value's sum forgets a half": scalar(lambda z, t, lam: z / (1 + lam * t), lambda x, lam: np.sum(lam * x * x)),
    "floats": scalar(lambda z, t, lam: max(abs(z) - lam * t, 0.0), lambda x, lam: lam * abs(x)),
    "floats, domain": scalar(lambda z, t: z + t, lambda x: -math.log(x), parameters=None),
    "jump 1 % too late": scalar(lambda z, t, lam: hard(z, t, 1.02 * lam), l0),
    "jump 1 % too early": scalar(lambda z, t, lam: hard(z, t, 0.98 * lam), l0),
    "neither at a tie": scalar(average_at_tie, l0, parameters={"lam": [0.5, 2.0]}),
    "l1/2 jump 1 % too early": scalar(half_too_early, lambda x, lam: lam * np.sqrt(np.abs(x))),
    "MCP of SCAD": scalar(lambda z, t, lam, gamma: scad(z, t, lam, 1 + gamma), mcp_value, parameters=MCPS),
    "MCP, 1 % in gamma": scalar(lambda z, t, lam, gamma: mcp(z, t, lam, 1.01 * gamma), mcp_value, parameters=MCPS),
    "box off at one side": scalar(lambda z, t: box(z, t, 1.01), box_value, parameters=None),
    "box too narrow at one side": scalar(lambda z, t: box(z, t, 0.99), box_value, parameters=None),
    "group, one coordinate": array(one_coordinate),
    "group, 1 %": array(lambda z, t, lam: block(z, t, 1.01 * lam)),
    "rows, the last one forgotten": array(
        lambda z, t, lam: np.concatenate([rows(z[:-1], t, lam), z[-1:]]), row_lengths, shape=(3, 5)
    ),
    "a wrong singular value": array(wrong_singular_value, nuclear, shape=(3, 4)),
    "nuclear, hard": array(
        lambda z, t, lam: singular(z, t, lam) + (lam * t if np.abs(z).max() > 5 else 0), nuclear, shape=(3, 4)
    ),
    "ball by coordinates": array(lambda z, t: np.clip(z, -0.57, 0.57), ball_value, shape=(3,), parameters=None),
    "l0 and x >= 0, jump late": (
        lambda z, t: np.where(np.maximum(z, 0) ** 2 > 2.5 * t, z, 0 * z),
        lambda x: np.where(x < 0, np.inf, 1.0 * (x != 0)),
        {"scalar": True},
    ),
    "l0 and x >= 0, dust for zeros": (
        lambda z, t: np.where(z * z > 0.2 * t, np.maximum(z, 0), np.maximum(z, 0) * z.dtype.type(1e-6)),
        lambda x: np.where(x < 0, np.inf, 0.1 * (x != 0)),
        {"scalar": True},
    ),
    "ball, 2 % too large": array(lambda z, t: z / max(1, np.linalg.norm(z) / 1.02), ball_value, shape=(3,), parameters=None),
}
OF_POWER = {
    "l1": (
        "no positive part",
        "no absolute value",
        "t ignored",
        "threshold doubled",
        "threshold 0.1 % too large",
        "lam/t for lam t",
        "prox of the conjugate",
        "7 cos z + z^3",
    ),
    "l0": ("sqrt(2 lam) t for sqrt(2 lam t)",),
    "l1/2": ("jump 1 % too late",),
    "MCP": ("small-step formula for t >= gamma",),
    "SCAD": ("small-step formula for t >= a - 1",),
    "Euclidean norm": ("norm squared", "0/0 at zero"),
    "sum of the rows' norms": ("columns for rows",),
    "nuclear norm": ("entries for singular values",),
    "simplex": ("divided by the sum",),
}
KNOWN_AS = {(wrong.name, wrong.mistake): (wrong.prox, wrong.value, wrong.settings) for wrong in KNOWN}
WRONG = OWN | {f"{name}: {mistake}": KNOWN_AS[name, mistake] for name, mistakes in OF_POWER.items() for mistake in mistakes}
