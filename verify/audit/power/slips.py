"""Classical slips in the prox maps of functions of one number."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.audit.power.wrong import prox_of, scalar, value_of

soft, hard, firm, elastic = (prox_of(name) for name in ("L1", "L0", "MCP", "ElasticNet"))
half, two_thirds, scad, transformed = (prox_of(name) for name in ("L12", "L23", "SCAD", "TransformedL1"))
LAM = {"lam": [0.5, 2.0]}


def firm_for_small_steps(z: Any, t: float, lam: float, gamma: float) -> Any:
    return np.where(np.abs(z) <= gamma * lam, soft(z, t, lam=lam) / (1 - t / gamma), z)


def scad_for_small_steps(z: Any, t: float, lam: float, a: float) -> Any:
    middle = ((a - 1) * z - np.sign(z) * a * lam * t) / (a - 1 - t)
    return np.where(np.abs(z) <= lam * (1 + t), soft(z, t, lam=lam), np.where(np.abs(z) <= a * lam, middle, z))


def half_stationary(z: Any, t: float, lam: float) -> Any:
    """The larger stationary point wherever there is one."""
    r = np.maximum(np.abs(z), 3 * (lam * t / 4) ** (2 / 3))
    x = 2 / 3 * r * (1 + np.cos(2 / 3 * (np.pi - np.arccos(np.minimum(lam * t / 4 * (r / 3) ** -1.5, 1)))))
    return np.where(np.abs(z) < r, 0 * z, np.sign(z) * x)


def log_stationary(z: Any, t: float, lam: float) -> Any:
    """The larger stationary point, not compared with zero."""
    r = np.abs(z)
    root = (r - 1 + np.sqrt(np.maximum((r + 1) ** 2 - 4 * lam * t, 0))) / 2
    return np.sign(z) * np.where((r + 1) ** 2 < 4 * lam * t, 0, np.maximum(root, 0))


def capped(z: Any, t: float, lam: float) -> Any:
    """Soft below the cap and the identity above it, whichever of the two is better."""
    return np.where(np.abs(z) <= 1, soft(z, t, lam=lam), z)


SLIPS = [
    *scalar(
        "l1",
        value_of("L1"),
        {
            "no positive part": lambda z, t, lam: np.sign(z) * (np.abs(z) - lam * t),
            "no sign": lambda z, t, lam: np.maximum(np.abs(z) - lam * t, 0),
            "no absolute value": lambda z, t, lam: np.maximum(z - lam * t, 0),
            "t ignored": lambda z, t, lam: soft(z, 1.0, lam=lam),
            "lam ignored": lambda z, t, lam: soft(z, t, lam=1.0),
            "threshold doubled": lambda z, t, lam: soft(z, 2 * t, lam=lam),
            "threshold halved": lambda z, t, lam: soft(z, t / 2, lam=lam),
            "threshold 0.1 % too large": lambda z, t, lam: soft(z, 1.001 * t, lam=lam),
            "lam/t for lam t": lambda z, t, lam: soft(z, 1 / t, lam=lam),
            "sqrt(t) for t": lambda z, t, lam: soft(z, np.sqrt(t), lam=lam),
            "prox of the conjugate": lambda z, t, lam: np.clip(z, -lam, lam),
            "what the prox takes away": lambda z, t, lam: np.clip(z, -lam * t, lam * t),
            "the reflection 2 prox - 1": lambda z, t, lam: 2 * soft(z, t, lam=lam) - z,
            "applied twice": lambda z, t, lam: soft(soft(z, t, lam=lam), t, lam=lam),
            "a gradient step": lambda z, t, lam: z - lam * t * np.sign(z),
            "hard for soft": lambda z, t, lam: np.where(np.abs(z) > lam * t, z, 0 * z),
            "step capped at 1": lambda z, t, lam: soft(z, min(t, 1.0), lam=lam),
            "float32 inside": lambda z, t, lam: soft(z.astype(np.float32), t, lam=lam),
            "7 cos z + z^3": lambda z, t, lam: 7 * np.cos(z) + z**3,
        },
        **LAM,
    ),
    *scalar(
        "l0",
        value_of("L0"),
        {
            "sqrt(lam t) for sqrt(2 lam t)": lambda z, t, lam: hard(z, t / 2, lam=lam),
            "lam t for sqrt(2 lam t)": lambda z, t, lam: np.where(np.abs(z) > lam * t, z, 0 * z),
            "2 lam t for its root": lambda z, t, lam: np.where(np.abs(z) > 2 * lam * t, z, 0 * z),
            "sqrt(2 lam) t for sqrt(2 lam t)": lambda z, t, lam: np.where(np.abs(z) > np.sqrt(2 * lam) * t, z, 0 * z),
            "t ignored": lambda z, t, lam: hard(z, 1.0, lam=lam),
            "positive inputs alone": lambda z, t, lam: np.where(z > np.sqrt(2 * lam * t), z, 0 * z),
            "the threshold subtracted": lambda z, t, lam: soft(z, np.sqrt(2 * t / lam), lam=lam),
        },
        **LAM,
    ),
    *scalar(
        "elastic net",
        value_of("ElasticNet"),
        {
            "scaled before the threshold": lambda z, t, lam, mu: soft(z / (1 + mu * t), t, lam=lam),
            "no scaling": lambda z, t, lam, mu: soft(z, t, lam=lam),
            "scaling without t": lambda z, t, lam, mu: soft(z, t, lam=lam) / (1 + mu),
            "a half forgotten": lambda z, t, lam, mu: soft(z, t, lam=lam) / (1 + 2 * mu * t),
        },
        mu=[0.5, 2.0],
        **LAM,
    ),
    *scalar(
        "MCP",
        value_of("MCP"),
        {
            "small-step formula for t >= gamma": firm_for_small_steps,
            "soft alone": lambda z, t, lam, gamma: soft(z, t, lam=lam),
            "scale without t": lambda z, t, lam, gamma: np.where(
                np.abs(z) <= gamma * lam, soft(z, t, lam=lam) / (1 - 1 / gamma), z
            ),
            "lam t for lam, step 1": lambda z, t, lam, gamma: firm(z, 1.0, lam=lam * t, gamma=gamma),
            "gamma t for gamma": lambda z, t, lam, gamma: firm(z, t, lam=lam, gamma=gamma * t),
        },
        gamma=[1.5, 3.0],
        **LAM,
    ),
    *scalar(
        "SCAD",
        value_of("SCAD"),
        {
            "small-step formula for t >= a - 1": scad_for_small_steps,
            "lam t for lam, step 1": lambda z, t, lam, a: scad(z, 1.0, lam=lam * t, a=a),
            "MCP's map": lambda z, t, lam, a: firm(z, t, lam=lam, gamma=a),
        },
        a=[3.7],
        **LAM,
    ),
    *scalar(
        "l1/2",
        value_of("L12"),
        {
            "for |x - z|^2 without its half": lambda z, t, lam: half(z, t / 2, lam=lam),
            "not compared with zero": half_stationary,
            "l2/3's map": lambda z, t, lam: two_thirds(z, t, lam=lam),
            "jump 1 % too late": lambda z, t, lam: np.where(
                np.abs(z) > 1.515 * (lam * t) ** (2 / 3), half(z, t, lam=lam), 0 * z
            ),
        },
        **LAM,
    ),
    *scalar(
        "log(1 + |x|)",
        lambda x, lam: lam * np.log1p(np.abs(x)),
        {"not compared with zero": log_stationary},
        **LAM,
    ),
    *scalar("min(|x|, 1)", lambda x, lam: lam * np.minimum(np.abs(x), 1), {"decided by the input's size": capped}, **LAM),
]
