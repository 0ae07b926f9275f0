"""SparseGroup: l1 plus group LASSO, l1 plus group MCP, and MCP plus either, against searches over the definition."""

from __future__ import annotations

import numpy as np
import pytest

from tests.verify.penalties.corners import check_corners, corners
from tests.verify.penalties.group_definitions import is_least, length, mcp, objective
from verify.arrays.exact import DecimalArrays, RationalArrays
from verify.penalties import L0, L1, MCP, GroupL2, GroupMCP, SparseGroup, mcp_pair

PAIRS = {
    "l1 + group l2": (L1(0.4), GroupL2(0.7, axes=-1)),
    "l1 + group mcp": (L1(0.4), GroupMCP(0.7, 1.3, axes=-1)),
    "mcp + group mcp": (MCP(0.4, 1.7), GroupMCP(0.7, 1.3, axes=-1)),
    "mcp + group l2": (MCP(0.4, 1.7), GroupL2(0.7, axes=-1)),
}


def definition(each, group, d):
    level = group.lam * np.sqrt(d)
    outer = (lambda r: mcp(r, level, group.gamma)) if isinstance(group, GroupMCP) else lambda r: level * r
    inner = (lambda r: mcp(r, each.lam, each.gamma)) if isinstance(each, MCP) else lambda r: each.lam * r
    return lambda x: np.sum(inner(np.abs(x)), axis=-1) + outer(length(x))


def minimises(pair, rng, dims=(1, 2, 3, 4), steps=(1e-8, 0.2, 0.6, 1.0, 1.5, 4.0, 1e8), scales=(0.8, 1.5, 2.5, 5.0)):
    each, group = pair
    good = True
    for d in dims:
        for t in steps:
            for scale in scales:
                threshold = (t if t < 1 else np.sqrt(t)) * (each.lam + group.lam)
                z = rng.normal(size=d) * threshold * scale
                x = SparseGroup(each, group).prox(z, t)
                good &= is_least(definition(each, group, d), x, z, t, rng, starts=1, probes=600)
    return bool(good)


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_prox_is_a_global_minimiser_of_the_definition(pair):
    assert minimises(pair, np.random.default_rng(1))


@pytest.mark.parametrize("mistake", ["composition", "order", "no jump"])
def test_the_comparison_catches_seeded_mistakes(monkeypatch, mistake):
    pair = PAIRS["mcp + group mcp"]
    if mistake == "composition":
        composed = lambda self, z, t: self.group.prox(self.each.prox(z, t), t)  # noqa: E731
        monkeypatch.setattr(SparseGroup, "_pair", composed)
    elif mistake == "no jump":
        monkeypatch.setattr(mcp_pair._Pieces, "gain", lambda self, m: self.p + self.q + 1 - 0 * m)
    else:
        pair = PAIRS["l1 + group l2"]
        swapped = lambda self, z, t, out: self.each.prox(self.group.prox(z, t), t)  # noqa: E731
        monkeypatch.setattr(SparseGroup, "_prox_numpy", swapped)
    assert not minimises(pair, np.random.default_rng(1), dims=(1, 2, 3), steps=(0.6, 1.0, 1.5))


def test_composing_mcp_with_group_mcp_is_wrong():
    """In one dimension already, by hand: lam = 1, gamma = 2 for both, t = 1, z = 1.9."""
    each, group = MCP(1.0, 2.0), GroupMCP(1.0, 2.0, axes=-1)
    z = np.array([1.9])
    composed = group.prox(each.prox(z, 1.0), 1.0)
    assert np.isclose(composed, 1.6)
    f = objective(lambda x: 2 * mcp(np.abs(x[..., 0]), 1.0, 2.0), z, 1.0)
    assert np.isclose(f(composed), 1.965)
    assert f(np.zeros(1)) == 1.9**2 / 2 < f(composed)
    assert SparseGroup(each, group).prox(z, 1.0) == 0


