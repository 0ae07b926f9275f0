"""Wrong prox maps, each wrong in one way: name -> (prox, value, arguments of check_prox)."""

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
    scad_value,
    simplex_value,
    singular,
    soft,
)


def firm(z, t, lam, gamma):
    """MCP's map for small steps, used for every step."""
    return np.where(np.abs(z) <= gamma * lam, soft(z, t, lam) / (1 - t / gamma), z)


def scad_small_steps(z, t, lam, a):
    """SCAD's map for steps below a - 1."""
    r = np.abs(z)
    middle = ((a - 1) * z - np.sign(z) * a * lam * t) / (a - 1 - t)
    return np.where(r <= lam * (1 + t), soft(z, t, lam), np.where(r <= a * lam, middle, z))


def half_threshold(factor):
    def prox(z, t, lam):
        """l1/2's map with its threshold times ``factor``."""
        mu = lam * t
        r = np.maximum(np.abs(z), 1e-300)
        x = 2 / 3 * z * (1 + np.cos(2 * np.pi / 3 - 2 / 3 * np.arccos(np.minimum(mu / 4 * (r / 3) ** -1.5, 1))))
        return np.where(np.abs(z) > factor * 1.5 * mu ** (2 / 3), x, 0)

    return prox


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


def normalised(z, t):
    return np.maximum(z, 0) / max(np.maximum(z, 0).sum(), 1e-12) if (z > 0).any() else np.ones_like(z) / len(z)


def scalar(prox, value=l1, **arguments):
    return prox, value, {"scalar": True, "parameters": LAM} | arguments


def array(prox, value=length, shape=(4,), **arguments):
    return prox, value, {"shape": shape, "parameters": LAM} | arguments


MCPS, SCADS, NONE = {"lam": [0.5, 2.0], "gamma": [2.0, 3.0]}, {"lam": [0.5], "a": [3.7]}, {}
WRONG = {
    "7 cos z + z^3": scalar(lambda z, t, lam: 7 * np.cos(z) + z**3),
    "no positive part": scalar(lambda z, t, lam: np.sign(z) * (np.abs(z) - lam * t)),
    "no absolute value": scalar(lambda z, t, lam: np.maximum(z - lam * t, 0)),
    "wrong for negative inputs": scalar(lambda z, t, lam: np.where(z < 0, soft(z, t, 1.02 * lam), soft(z, t, lam))),
    "sign": scalar(lambda z, t, lam: -soft(z, t, lam)),
    "factor 2": scalar(lambda z, t, lam: soft(z, t, 2 * lam)),
    "threshold 1 % too large": scalar(lambda z, t, lam: soft(z, t, 1.01 * lam)),
    "threshold 1 % too small": scalar(lambda z, t, lam: soft(z, t, 0.99 * lam)),
    "t ignored": scalar(lambda z, t, lam: soft(z, 1.0, lam)),
    "t squared": scalar(lambda z, t, lam: soft(z, t * t, lam)),
    "lam / t": scalar(lambda z, t, lam: soft(z, 1 / t, lam)),
    "the conjugate's prox": scalar(lambda z, t, lam: np.clip(z, -lam, lam)),
    "another penalty": scalar(hard),
    "only for large steps": scalar(lambda z, t, lam: soft(z, t, lam if t < 50 else 1.05 * lam)),
    "in a corner of the parameters": scalar(corner, elastic, parameters={"lam": [0.1, 1.0, 10.0], "mu": [0.0, 0.5, 5.0]}),
    "the value's sum forgets a half": scalar(lambda z, t, lam: z / (1 + lam * t), lambda x, lam: np.sum(lam * x * x)),
    "floats": scalar(lambda z, t, lam: max(abs(z) - lam * t, 0.0), lambda x, lam: lam * abs(x)),
    "floats, domain": scalar(lambda z, t: z + t, lambda x: -math.log(x), parameters=None),
    "jump 1 % too late": scalar(lambda z, t, lam: hard(z, t, 1.02 * lam), l0),
    "jump 1 % too early": scalar(lambda z, t, lam: hard(z, t, 0.98 * lam), l0),
    "l0, t for sqrt(t)": scalar(lambda z, t, lam: np.where(np.abs(z) > np.sqrt(2 * lam) * t, z, 0), l0),
    "neither at a tie": scalar(average_at_tie, l0, parameters={"lam": [0.5, 2.0]}),
    "l1/2 jump 1 % too late": scalar(half_threshold(1.01), lambda x, lam: lam * np.sqrt(np.abs(x))),
    "l1/2 jump 1 % too early": scalar(half_threshold(0.99), lambda x, lam: lam * np.sqrt(np.abs(x))),
    "MCP beyond gamma": scalar(firm, mcp_value, parameters=MCPS),
    "MCP of SCAD": scalar(lambda z, t, lam, gamma: scad(z, t, lam, 1 + gamma), mcp_value, parameters=MCPS),
    "MCP, 1 % in gamma": scalar(lambda z, t, lam, gamma: mcp(z, t, lam, 1.01 * gamma), mcp_value, parameters=MCPS),
    "SCAD beyond a - 1": scalar(scad_small_steps, scad_value, parameters=SCADS),
    "box off at one side": scalar(lambda z, t: box(z, t, 1.01), box_value, parameters=None),
    "box too narrow at one side": scalar(lambda z, t: box(z, t, 0.99), box_value, parameters=None),
    "group, squared norm": array(lambda z, t, lam: z * max(1 - lam * t / np.sum(z * z), 0) if z.any() else z),
    "group, one coordinate": array(one_coordinate),
    "group, 1 %": array(lambda z, t, lam: block(z, t, 1.01 * lam)),
    "group, not at zero": array(lambda z, t, lam: z / np.linalg.norm(z) * np.maximum(np.linalg.norm(z) - lam * t, 0)),
    "groups transposed": array(lambda z, t, lam: rows(z.T, t, lam).T, row_lengths, shape=(3, 5)),
    "rows, the last one forgotten": array(
        lambda z, t, lam: np.concatenate([rows(z[:-1], t, lam), z[-1:]]), row_lengths, shape=(3, 5)
    ),
    "a wrong singular value": array(wrong_singular_value, nuclear, shape=(3, 4)),
    "entries for singular values": array(soft, nuclear, shape=(3, 4)),
    "nuclear, hard": array(
        lambda z, t, lam: singular(z, t, lam) + (lam * t if np.abs(z).max() > 5 else 0), nuclear, shape=(3, 4)
    ),
    "simplex by normalising": array(normalised, simplex_value, parameters=None),
    "ball by coordinates": array(lambda z, t: np.clip(z, -0.57, 0.57), ball_value, shape=(3,), parameters=None),
    "ball, 2 % too large": array(lambda z, t: z / max(1, np.linalg.norm(z) / 1.02), ball_value, shape=(3,), parameters=None),
}
