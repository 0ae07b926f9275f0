"""More slips in functions of one number: sets, and functions that are no penalties."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.audit.power.wrong import prox_of, scalar, value_of

LAM = {"lam": [0.5, 2.0]}
LEVELS = np.array([-1.0, 0.0, 0.5, 2.0])


def to_level(z: Any, shift: float) -> Any:
    return LEVELS[np.argmin(np.abs(z[..., None] - shift - LEVELS), axis=-1)].astype(z.dtype)


def next_level_below(z: Any, t: float) -> Any:
    return LEVELS[np.maximum(np.searchsorted(LEVELS, z, side="right") - 1, 0)].astype(z.dtype)


NUMBERS = [
    *scalar(
        "lam x^2/2",
        value_of("L2Squared"),
        {
            "the half forgotten": lambda z, t, lam: z / (1 + 2 * lam * t),
            "a gradient step": lambda z, t, lam: z * (1 - lam * t),
            "t ignored": lambda z, t, lam: z / (1 + lam),
        },
        **LAM,
    ),
    *scalar(
        "-lam |x|",
        value_of("NegativeAbs"),
        {
            "no side taken at zero": lambda z, t, lam: np.sign(z) * (np.abs(z) + lam * t),
            "the sign of the penalty": lambda z, t, lam: prox_of("L1")(z, t, lam=lam),
        },
        **LAM,
    ),
    *scalar(
        "W of binary weights, q = 1",
        lambda x, lam: lam * np.abs(np.abs(x) - 1),
        {
            "zero belongs to no side": lambda z, t, lam: np.sign(z) * prox_of("BinaryW")(np.abs(z), t, lam=lam, q=1.0),
            "rounded to the sign": lambda z, t, lam: np.where(z < 0, -1, 1).astype(z.dtype),
        },
        **LAM,
    ),
    *scalar(
        "transformed l1",
        value_of("TransformedL1"),
        {"lam t for lam, step 1, a lost": lambda z, t, lam, a: prox_of("TransformedL1")(z, t, lam=lam, a=2 * a)},
        a=[0.5, 2.0],
        **LAM,
    ),
    *scalar(
        "[-1, 2]",
        lambda x: np.where((x < -1) | (x > 2), np.inf, 0.0),
        {
            "the ends times t": lambda z, t: np.clip(z, -t, 2 * t),
            "upper end alone": lambda z, t: np.minimum(z, 2),
            "zero outside": lambda z, t: np.where((z < -1) | (z > 2), 0 * z, z),
            "the ends exchanged": lambda z, t: np.minimum(np.maximum(z, 2), -1),
        },
    ),
    *scalar(
        "x >= 0",
        lambda x: np.where(x < 0, np.inf, 0.0),
        {"absolute value": lambda z, t: np.abs(z), "smoothed": lambda z, t: np.logaddexp(z, 0).astype(z.dtype)},
    ),
    *scalar(
        "four levels",
        lambda x: np.where(np.isin(x, LEVELS), 0.0, np.inf),
        {
            "the level below": next_level_below,
            "boundaries off by 0.01": lambda z, t: to_level(z, 0.01),
            "half way": lambda z, t: (z + to_level(z, 0)) / 2,
        },
    ),
    *scalar(
        "-log x",
        lambda x: -np.log(x),
        {
            "the other root": lambda z, t: (z - np.sqrt(z * z + 4 * t)) / 2,
            "t for 4 t": lambda z, t: (z + np.sqrt(z * z + t)) / 2,
        },
    ),
    *scalar(
        "max(1 - x, 0)",
        lambda x: np.maximum(1 - x, 0),
        {
            "t ignored": lambda z, t: np.where(z < 0, z + 1, np.maximum(z, 1)).astype(z.dtype),
            "not stopped at 1": lambda z, t: np.where(z < 1, z + t, z),
        },
    ),
    *scalar(
        "pinball",
        lambda x, level: np.maximum(level * x, (level - 1) * x),
        {
            "the two slopes exchanged": lambda z, t, level: (
                np.clip(z - t * (1 - level), 0, None) + np.clip(z + t * level, None, 0)
            )
        },
        level=[0.2, 0.9],
    ),
]