def test_bulk_against_rivals():
    """20,000 groups, parameters over three decades: no random rival, however it mixes 0, z and shrunk parts, does better."""
    rng = np.random.default_rng(2)
    for _ in range(40):
        lam, level, gamma, group_gamma, t = 10 ** rng.uniform(-1, 1, 5)
        d = int(rng.integers(1, 7))
        z = rng.normal(size=(500, d)) * 10 ** rng.uniform(-1.5, 1.5, (500, 1)) * max(t, np.sqrt(t))
        pair = MCP(lam, gamma), GroupMCP(level, group_gamma, axes=-1)
        f = objective(definition(*pair, d), z, t)
        x = SparseGroup(*pair).prox(z, t)
        here = f(x)
        assert (np.abs(x) <= np.abs(z)).all()
        for _ in range(60):
            rival = (
                z * rng.uniform(0, 1.0, (500, d)) ** rng.choice([0.0, 0.1, 1.0]) * (rng.random((500, d)) < rng.random((500, 1)))
            )
            nudged = x * (1 + 10 ** rng.uniform(-6, -1) * rng.normal(size=(500, d)))
            assert (here <= np.minimum(f(rival), f(nudged)) * (1 + 1e-13)).all()


def test_limits_agree_with_the_simpler_penalties():
    z = 3 * np.random.default_rng(3).normal(size=(300, 5))
    flat = MCP(0.4, 1e12)
    for group in (GroupL2(0.7, axes=-1), GroupMCP(0.7, 1.3, axes=-1)):
        for t in (0.3, 1.0, 2.0):
            l1 = SparseGroup(L1(0.4), group).prox(z, t)
            np.testing.assert_allclose(SparseGroup(flat, group).prox(z, t), l1, rtol=1e-9, atol=1e-9)
            np.testing.assert_allclose(SparseGroup(MCP(0.0, 1.0), group).prox(z, t), group.prox(z, t), rtol=1e-13, atol=1e-15)
            np.testing.assert_array_equal(SparseGroup(L1(0.0), group).prox(z, t), group.prox(z, t))
    for t in (0.3, 2.0):
        alone = SparseGroup(MCP(0.4, 1.7), GroupMCP(0.0, 1.3, axes=-1)).prox(z, t)
        np.testing.assert_allclose(alone, MCP(0.4, 1.7).prox(z, t), rtol=1e-13, atol=1e-15)


def test_a_step_a_coordinate_with_l1():
    rng = np.random.default_rng(4)
    each, group = PAIRS["l1 + group l2"]
    for _ in range(6):
        t = 10 ** rng.uniform(-2, 2, 3)
        z = t * rng.normal(size=3) * 4
        assert is_least(definition(each, group, 3), SparseGroup(each, group).prox(z, t), z, t, rng, starts=2, probes=600)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_corners(pair, dtype):
    penalty = SparseGroup(*pair)
    check_corners(penalty, dtype)
    for t in (1e-8, 1.0, 1e8):
        z = corners(dtype)
        np.testing.assert_allclose(penalty.prox(z, np.full((4, 1), t)), penalty.prox(z, t), rtol=1e-6)


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_partitions_and_axes_agree(pair):
    each, group = pair
    parameters = {"gamma": group.gamma} if isinstance(group, GroupMCP) else {}
    z = 3 * np.random.default_rng(5).normal(size=(4, 7))
    lists = [[0, 3, 6], [1, 4], [2, 5]]
    t = np.array([0.5, 1.0, 1.4])
    parts = SparseGroup(each, type(group)(group.lam, groups=lists, **parameters)).prox(z, t)
    columns = SparseGroup(each, type(group)(group.lam, axes=0, **parameters))
    for members, step in zip(lists, t, strict=True):
        np.testing.assert_allclose(parts[:, members], SparseGroup(each, group).prox(z[:, members], step), rtol=1e-14)
        np.testing.assert_allclose(columns.prox(z[:, members].T, step), parts[:, members].T, rtol=1e-14)


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_value_support_and_subgradient_distance(pair):
    each, group = pair
    penalty = SparseGroup(each, group)
    z = 2 * np.random.default_rng(6).normal(size=(200, 3))
    x = penalty.prox(z, 0.5)
    np.testing.assert_allclose(penalty.value(x, axis=-1), definition(each, group, 3)(x), rtol=1e-14)
    np.testing.assert_allclose(penalty.value(x), np.sum(penalty.value(x, axis=-1)))
    np.testing.assert_allclose(penalty.subgradient_distance(x, (x - z) / 0.5, axis=-1), 0, atol=1e-13)
    assert (penalty.subgradient_distance(x, (x - z) / 0.5 + 4.0, axis=-1) > 0.1).all()
    np.testing.assert_array_equal(penalty.support(x), x != 0)
    np.testing.assert_array_equal(penalty.group_support(x)[:, 0], (x != 0).any(axis=1))
    assert (penalty.support(x).sum() % 3) or penalty.support(x).any()
    assert np.isclose(penalty.weak_convexity, each.weak_convexity + group.weak_convexity)


