"""RVSM's claims about the loss and its gradient: mistakes seeded into what they check."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from verify.claims import load
from verify.claims.rvsm import kernel, lemma2, lipschitz, loss, triangle
from verify.evidence import decide
from verify.losses import NoOverlapReLU, angle

CLAIMS = load()
mp = mpmath.MPContext()
mp.dps = 50


def gradient(w, star, k):
    """Eq. (13) in mpmath."""
    r, s = mp.norm(w), mp.norm(star)
    theta = mp.acos(max(-1, min(1, mp.fdot(w, star) / (r * s))))
    many = mp.mpf(k * k - k) / mp.pi
    c = k + many - k / mp.pi * s / r * mp.sin(theta) - many * s / r
    return [(c * x - k / mp.pi * (mp.pi - theta) * y) / mp.mpf(k) ** 2 for x, y in zip(w, star, strict=True)]


def value(w, star, k):
    b = mp.mpf(k * k - k) / (2 * mp.pi)
    a, r, s = b + mp.mpf(k) / 2, mp.norm(w), mp.norm(star)
    theta = mp.acos(max(-1, min(1, mp.fdot(w, star) / (r * s))))
    g = r * s * (mp.sin(theta) + (mp.pi - theta) * mp.cos(theta)) / (2 * mp.pi)
    return (a * (r * r + s * s) - 2 * k * g - 2 * b * r * s) / mp.mpf(k) ** 2


def test_in_one_dimension_the_saddle_is_a_minimum():
    c = 1 / (1 + mp.pi)
    here = value([-c], [mp.mpf(1)], 2)
    assert abs(gradient([-c], [mp.mpf(1)], 2)[0]) < 1e-45
    assert all(value([-c + t], [mp.mpf(1)], 2) > here for t in map(mp.mpf, ("0.2", "0.01", "-0.01", "-0.3")))
    assert abs(here - mp.mpf("0.310363251751")) < 1e-11


def test_the_counterexample_to_the_descent_inequality():
    star, path = [mp.mpf(0), mp.mpf(1)], [[mp.mpf(1), mp.mpf(-1)]]
    beta, ratio, eta, largest = mp.mpf("0.01"), mp.mpf("0.1"), mp.mpf("1.5"), 0
    for _ in range(300):
        w, g = path[-1], gradient(path[-1], star, 2)
        v = [x - eta * (y + beta * min(max(x, -ratio), ratio)) for x, y in zip(w, g, strict=True)]
        move, change = (mp.norm([x - y for x, y in zip(a, b, strict=True)]) for a, b in ((v, w), (gradient(v, star, 2), g)))
        largest = max(largest, change / move) if move > 1e-40 else largest
        path.append(v)
    w, v = path[:2]
    move = [x - y for x, y in zip(v, w, strict=True)]
    slope = mp.fdot(gradient(w, star, 2), move)
    needed = 2 * (value(v, star, 2) - value(w, star, 2) - slope) / mp.fdot(move, move)
    assert largest == pytest.approx(0.6244813514941758, rel=1e-12)
    assert largest <= 1 / eta - beta
    assert needed == pytest.approx(0.6405165294084582, rel=1e-12)


def test_k_one_lands_on_zero():
    w, eta, beta = mp.mpf("-0.25"), mp.mpf("0.5"), 1
    assert w - eta * (gradient([w], [mp.mpf(1)], 1)[0] + beta * w) == 0


@pytest.mark.parametrize("L", [1, 10, 1000])
def test_no_constant_serves_all_starts(L):
    eta, beta, w = 1 / (2 * (mp.mpf("0.1") + L)), mp.mpf("0.1"), [mp.mpf(0), mp.mpf(1) / (10000 * L)]
    one, g = [mp.mpf(1), mp.mpf(0)], gradient(w, [mp.mpf(1), mp.mpf(0)], 2)
    v = [x - eta * (y + beta * x) for x, y in zip(w, g, strict=True)]  # lam/beta = 1/2, so that u = 0
    change = mp.norm([x - y for x, y in zip(gradient(v, one, 2), g, strict=True)])
    assert change > L * mp.norm([x - y for x, y in zip(v, w, strict=True)])


def wrong_kernel(u, v, xp):
    theta = angle(u, v, xp)
    return xp.norm(u, axis=-1) * xp.norm(v, axis=-1) * (xp.sin(theta) + theta * xp.cos(theta)) / (2 * xp.pi)


def scaled(name, factor):
    """The method of the loss, times a factor."""
    right = getattr(NoOverlapReLU, name)
    return lambda self, *args: right(self, *args) * (args[-1].constant(factor))


def half_turn(self, w, xp):
    right = RIGHT(self, w, xp)
    return right._replace(angular=right.across)


RIGHT = NoOverlapReLU.hessian_eigenvalues
PRINTED = loss.printed_gradient, loss.printed_loss, lemma2.lowest_norm, lemma2.per_run
MISTAKES = {
    "theta for pi - theta": ("RVSM.L1", kernel, "relu_kernel", wrong_kernel),
    "the kernel of the loss wrong": ("RVSM.E5", loss, "relu_kernel", wrong_kernel),
    "twice the loss": ("RVSM.E5", loss, "printed_loss", lambda c, xp: 2 * PRINTED[1](c, xp)),
    "the package's loss off by 1e-10": ("RVSM.E5", NoOverlapReLU, "value", scaled("value", "1.0000000001")),
    "half the gradient": ("RVSM.E13", loss, "printed_gradient", lambda c, xp: PRINTED[0](c, xp) / 2),
    "the package's gradient off": ("RVSM.E13", NoOverlapReLU, "gradient", scaled("gradient", "1.0000000001")),
    "one sine missing": ("RVSM.E5.hessian", NoOverlapReLU, "hessian_eigenvalues", half_turn),
    "a gradient too long": ("RVSM.L3.diff", NoOverlapReLU, "gradient", scaled("gradient", "1.01")),
    "a gradient too short": ("RVSM.L3.k1", NoOverlapReLU, "gradient", scaled("gradient", "0.99")),
    "the saddle elsewhere": ("RVSM.L3.crit.fix", NoOverlapReLU, "saddle", lambda s, xp: (s.k - 1) / (s.k + xp.pi)),
    "growth a thousandth faster": ("RVSM.L3.growth", NoOverlapReLU, "growth", scaled("growth", "1.001")),
    "upper growth smaller": ("RVSM.L3.growth", NoOverlapReLU, "descent_constant", scaled("descent_constant", "0.999")),
    "a smaller L of descent": ("RVSM.L2.descent.sharp", NoOverlapReLU, "descent_constant", scaled("descent_constant", "0.99")),
    "a tenth of L on runs": ("RVSM.L2", lemma2, "per_run", lambda c, xp: PRINTED[3](c, xp) / 10),
    "twice the lowest norm": ("RVSM.L2.fix", lemma2, "lowest_norm", lambda c, xp: 2 * PRINTED[2](c, xp)),
    "beta left out of the norm": ("RVSM.L2.norm", lemma2, "lowest_norm", lambda c, xp: PRINTED[2](c | {"beta": 0.0}, xp)),
    "no beta in the uniform L": (
        "RVSM.L2.uniform.fix", lemma2, "run_constant", lambda c, xp: lemma2.problem(c, xp).descent_constant(xp)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_seeded_mistake_is_refuted(name, monkeypatch):
    id, owner, attribute, wrong = MISTAKES[name]
    monkeypatch.setattr(owner, attribute, wrong)
    assert decide(CLAIMS[id]).verdict == "refuted"


def wrong_sharp(case, xp):
    k = case["k"]
    b = (k * k - k) / (2 * xp.pi)
    L = xp.maximum(2 * b + k, (2 * b + k / xp.pi) / case["M"] - 2 * b - k) / (k * k)
    return lipschitz.rate(case, L, xp)


def two(case, xp):
    ab, bc, ac, _ = triangle.edges(case, xp)
    return 2 * ac - ab - bc


WRONG_MARGINS = {
    "RVSM.L4": lambda case, xp: lipschitz.rate(case, 1 + xp.constant("0.2") / case["M"], xp),
    "RVSM.L4.sharp": wrong_sharp,
    "RVSM.E16.fix": two,
    "RVSM.E16.sharp": lambda case, xp: case["e"] * 0 - xp.where(case["e"] > xp.constant("0.5"), 1, 0),
}


@pytest.mark.parametrize("id", WRONG_MARGINS)
def test_a_wrong_constant_is_refuted(id, monkeypatch):
    monkeypatch.setattr(CLAIMS[id], "margin", WRONG_MARGINS[id], raising=False)
    assert decide(CLAIMS[id]).verdict == "refuted"


def test_the_printed_constant_of_lemma_4_is_loose():
    k = np.array([1, 2, 100])
    sharp = NoOverlapReLU(k, np.ones((3, 1))).lipschitz(1.0, lipschitz_namespace())
    np.testing.assert_allclose(4 / sharp, [4, 6.07, 12.3], rtol=5e-3)


def lipschitz_namespace():
    from verify.arrays import NUMPY

    return NUMPY
