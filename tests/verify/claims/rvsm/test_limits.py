"""The claims on RVSM's angle, its limits, the corollaries, the thresholds and the text: mistakes are caught."""

from __future__ import annotations

import zlib

import numpy as np
import pytest

from verify.arrays import NUMPY
from verify.claims import load
from verify.claims.rvsm import (
    angle,
    annulus,
    distance,
    global_limit,
    invariance,
    limit,
    other_penalties,
    random_start,
    saddle,
    settle,
    stationary,
    text,
    thresholds,
)
from verify.evidence import Hypothesis, decide
from verify.evidence.replay import replay, single
from verify.evidence.search import meets, search, take
from verify.losses import unit

CLAIMS = load()


def refuted(claim, seed=0, cases=600):
    """Does the search find a case that the replay confirms? (No shrinking, no dropping of hypotheses.)"""
    rng = np.random.default_rng([seed, zlib.crc32(claim.id.encode())])
    found = search(claim, rng, cases, batch=cases, rounds=8)
    assert found.cases >= cases
    return any(replay(claim, single(found.worst, i)).refutes for i, m in enumerate(found.margins[:4]) if m < 0)


@pytest.mark.parametrize("id", ["RVSM.T1.angle", "RVSM.S54.nonzero", "RVSM.S54.inv", "RVSM.C2.limit"])
def test_counterexamples_are_small_whatever_the_seed(id):
    for seed in (1, 2):
        case = decide(CLAIMS[id], seed=seed).counterexample["case"]
        assert len(case.get("w_star", [])) <= 2
        assert all(len(f"{x:g}") <= 8 and float(f"{x:.4g}") == x for x in np.hstack(list(case.values())))


def changed(monkeypatch, where, name, value):
    monkeypatch.setattr(where, name, value, raising=True)


def set_on(monkeypatch, id, **attributes):
    for name, value in attributes.items():
        monkeypatch.setattr(type(CLAIMS[id]), name, value)


def test_smaller_constants_are_refuted(monkeypatch):
    set_on(monkeypatch, "RVSM.T1.iii.dist.sharp", largest_ratio="1")
    assert refuted(CLAIMS["RVSM.T1.iii.dist.sharp"])
    set_on(monkeypatch, "RVSM.C1.interval.fix", rate="0.37")
    assert refuted(CLAIMS["RVSM.C1.interval.fix"])
    set_on(monkeypatch, "RVSM.C1.interval.fix", rate="1.041", lowest="0.45")
    assert refuted(CLAIMS["RVSM.C1.interval.fix"])


@pytest.mark.parametrize(
    ("id", "name", "value"),
    [
        ("RVSM.T1.iii.angle.sharp", "largest_angle", "0.32"),
        ("RVSM.T1.iii.angle.sharp", "largest_angle", "0.25"),
        ("RVSM.T1.iii.angle.sharp", "largest_share", "0.175"),
        ("RVSM.T1.iii.dist", "constant", "0.758"),
    ],
)
def test_constants_of_the_limit_are_attained(monkeypatch, id, name, value):
    set_on(monkeypatch, id, **{name: value})
    assert refuted(CLAIMS[id])


def test_a_sixth_of_delta_is_exceeded(monkeypatch):
    set_on(monkeypatch, "RVSM.T1.iii.angle", at_limit=lambda self, case, x, xp: case["delta"] / 6 - x.theta)
    assert refuted(CLAIMS["RVSM.T1.iii.angle"])


def test_the_chord_is_refuted_away_from_equal_magnitudes():
    star = np.abs(decide(CLAIMS["RVSM.S54.chord"]).counterexample["case"]["w_star"])
    assert len(set(star[star > 0])) > 1


def test_one_coordinate_stands_for_many_equal_ones():
    """The runs and limits of d = 10 with nine equal coordinates are those of two numbers, the second three times their size."""
    claim = CLAIMS["RVSM.C2.limit.fix"]
    rng = np.random.default_rng(5)
    case = claim.draw(rng, 300)
    case |= {n: case[n][:, :2] for n in ("w_star", "w0")}
    case["w_star"][:, 1], case["w0"][:, 1] = 0.9, np.where(case["w0"][:, 1] == 0, 0.3, case["w0"][:, 1])
    case["penalty"], case["side"] = rng.integers(0, 3, 300), np.tile([1, 3], (300, 1))
    case["lam"] = case["beta"] * rng.uniform(0.01, 1, 300) / np.sqrt(10)
    ten = {n: np.column_stack([case[n][:, 0], *[case[n][:, 1] / 3] * 9]) for n in ("w_star", "w0")}
    ten = {n: v for n, v in case.items() if n != "side"} | ten
    for (w, u), (v, s) in zip(settle.trajectory(case, NUMPY, 30), settle.trajectory(ten, NUMPY, 30), strict=True):
        assert v[:, 0] == pytest.approx(w[:, 0], abs=1e-9)
        assert 3 * v[:, 9] == pytest.approx(w[:, 1], abs=1e-9)
        assert 3 * s[:, 9] == pytest.approx(u[:, 1], abs=1e-9)
    assert settle.cap(case, w, NUMPY) == pytest.approx(settle.cap(ten, v, NUMPY))
    there, here = settle.settle(ten, NUMPY), settle.settle(case, NUMPY)
    both = here.settled & there.settled
    assert both.mean() > 0.8
    assert np.mean(np.abs(there.theta - here.theta)[both] < 1e-7) > 0.98  # else another stationary point


