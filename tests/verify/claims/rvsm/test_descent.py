"""Norms, descent, convergence and ADMM: counterexamples by a plain script, and mistakes that the checks must catch."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from plain_runs import loss, mpf, norm, run, threshold, vector

from verify.arrays import NUMPY
from verify.claims import load
from verify.claims.rvsm import (
    admm,
    annulus,
    convergence,
    descent,
    energy,
    gap,
    listing,
    listing_tl1,
    radial,
    rate,
    shrink,
    sufficient,
)
from verify.claims.rvsm.setting import curvature
from verify.evidence import decide
from verify.evidence.margins import least, square

CLAIMS = load()


def counterexample(name):
    found = decide(CLAIMS[f"RVSM.{name}"], seed=5).counterexample
    assert found is not None
    return found["case"]


def test_norms_fall_below_every_floor_for_k_1():
    case = counterexample("L5")
    norms = [norm(w) for w, _, _ in run(case, 30)]
    assert case["k"] == 1
    assert len(case["w0"]) == 1
    assert all(b < a for a, b in itertools.pairwise(norms))
    assert norms[-1] < 1e-3


def test_a_norm_below_1_falls():
    first, second = [norm(w) for w, _, _ in run(counterexample("S52.grow"), 1)]
    assert second < first < 1


def test_a_norm_above_1_grows_in_the_order_of_the_listing():
    _, first, second = [norm(w) for w, _, _ in run(counterexample("S52.shrink.listing"), 2, listing=True)]
    assert 1 < first < second


@pytest.mark.parametrize(("name", "penalty", "steps"), [("A1.l0", "l0", 3), ("A1.tl1", "tl1", 3), ("A1.l1.step", "l1", 12)])
def test_the_lagrangian_rises_in_the_order_of_the_listing(name, penalty, steps):
    case = counterexample(name)
    energies = [e for _, _, e in run(case, steps, penalty, listing=True)]
    assert max(b - a for a, b in itertools.pairwise(energies)) > 1e-12
    step = case["eta"] * (case["beta"] + curvature(case["k"], NUMPY))
    assert step <= (2 if name == "A1.l1.step" else 1)


@pytest.mark.parametrize("penalty", ["l1", "l0"])
def test_the_same_starts_descend_in_the_order_of_the_proofs(penalty):
    case = counterexample("A1.l0")
    energies = [e for _, _, e in run(case, 20, penalty)]
    assert all(b <= a for a, b in itertools.pairwise(energies))


def test_l0_in_the_order_of_the_listing_cycles_for_ever():
    case = {"k": 2, "w_star": [0.6, 0.8], "w0": [0.4, 0.4], "beta": 0.25, "lam": 0.025, "eta": 1}
    points = list(run(case, 400, "l0", listing=True))
    (back, _, low), (middle, u, high), (last, _, _) = points[398], points[399], points[400]
    assert norm([x - y for x, y in zip(back, last, strict=True)]) < mpf("1e-30")
    assert sorted([low, high]) == [pytest.approx(0.058491716, abs=1e-8), pytest.approx(0.063585750, abs=1e-8)]
    assert {bool(x) for x in u} | {bool(x) for x in points[400][1]} == {True, False}
    assert norm([x - y for x, y in zip(middle, last, strict=True)]) > 0.1


def test_the_cycle_is_found_by_the_engine():
    case = counterexample("A1.l0.cycle")
    points = list(run(case, 200, "l0", listing=True))
    assert norm([x - y for x, y in zip(points[198][0], points[200][0], strict=True)]) < 1e-12
    assert norm([x - y for x, y in zip(points[199][0], points[200][0], strict=True)]) > 1e-3


def test_the_limit_at_a_tie():
    case = {"k": 2, "w_star": [1], "w0": [1.5], "beta": 0.25, "lam": 0.125, "eta": 1}
    points = list(run(case, 60, "l0"))
    assert all(w[0] > 1 and u[0] != 0 for w, u, _ in points)
    assert points[-1][0][0] - 1 < 1e-20


def test_the_losses_of_w_and_u_are_not_similar():
    case = {"k": 2, "w_star": [1], "w0": [1], "beta": 0.25, "lam": 0.2, "eta": 1}
    *_, (w, _, _) = run(case, 100)
    u = threshold(w, mpf("0.8"), "l1")
    assert u == [0]
    assert loss(u, vector(1), 2) / loss(w, vector(1), 2) > 13


def half_curvature(k, xp):
    return curvature(k, xp) / 2


def smaller_right(c, factor, xp):
    return sufficient.left(c, xp) - 0.9 * factor * c["k"] / xp.norm(c["w0"], axis=-1)


class Stale(type(CLAIMS["RVSM.A1.l0.fix"])):
    """RVSM.A1.l0.fix without its last term."""

    def margin(self, case, xp):
        points, c = self.points(case, xp), self.gain(case, xp)
        pairs = itertools.pairwise(points)
        return least(*(p.energy - n.energy - c * square(n.w - p.w, xp) for p, n in pairs), xp=xp)


# claim, what is replaced, and the mistake put in its place
MISTAKES = [
    ("L5.fix", annulus, "floor", lambda k, beta, pi: (k / 2 + (k - 1) / pi) / (1 + (k - 1) / pi + k * beta)),
    ("L5.sharp", annulus, "floor", lambda k, beta, pi: ((k - 1) / pi) / (1 + (k - 1) / pi + beta)),
    ("L5.width", annulus, "floor", lambda k, beta, pi: ((k - 1) / pi) / (1 + (k - 1) / pi + k * k * beta)),
    ("L5.listing", annulus, "curvature", lambda k, xp: 2 * curvature(k, xp)),
    ("S52.grow.fix", radial, "floor", lambda k, beta, pi: ((k - 1) / pi) / (1 + (k - 1) / pi + beta)),
    ("S52.shrink.sharp", shrink, "curvature", lambda k, xp: 1.1 * curvature(k, xp)),
    ("S52.suff.fix", sufficient, "right", smaller_right),
    ("L6.sharp", descent, "curvature", half_curvature),
    ("A1.l1.sharp", listing, "curvature", half_curvature),
    ("A1.tl1.fix", listing_tl1, "kappa", lambda c: 2 * c["lam"] * (c["a"] + 1) / (c["a"] * c["beta"])),
    ("T1.conv", convergence, "curvature", lambda k, xp: -curvature(k, xp)),
    ("T1.i", convergence, "lipschitz", lambda c, shortest, xp: 0 * shortest),
    ("S33.gap.fix", gap, "curvature", half_curvature),
    ("S33.gap.sharp", gap, "curvature", half_curvature),
    ("S52.grow.sharp", radial, "curvature", half_curvature),
    ("S4.beta", convergence, "curvature", half_curvature),
    ("T1.ii.sharp", rate, "curvature", half_curvature),
    ("T1.ii.listing", rate, "curvature", lambda k, xp: -2 * curvature(k, xp)),
    ("T1.conv.l0.fix", convergence, "prox", lambda c, w, xp, *a, **f: energy.prox(c, 1.01 * w, xp, *a, **f)),
    ("S33.admm.fix", admm, "prox", lambda c, w, xp: energy.prox(c | {"lam": c["lam"] * c["beta"]}, w, xp)),
]


@pytest.mark.parametrize(("name", "module", "function", "mistake"), MISTAKES, ids=[m[0] for m in MISTAKES])
def test_a_mistake_is_caught(monkeypatch, name, module, function, mistake):
    monkeypatch.setattr(module, function, mistake)
    result = decide(CLAIMS[f"RVSM.{name}"])
    assert result.verdict not in ("proved", "unrefuted"), result.reason


def test_the_mistake_of_forgetting_the_jump_is_caught():
    made = Stale()
    vars(made).update(vars(CLAIMS["RVSM.A1.l0.fix"]))
    assert decide(made).verdict == "refuted"


def test_forgetting_the_gap_in_rvsms_threshold_is_caught(monkeypatch):
    made = CLAIMS["RVSM.S33.admm.sharp"]
    factors = made.factors
    monkeypatch.setattr(
        type(made), "factors", staticmethod(lambda c, w, xp: (1e-9 * factors(c, w, xp)[0], factors(c, w, xp)[1]))
    )
    assert decide(made).verdict == "refuted"


@pytest.mark.parametrize("name", ["T1.ii", "T1.ii.pair"])
def test_half_the_constant_of_the_rate_is_caught(monkeypatch, name):
    monkeypatch.setattr(rate.Rate, "constant", lambda self, c, xp: 1 / c["eta"])
    monkeypatch.setattr(rate.PairGradient.__class__, "constant", rate.Rate.constant)
    assert decide(CLAIMS[f"RVSM.{name}"]).verdict == "refuted"


@pytest.mark.parametrize("name", ["A1.l0.cycle", "S52.grow", "S33.admm"])
def test_pictures_are_drawn(name):
    made = CLAIMS[f"RVSM.{name}"]
    case = {n: v[:1] for n, v in made.draw(np.random.default_rng(0), 4).items()}
    assert made.picture(case).axes
