"""Maps found wrong in other libraries (docs/audit.md), written anew: the mistake of each is kept and nothing else of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.audit.power.arrays import CLOSE, block, singular, soft
from verify.audit.power.slips import firm, firm_for_small_steps, hard, scad_for_small_steps
from verify.audit.power.wrong import Wrong, arrays, prox_of, scalar, value_of

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


def row_of_zeros(z: Any, t: float, lam: float) -> Any:
    size = np.linalg.norm(z)
    return z / size * prox_of("L12")(size, t, lam=lam)


SCALARS = [
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

ARRAYS = [
    *arrays(
        "min(lam |x|_2^2, 1)",
        (3,),
        lambda x, lam: min(lam * float(x @ x), 1.0),
        {
            "pyproximal RelaxedMumfordShah": lambda z, t, lam: np.where(
                lam * z * z / (1 + 2 * lam * t) <= 1, z / (1 + 2 * lam * t), z
            )
        },
        lam=SIGMA,
    ),
    *arrays(
        "l1 and 0 times the columns' norms",
        (2, 3),
        lambda x, lam: lam * np.abs(x).sum(),
        {
            "pyproximal L21_plus_L1": lambda z, t, lam: (
                soft(z, t, lam=lam) * (1 - 0 * t / np.linalg.norm(soft(z, t, lam=lam), axis=0))
            )
        },
        lam=SIGMA,
    ),
    *arrays(
        "one column",
        (2, 3),
        lambda x: 0.0 if x.any(axis=0).sum() <= 1 else np.inf,
        {"pyproximal L10Ball": lambda z, t: z * (np.arange(3) == np.argmax(np.abs(z).sum(axis=0)))},
    ),
    *arrays(
        "weighted nuclear norm",
        (3, 2),
        lambda x: float(np.linalg.svd(x, compute_uv=False) @ np.array([2.0, 0.5])),
        {"pyproximal Nuclear": lambda z, t: singular(z, lambda s: soft(s, 1.0, lam=t * np.array([2.0, 0.5])))},
    ),
    *arrays(
        "rows' norms to 1/2",
        (4,),
        lambda x, lam: lam * np.sqrt(np.linalg.norm(x)),
        {"skglm L2_05": row_of_zeros},
        lam=SIGMA,
    ),
    *arrays(
        "MCP of the norm",
        (3,),
        lambda x, lam, gamma: float(value_of("MCP")(np.linalg.norm(x), lam=lam, gamma=gamma)),
        {
            "skglm BlockMCPenalty": lambda z, t, lam, gamma: (
                z / np.linalg.norm(z) * firm(np.linalg.norm(z), t, lam=lam, gamma=gamma)
            )
        },
        lam=SIGMA,
        gamma=[3.0],
    ),
    *arrays(
        "weighted l1 plus norms of two groups",
        (4,),
        lambda x: float(np.abs(x) @ np.array([0.5, 1, 2, 4]) + 0.5 * np.linalg.norm(x[:2]) + 2 * np.linalg.norm(x[2:])),
        {
            "skglm WeightedL1GroupL2": lambda z, t: np.concatenate(
                [block(soft(z[:2], t, lam=0.5), t, 0.5), block(soft(z[2:], t, lam=1.0), t, 2.0)]
            )
        },
    ),
]


def projected(z: Any, t: float) -> Any:
    s = np.sort(z)[::-1]
    excess = (np.cumsum(s) - 1) / np.arange(1, len(z) + 1)
    return np.maximum(z - excess[np.nonzero(s > excess)[0][-1]], 0).astype(z.dtype)


def accepts_less(x: Any) -> float:
    return 0.0 if x.min() >= -CLOSE and x.sum() <= 1 + CLOSE * max(1, np.abs(x).max()) else np.inf


def in_a_band(x: Any) -> float:
    return 0.0 if np.ptp(x) <= 1 + CLOSE else np.inf


def dykstra(z: Any, t: float) -> Any:
    """Onto |x_i - x_j| <= 1 by Dykstra's rounds over the pairs, stopped at the first round that changes nothing."""
    x, corrections = z, np.zeros((3, 3))
    for _ in range(300):
        before = x
        for k, (i, j) in enumerate(((0, 1), (0, 2), (1, 2))):
            y = x + corrections[k]
            x = y.copy()
            excess = np.sign(y[i] - y[j]) * max(abs(y[i] - y[j]) - 1, 0) / 2
            x[i], x[j] = y[i] - excess, y[j] + excess
            corrections[k] = y - x
        if np.array_equal(x, before):
            break
    return x


def in_place(z: Any, t: float, lam: float) -> Any:
    z -= t * lam * np.array([1, -1, 0.5], z.dtype)
    return z / (1 + lam * t)


def padded(z: Any, t: float) -> Any:
    """The normal equations of eight numbers, cut to four."""
    x = np.linalg.solve(np.eye(8) + t * CYCLIC.T @ CYCLIC, np.append(z, np.zeros(4)) + t * CYCLIC.T @ GOAL)
    return x[:4].astype(z.dtype)


def solved(z: Any, t: float) -> Any:
    return np.linalg.solve(np.eye(2) + t * FORM, z - t).astype(z.dtype)


CYCLIC = np.eye(8) + 0.5 * np.roll(np.eye(8), 1, axis=0)
GOAL = np.array([1.0, 2.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0])
FORM = np.array([[2.0, 2.0], [0.0, 3.0]])

WHOLE = [
    *arrays("simplex", (4,), accepts_less, {"pyproximal Simplex's value": projected}),
    *arrays("values in a band", (3,), in_a_band, {"pyproximal Intersection, tol": dykstra}),
    *arrays(
        "quadratic",
        (3,),
        lambda x, lam: lam * (x @ x / 2 + float(x @ np.array([1, -1, 0.5]))),
        {"pyproximal L2 with q": in_place},
        lam=SIGMA,
    ),
    *arrays(
        "misfit of a convolution",
        (4,),
        lambda x: float(np.square(CYCLIC[:, :4] @ x - GOAL).sum() / 2),
        {"pyproximal L2Convolve": padded},
    ),
    *arrays("quadratic form", (2,), lambda x: float(x @ FORM @ x / 2 + x.sum()), {"pyproximal Quadratic": solved}),
]

PEERS: list[Wrong] = [*SCALARS, *ARRAYS, *WHOLE]