def test_longer_starts_break_the_invariance_for_l0(monkeypatch):
    longer = Hypothesis("|w0| <= 30", lambda c, xp: 30 - xp.norm(c["w0"], axis=-1))
    set_on(monkeypatch, "RVSM.S54.inv.fix", small_start=longer, known=tuple(invariance.LEAVES))
    assert refuted(CLAIMS["RVSM.S54.inv.fix"])


def test_eight_times_the_printed_beta_breaks_the_invariance(monkeypatch):
    loose = Hypothesis("beta <= 8 bound", lambda c, xp: 8 * c["delta"] * xp.sin(c["delta"]) / (c["k"] * xp.pi) - c["beta"])
    set_on(monkeypatch, "RVSM.S54.inv.sharp", coupling=loose, factor=8)
    assert refuted(CLAIMS["RVSM.S54.inv.sharp"])


def test_half_the_cap_is_exceeded(monkeypatch):
    changed(monkeypatch, angle, "cap", lambda case, w, xp: settle.cap(case, w, xp) / 2)
    assert refuted(CLAIMS["RVSM.T1.angle.fix"])
    assert refuted(CLAIMS["RVSM.C2.mono.fix"])


def test_what_is_said_of_limits_holds_where_the_runs_themselves_end():
    claim = CLAIMS["RVSM.C2.limit.fix"]
    case = claim.draw(np.random.default_rng(3), 600)
    case = take(case, meets(claim, case, None))
    *_, (w, u), (last, _) = settle.trajectory(case, NUMPY, 6000)
    found = settle.settle(case, NUMPY)
    assert np.abs(last - w).max() < 1e-8
    assert np.mean(np.abs(w - found.w).max(axis=1) < 1e-6) > 0.99  # else another stationary point of l0
    theta = settle.angle_to(w, unit(case["w_star"], NUMPY), NUMPY)
    own = found._replace(w=w, u=u, r=np.linalg.norm(w, axis=1), theta=theta, v=w - u)
    assert claim.at_limit(case, own, NUMPY).min() > -1e-6


def test_half_the_cap_of_the_limit_is_exceeded(monkeypatch):
    changed(monkeypatch, other_penalties, "cap", lambda case, w, xp: settle.cap(case, w, xp) / 2)
    assert refuted(CLAIMS["RVSM.C2.limit.fix"])


def test_a_higher_floor_for_one_patch_is_refuted(monkeypatch):
    set_on(monkeypatch, "RVSM.L5.k1", floor="0.634")
    assert refuted(CLAIMS["RVSM.L5.k1"])


def test_one_more_sine_is_too_many(monkeypatch):
    set_on(monkeypatch, "RVSM.S0.probability.fix", lost=0)
    assert refuted(CLAIMS["RVSM.S0.probability.fix"])


@pytest.mark.parametrize(("d", "delta", "share"), [(1, 1.0, 0.5), (2, 1.0, 1 / np.pi), (3, 1.0, 0.2298488), (10, 2.0, 0.9)])
def test_the_share_of_starts_behind(d, delta, share):
    w = np.random.default_rng(0).normal(size=(100_000, d))
    drawn = np.mean(w[:, 0] < np.linalg.norm(w, axis=1) * np.cos(np.pi - delta))
    exact = random_start.behind(np.array([d]), np.array([delta]), NUMPY)[0]
    assert exact == pytest.approx(drawn, abs=0.006)
    assert exact == pytest.approx(share, abs=1e-6 if d < 10 else 0.01)


def test_c_two_without_k_is_caught(monkeypatch):
    changed(monkeypatch, stationary, "c_two", lambda case, x, xp: (xp.pi - x.theta) / xp.pi)
    for id in ("RVSM.E17", "RVSM.E18", "RVSM.E18.display"):
        assert refuted(CLAIMS[id])


def test_c_without_k_is_caught(monkeypatch):
    def wrong(case, x, xp):
        return (xp.pi + case["k"] - 1 - xp.sin(x.theta) / x.r) / limit.open_angle(x, xp)

    changed(monkeypatch, limit, "across_factor", wrong)
    assert refuted(CLAIMS["RVSM.E12"])


def test_a_gradient_of_half_the_loss_is_caught(monkeypatch):
    from verify.losses import NoOverlapReLU

    right = NoOverlapReLU.gradient
    monkeypatch.setattr(NoOverlapReLU, "gradient", lambda self, w, xp: right(self, w, xp) / 2)
    case = {"k": np.array([2]), "w_star": np.array([[1.0]]), "w0": np.array([[1.0]]), "eta": np.array([1.0])}
    case |= {"beta": np.array([0.25]), "lam": np.array([0.1]), "delta": np.array([2.0])}

    assert not CLAIMS["RVSM.E12"].domain(case, NUMPY)[0] or CLAIMS["RVSM.E12"].margin(case, NUMPY)[0] < 0


