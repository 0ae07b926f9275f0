"""Maps of numbers found wrong in other libraries (docs/audit.md), written anew: the mistake of each is kept, nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.audit.power.slips import firm, firm_for_small_steps, hard, scad_for_small_steps, soft
from verify.audit.power.wrong import prox_of, scalar, value_of

SIGMA, SHAPES = [0.5, 2.0], {"lam": [0.5, 2.0], "gamma": [0.5, 2.0]}


def huber(z: Any, t: float, alpha: float) -> Any:
    return np.where(np.abs(z) <= alpha, z * alpha / (alpha + t), soft(z, t, lam=1.0))


def huber_value(x: Any, alpha: float) -> Any:
    return np.where(np.abs(x) <= alpha, x * x / (2 * alpha), np.abs(x) - alpha / 2)


def log_root(z: Any, t: float, lam: float) -> Any:
    """Half of what stands under the root is missing, and zero is not compared."""
    r = np.abs(z)
    return np.sign(z) * np.maximum((r - 0.1 + np.sqrt(np.maximum((r + 0.1) ** 2 - 2 * lam * t, 0))) / 2, 0)


def geman(z: Any, t: float, lam: float, gamma: float) -> Any:
    """The cubic y^3 - b y^2 + c = 0 of y = |x| + gamma by its cosine form; the discriminant's terms cancel for large inputs."""
    r = np.abs(z)
    b, c = r + gamma, t * lam * gamma
    p, q = -b * b / 3, c - 2 * b**3 / 27
    angle = np.arccos(np.clip(3 * q / (2 * p) * np.sqrt(-3 / p), -1, 1)) / 3
    x = np.maximum(2 * np.sqrt(-p / 3) * np.cos(angle) + b / 3 - gamma, 0)
    better = (x - r) ** 2 / (2 * t) + lam * x / (x + gamma) < r * r / (2 * t)
    return np.where((q * q / 4 + p**3 / 27 < 0) & better, np.sign(z) * x, 0 * z)


def two_thirds_by_cosh(z: Any, t: float, lam: float) -> Any:
    """The closed form with cosh: far above the threshold it subtracts two nearly equal numbers."""
    weight, r = 2 * lam * t, np.abs(z)
    edge = 2 / 3 * (3 * weight**3) ** 0.25
    safe = np.maximum(r, edge)
    phi = 2 / np.sqrt(3) * weight**0.25 * np.sqrt(np.cosh(np.arccosh(27 * safe**2 / 16 / weight**1.5) / 3))
    return np.where(r > edge, np.sign(z) * ((phi + np.sqrt(2 * safe / phi - phi**2)) / 2) ** 3, 0 * z)


PEER_NUMBERS = [
    *scalar("l0", value_of("L0"), {"pyproximal L0": lambda z, t, lam: np.where(np.abs(z) > lam * t, z, 0 * z)}, lam=SIGMA),
    *scalar("Huber", huber_value, {"pyproximal Huber": huber}, alpha=SIGMA),
    *scalar("SCAD", value_of("SCAD"), {"pyproximal SCAD": scad_for_small_steps}, lam=SIGMA, a=[3.0]),
    *scalar("log(|x| + 0.1)", lambda x, lam: lam * np.log(np.abs(x) + 0.1), {"pyproximal Log1": log_root}, lam=SIGMA),
    *scalar("Geman", lambda x, lam, gamma: lam * np.abs(x) / (np.abs(x) + gamma), {"pyproximal Geman": geman}, **SHAPES),
    *scalar(
        "quadratic envelope of mu |x|_0",
        lambda x, mu: value_of("MCP")(x, lam=np.sqrt(2 * mu), gamma=1.0),
        {
            "pyproximal QuadraticEnvelopeCard": lambda z, t, mu: (
                firm(z, t, lam=np.sqrt(2 * mu), gamma=1.0) if t <= 1 else hard(z, 1.0, lam=mu)
            )
        },
        mu=SIGMA,
    ),
    *scalar(
        "MCP",
        value_of("MCP"),
        {
            "skglm MCPenalty": lambda z, t, lam, gamma: (
                firm_for_small_steps(z, t, lam, gamma) if t < gamma else np.where(np.abs(z) <= lam * t, 0 * z, z)
            )
        },
        lam=SIGMA,
        gamma=[3.0],
    ),
    *scalar(
        "SCAD",
        value_of("SCAD"),
        {"skglm SCAD": lambda z, t, lam, a: prox_of("SCAD")(z, t, lam=lam, a=a) * (1 + 0 * (np.float64(a - 1 - t) ** -1))},
        lam=SIGMA,
        a=[3.0],
    ),
    *scalar("l2/3", value_of("L23"), {"skglm L2_3": two_thirds_by_cosh}, lam=SIGMA),
    *scalar(
        "log(1 + |x|/eps)",
        lambda x, lam, eps: lam * np.log1p(np.abs(x) / eps),
        {
            "skglm LogSumPenalty": lambda z, t, lam, eps: np.where(
                np.abs(z) <= lam * t / eps,
                0 * z,
                np.sign(z) * (np.abs(z) - eps + np.sqrt(np.maximum((np.abs(z) + eps) ** 2 - 4 * lam * t, 0))) / 2,
            )
        },
        lam=SIGMA,
        eps=[0.5],
    ),
    *scalar(
        "l1",
        value_of("L1"),
        {"torchao ProxLasso": lambda z, t, lam: z * np.maximum(1 - lam * t / np.abs(z), 0)},
        lam=[0.0, 0.5],
    ),
]