def test_errors_and_exact_arithmetic():
    with pytest.raises(TypeError, match="each must be"):
        SparseGroup(L0(1.0), GroupL2(1.0, axes=0))
    with pytest.raises(TypeError, match="group must be"):
        SparseGroup(L1(1.0), L1(1.0))
    each, group = PAIRS["mcp + group mcp"]
    with pytest.raises(ValueError, match="one a group"):
        SparseGroup(each, group).prox(np.ones(3), np.ones(3))
    with pytest.raises(TypeError, match="NumPy alone"):
        SparseGroup(each, group)._prox(np.ones(3, dtype=object), 1, DecimalArrays())
    with pytest.raises(ValueError, match="lam and gamma as numbers"):
        SparseGroup(MCP(np.ones(3), 2.0), group).prox(np.ones(3), 1.0)
    with pytest.raises(ValueError, match="do not exist"):
        SparseGroup(each, GroupL2(1.0, axes=1)).prox(np.ones(3), 1.0)
    R = RationalArrays()
    penalty = SparseGroup(L1(R.number(1)), GroupL2(R.number(1), axes=-1, weights=None))
    assert [str(v) for v in penalty._prox(R.convert(np.array([3.5, 4.5])), R.number("1/2"), R)] == ["27/10", "18/5"]


@pytest.mark.parametrize("each", [L1(0.1), MCP(0.1, 2.0)], ids=repr)
@pytest.mark.parametrize("groups", [[[0, 2], [1, 3]], [[1], [0], [3], [2]]])
def test_one_gamma_and_one_lam_a_group(each, groups):
    """Also where every group is a single coordinate, and one a group could be taken for one a coordinate."""
    lam, gamma = np.array([1.0, 0.5, 0.7, 0.2])[: len(groups)], np.array([2.0, 30.0, 0.4, 1.5])[: len(groups)]
    z = np.random.default_rng(7).normal(size=(5, 4)) * 3
    x = SparseGroup(each, GroupMCP(lam, gamma, groups=groups)).prox(z, 1.0)
    for i, members in enumerate(groups):
        alone = SparseGroup(each, GroupMCP(float(lam[i]), float(gamma[i]), axes=-1)).prox(z[:, members], 1.0)
        np.testing.assert_allclose(x[:, members], alone, rtol=1e-14)


def test_what_does_not_fit_is_named_whatever_is_asked():
    x, ones = np.ones((3, 3)), np.ones((5, 3, 3))
    undivided, wrong = GroupL2(1.0), GroupL2(1.0, groups=[0, 1])
    for each, group, message in (
        (L1(ones), GroupL2(1.0, axes=1), r"lam of shape \(5, 3, 3\) does not broadcast to an array of shape \(3, 3\)"),
        (L1(1.0), undivided, r"SparseGroup: say how an array of shape \(3, 3\) is divided"),
        (L1(1.0), wrong, "SparseGroup: indices 2 of the last axis are missing"),
        (L1(1.0), GroupMCP(1.0, [1.0, 2.0], axes=1), r"gamma of shape \(2,\) is not one a group"),
    ):
        penalty = SparseGroup(each, group)
        for use in (lambda p: p.value(x), lambda p: p.prox(x, 1.0), lambda p: p.subgradient_distance(x, x)):
            with pytest.raises(ValueError, match=message):
                use(penalty)


@pytest.mark.parametrize("each", [L1(0.2), MCP(0.2, 3.0)], ids=repr)
@pytest.mark.parametrize("groups", [[[0, 1], [2, 3, 4]], [[0, 1, 2, 3, 4]]])
def test_a_step_a_row_is_a_step_for_each_of_its_groups(each, groups):
    penalty = SparseGroup(each, GroupL2(0.3, groups=groups))
    z, t = np.random.default_rng(0).normal(size=(3, 5)), np.array([[0.5], [1.0], [2.0]])
    rows = [penalty.prox(row, float(step)) for row, (step,) in zip(z, t, strict=True)]
    assert np.array_equal(penalty.prox(z, t), rows)