def test_the_distance_without_k_is_caught(monkeypatch):
    changed(monkeypatch, distance, "removed", lambda case, x, xp: case["beta"] * xp.norm(x.v, axis=-1))
    assert refuted(CLAIMS["RVSM.T1.iii.dist.fix"])
    assert refuted(CLAIMS["RVSM.T1.iii.dist.sharp"])


def test_another_threshold_is_caught(monkeypatch):
    monkeypatch.setattr(thresholds, "soft", lambda w, case, xp: xp.sign(w) * xp.maximum(xp.abs(w) - case["lam"], 0))
    assert decide(CLAIMS["RVSM.P.l1"]).verdict == "refuted"

    def at_ratio(w, case, xp):
        return xp.where(xp.abs(w) > case["lam"] / case["beta"], w, xp.zeros_like(w))

    monkeypatch.setattr(thresholds, "hard", at_ratio)
    assert decide(CLAIMS["RVSM.P.l0"]).verdict == "refuted"
    monkeypatch.setattr(thresholds, "reference_threshold", lambda ratio, a, xp: ratio * (a + 1) / a)
    assert decide(CLAIMS["RVSM.P.tl1"]).verdict == "refuted"


def test_another_energy_is_caught(monkeypatch):
    right = global_limit.at

    def whole(case, z, xp):
        wide, loss = right(case, z, xp)
        return wide | {"beta": 2 * wide["beta"]}, loss

    changed(monkeypatch, global_limit, "at", whole)
    assert refuted(CLAIMS["RVSM.S0.global.fix"])


def test_exchanged_rows_of_the_table_are_caught(monkeypatch):
    swapped = text.TABLE_1 | {"l0": text.TABLE_1["l1"], "l1": text.TABLE_1["l0"]}
    monkeypatch.setattr(text, "TABLE_1", swapped)
    assert decide(CLAIMS["RVSM.S6.text.orders"]).verdict == "refuted"


def test_five_images_are_noise():
    z = text.standard_errors(text.accuracy(text.TABLE_2, "RVSM"), text.accuracy(text.TABLE_2, "ADMM"))
    assert z == pytest.approx(0.16, abs=0.01)


@pytest.mark.parametrize("id", ["RVSM.T1.angle", "RVSM.S54.inv", "RVSM.S54.nonzero", "RVSM.C2.mono", "RVSM.S0.global"])
def test_pictures_can_be_drawn(id):
    claim = CLAIMS[id]
    known = [c | {"w1": c.get("w1", c["w0"])} for c in claim.known]
    case = {n: np.array([v], dtype=np.int64 if isinstance(v, int) else float) for n, v in known[0].items()}
    assert len(claim.picture(case).axes) == 2


def test_with_lemma_4s_step_a_long_start_in_1e13_dimensions_ends_at_the_saddle():
    """As RVSM.C2.limit and RVSM.L5.wlog say: 200 times as long, and outside of pi - delta when it enters the strip."""
    claim, tail = CLAIMS["RVSM.C2.limit"], 0.0007952
    case = {"side": 3162278.0, "head": -725.0, "tail": tail, "beta": 0.19726, "lam": 6.2378e-08, "delta": 1.29}
    case = {n: np.array([v]) for n, v in (case | {"eta": 1 / (0.19726 + 4)}).items()}
    assert all(h.holds(case, NUMPY).all() for h in claim.hypotheses.values())
    assert claim.domain(case, NUMPY).all()
    path = [w[0] for w in saddle.reduced_run(case, NUMPY, 1000)]
    short = saddle.CAPTURED
    shipped = np.hypot(7.8, short["side"] * short["tail"])
    assert 190 < np.hypot(*path[0]) / shipped < 210
    assert path[-1] == pytest.approx([-1 / (np.pi + 1), 0], abs=1e-9)
    rho = float(annulus.floor(2, 0.19726, np.pi))
    entry = next(w for w in path if rho <= np.hypot(*w) <= 2 - rho)
    assert np.arctan2(entry[1], entry[0]) > np.pi - 1.29 + 0.8
    assert "200 times as long, in 1e13" in claim.falls
    assert "1e13 dimensions" in CLAIMS["RVSM.L5.wlog"].falls


def test_with_lemma_4s_step_the_short_run_leaves_its_angle_and_is_back_before_the_strip():
    case = {n: np.asarray([v]) for n, v in invariance.LEAVES[0].items()} | {"eta": np.array([1 / 4.28])}
    path = angle.angles(case, NUMPY, 8)
    rho = float(annulus.floor(2, 0.28, np.pi))
    theta = next(theta[0] for w, theta in path if rho <= np.hypot(*w[0]) <= 2 - rho)
    assert theta == pytest.approx(1.1716, abs=5e-5)
    assert theta < np.pi - 1.936 < path[1][1][0] == pytest.approx(1.2058, abs=5e-5)
    assert "1.1716" in CLAIMS["RVSM.L5.wlog"].falls
    assert "1.2058" in CLAIMS["RVSM.S54.inv"].falls
