"""Every scalar prox map against a brute-force global minimiser of the definition: 2 ulp in float64 and float32.

Where one ulp of z, t or a parameter moves the exact minimiser by more than that (next to MCP's t = gamma, transformed l1's
critical step, SCAD's t = a - 1) and at jumps, the objective decides.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.verify.penalties.definitions import DEFINITIONS, minimiser, mp, objective
from verify.penalties import REGISTRY

STRICT = {
    "Zero",
    "L1",
    "L2Squared",
    "ElasticNet",
    "NegativeAbs",
    "L12",
    "L23",
}  # within 2 ulp but for jumps, however ill-conditioned
SETTINGS = {
    "Zero": [{}],
    "ElasticNet": [{"lam": 0.7, "mu": 3.1}, {"lam": 1e-3, "mu": 1e5}],
    "Lq": [{"lam": lam, "q": q} for lam, q in ((1.3, 0.1), (0.4, 0.5), (20.0, 0.9))],
    "TransformedL1": [{"lam": 0.3, "a": 1.0}, {"lam": 2.0, "a": 0.1}, {"lam": 5.0, "a": 30.0}],
    "MCP": [{"lam": 0.3, "gamma": 3.0}, {"lam": 2.0, "gamma": 0.5}],
    "SCAD": [{"lam": 0.3, "a": 3.7}, {"lam": 2.0, "a": 1.5}],
    "BinaryW": [{"lam": 0.3, "q": q} for q in (0.0, 1 / 2, 2 / 3, 1.0)],
}
DEFAULT = [{"lam": 0.3}, {"lam": 7.1}, {"lam": 0.0}]
STEPS = (1e-8, 0.013, 0.5, 1.0, 3.0, 2.7 * (1 - 1e-9), 47.0, 1e8)


def inputs(name, parameters, t, dtype):
    lam, step = parameters.get("lam", 0.0), dtype(0)
    mu = t * lam
    near = [mu, math.sqrt(2 * mu), 1.5 * mu ** (2 / 3), 2 * (2 * mu / 3) ** 0.75, 1.0, 1 + mu, abs(1 - mu)]
    if name == "MCP":
        near += [parameters["gamma"] * lam, lam * math.sqrt(parameters["gamma"] * t)]
    if name == "SCAD":
        a = parameters["a"]
        near += [lam * (1 + t), a * lam, lam * (a + 1 + t) / 2, lam * math.sqrt((a + 1) * t)]
    if name == "TransformedL1":
        a = parameters["a"]
        near += [mu * (a + 1) / a, abs(math.sqrt(2 * mu * (a + 1)) - a / 2)]
    values = [0.0, float(np.finfo(dtype).smallest_subnormal), 1e-40, 1e-20, 1e5, 1e30]
    for threshold in near:
        step = dtype(threshold)
        values += [step, np.nextafter(step, dtype(np.inf)), np.nextafter(step, dtype(0))]
        values += [threshold * f for f in (0.6, 0.999, 1.00001, 1.3, 4.0, 700.0)]
    z = np.array(values).astype(dtype)
    z[1::2] *= -1
    return z[np.isfinite(z)]


def moved(name, z, t, parameters, eps):
    """How far the exact minimiser goes when z, t or a parameter moves by one ulp."""
    here = minimiser(name, z, t, parameters)[0]
    shifts = [minimiser(name, z * (1 + s * mp.mpf(eps)), t, parameters)[0] - here for s in (-1, 1)]
    shifts += [minimiser(name, z, t * (1 + s * mp.mpf(eps)), parameters)[0] - here for s in (-1, 1)]
    return max(abs(s) for s in shifts)


def problem(name, penalty, z, t, parameters, found, strict):
    """None, or a sentence on what is wrong with ``found`` as the prox of z."""
    eps, exact_z = float(np.finfo(found.dtype).eps), mp.mpf(float(abs(z)))
    exact, value = minimiser(name, exact_z, t, parameters)
    if not np.isfinite(found):
        return f"{found} is not finite"
    if name not in ("BinaryW", "NegativeAbs", "NegativeSquare") and abs(found) > abs(z):
        return "larger than the input"
    if found != 0 and (found < 0) != (z < 0):
        return "of the wrong sign"
    error = abs(mp.mpf(float(abs(found))) - exact)
    if error <= 2 * mp.mpf(float(np.spacing(found.dtype.type(float(exact))))):
        return None
    excess = value(mp.mpf(float(abs(found)))) - value(exact)
    same = excess <= 8 * mp.mpf(eps) * (abs(value(exact)) + exact_z**2 * mp.mpf(eps))
    jump = exact == 0 or found == 0 or error > exact / 100
    if same and jump and name not in ("L1", "L2Squared", "ElasticNet"):
        return None
    if same and not strict and error <= 4 * moved(name, exact_z, mp.mpf(t), parameters, eps):
        return None
    return f"{found!r} is {float(error / np.spacing(found.dtype.type(float(exact)))):.1f} ulp from {mp.nstr(exact, 20)}"


@pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=["float64", "float32"])
@pytest.mark.parametrize("name", sorted(DEFINITIONS))
def test_prox_is_the_minimiser_of_the_definition(name, dtype):
    wrong = []
    rng = np.random.default_rng(0)
    for parameters in SETTINGS.get(name, DEFAULT):
        penalty = REGISTRY[name](**parameters)
        for t in STEPS:
            if t >= penalty.prox_bound:
                continue
            z = inputs(name, parameters, t, dtype)
            z = z[rng.permutation(z.size)[:8]]
            for each in z:
                found = penalty.prox(np.array([each]), t)[0]
                complaint = problem(name, penalty, each, t, parameters, found, name in STRICT)
                if complaint:
                    wrong.append(f"{penalty} t={t!r} z={each!r}: {complaint}")
    assert not wrong, f"{len(wrong)} wrong:\n" + "\n".join(wrong[:12])


@pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=["float64", "float32"])
@pytest.mark.parametrize("a", [0.0107, 1.0, 30.9])
def test_transformed_l1_where_three_roots_meet(a, dtype):
    """At 2w = a and |z| = w, to a few ulp: Newton's method was thrown off by the vanishing slope."""
    critical, wrong = a * a / (2 * 0.3 * (a + 1)), []
    for t in (critical * (1 + s) for s in (-1e-6, -1e-13, -2e-16, 0.0, 2e-16, 1e-13, 1e-6)):
        z = np.array([a / 2, np.nextafter(dtype(a / 2), dtype(np.inf)), np.nextafter(dtype(a / 2), dtype(0))]).astype(dtype)
        parameters = {"lam": 0.3, "a": a}
        for each, found in zip(z, REGISTRY["TransformedL1"](**parameters).prox(z, t), strict=True):
            exact, value = minimiser("TransformedL1", mp.mpf(float(each)), t, parameters)
            excess = value(mp.mpf(float(found))) - value(exact)
            if excess > 8 * mp.mpf(float(np.finfo(dtype).eps)) * value(exact):
                wrong.append(f"t={t!r} z={each!r}: {found!r} for {mp.nstr(exact, 9)}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", sorted(DEFINITIONS))
def test_value_is_the_definition(name):
    for parameters in SETTINGS.get(name, DEFAULT):
        penalty = REGISTRY[name](**parameters)
        for x in (0.0, 1e-3, 0.3, 1.0, 1.11, 5.0, 1e4):
            exact = objective(name, mp.mpf(x), mp.mpf(x), 1, {n: mp.mpf(v) for n, v in parameters.items()})
            for signed in (x, -x):
                assert float(penalty.value(np.array([signed]))) == pytest.approx(float(exact), rel=1e-13, abs=1e-15)
