"""GroupL2 and GroupMCP: global minimisers of their definition, on groups by axes and by partition."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.verify.penalties.corners import check_corners, corners
from tests.verify.penalties.group_definitions import group_l2_exact, is_least, length, mcp, mp, ulps
from verify.arrays.exact import DecimalArrays, RationalArrays
from verify.arrays.numpy import NumpyArrays
from verify.penalties import L1, MCP, GroupL2, GroupMCP, SparseGroup
from verify.penalties.group_norms import _GroupNorms

STEPS = (1e-8, 1e-3, 0.4, 1.0, 2.5, 60.0, 1e8)


def minimises(penalty, definition, rng, dims=(1, 2, 4), steps=STEPS, relative=1e-12, kinds=(1.0, 1.03, 0.97, 3.0)):
    """Whether prox gives least objectives, for one group of d coordinates, at norms near the two thresholds and away."""
    good = True
    for d in dims:
        for t in steps:
            level = penalty.lam * np.sqrt(d)
            thresholds = [t * level] + ([level * np.sqrt(penalty.gamma * t)] if hasattr(penalty, "gamma") else [])
            for norm in (kind * threshold for threshold in thresholds for kind in kinds):
                z = rng.normal(size=d)
                z *= norm / length(z)
                x = penalty.prox(z, t)
                good &= is_least(lambda y, s=level: definition(length(y), s), x, z, t, rng, relative, starts=1, probes=500)
    return bool(good)


L2 = GroupL2(0.7, axes=-1), lambda r, level: level * r
MCP_ = GroupMCP(0.7, 1.3, axes=-1), lambda r, level: mcp(r, level, 1.3)


@pytest.mark.parametrize(("penalty", "definition"), [L2, MCP_])
def test_prox_is_a_global_minimiser_of_the_definition(penalty, definition):
    assert minimises(penalty, definition, np.random.default_rng(1))


@pytest.mark.parametrize("seeded", ["no positive part", "weights forgotten", "firm beyond gamma", "sum for norm"])
def test_the_comparison_catches_seeded_mistakes(monkeypatch, seeded):
    penalty, definition = L2
    if seeded == "no positive part":
        monkeypatch.setattr(GroupL2, "_radius", lambda self, r, t, level, xp: r - t * level)
    elif seeded == "weights forgotten":
        monkeypatch.setattr(_GroupNorms, "_level", lambda self, shape, like, xp: self.lam)
    elif seeded == "sum for norm":
        monkeypatch.setattr(
            NumpyArrays, "norm", staticmethod(lambda x, axis, keepdims: np.sum(np.abs(x), axis, keepdims=keepdims))
        )
    else:
        penalty, definition = MCP_
        firm = lambda self, r, t, level, xp: np.clip((r - t * level) / (1 - t / self.gamma), 0, r)  # noqa: E731
        monkeypatch.setattr(GroupMCP, "_radius", firm)
    assert not minimises(penalty, definition, np.random.default_rng(1), dims=(2,), steps=(0.4, 2.5, 60.0))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_scalar_step_within_2_ulp(dtype):
    """Of the exact minimiser; in float64 next to the threshold, a norm 2 ulp off may be answered for as well."""
    rng = np.random.default_rng(6)
    for d in (1, 2, 8, 30):
        for t in (1e-8, 0.3, 1e8):
            for factor in (1 + 1e-6, 1.01, 1.5, 3.0, 1e4):
                z = rng.normal(size=d)
                z = (z * (t * 0.7 * factor / length(z))).astype(dtype)
                x = GroupL2(0.7, axes=-1, weights=None).prox(z, t)
                threshold = mp.mpf(t) * mp.mpf(0.7)
                assert ulps(x, group_l2_exact(z, [threshold] * d)) <= 2 + (2 / (factor - 1) if dtype == np.float64 else 0)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("make", [lambda **k: GroupL2(0.3, **k), lambda **k: GroupMCP(0.3, 3.0, **k)])
def test_axes_and_partitions_agree_with_one_group_at_a_time(make, dtype):
    z = np.random.default_rng(7).normal(size=(2, 3, 4, 5)).astype(dtype)
    whole = make(axes=(0, 2, 3)).prox(z, 0.2)
    one = make(axes=0)
    for channel in range(3):
        alone = one.prox(z[:, channel].ravel(), 0.2).reshape(2, 4, 5)
        np.testing.assert_allclose(whole[:, channel], alone, rtol=4 * np.finfo(dtype).eps)
    np.testing.assert_array_equal(make(axes=(-1, -2)).prox(z, 0.2)[1], make(axes=(1, 2)).prox(z[1], 0.2))
    vectors = z.reshape(8, 15)
    lists = [[0, 3, 6, 9, 12], [1, 4], [2, 5, 7, 8, 10, 11, 13, 14]]
    labels = np.zeros(15, dtype=int)
    for label, group in enumerate(lists):
        labels[group] = label
    for groups in (lists, labels):
        parts = make(groups=groups)
        x, t = parts.prox(vectors, 0.25), np.full(3, 0.25)
        for group in lists:
            np.testing.assert_allclose(x[:, group], make(axes=-1).prox(vectors[:, group], 0.25), rtol=8 * np.finfo(dtype).eps)
        np.testing.assert_array_equal(x, parts.prox(vectors, t))
        np.testing.assert_array_equal(parts.group_support(x), [[row[g].any() for g in lists] for row in x])
        assert parts.support(x).shape == x.shape
    assert x.dtype == whole.dtype == dtype


def test_one_step_a_group_and_a_coordinate_on_a_partition():
    z = np.array([3.0, 4.0, 1.0])
    penalty = GroupL2(1.0, groups=[[0, 1], [2]], weights=None)
    np.testing.assert_allclose(penalty.prox(z, np.array([2.5, 0.25])), [1.5, 2.0, 0.75])
    x = penalty.prox(z, np.array([1.0, 2.0, 0.5]))
    np.testing.assert_allclose(x[:2], GroupL2(1.0, axes=0, weights=None).prox(z[:2], np.array([1.0, 2.0])))
    assert x[2] == 0.5


@pytest.mark.parametrize("each", [None, L1(0.4), MCP(0.4, 1.7)], ids=repr)
@pytest.mark.parametrize("group", [GroupL2, lambda lam, **k: GroupMCP(lam, 2.0, **k)])
def test_one_step_a_group_where_each_is_a_single_coordinate(each, group):
    z, t = np.array([5.0, -2.0, 4.0]), np.array([0.5, 1.0, 3.0])
    whole = lambda parts: parts if each is None else SparseGroup(each, parts)  # noqa: E731
    x = whole(group(1.0, groups=[0, 1, 2])).prox(z, t)
    np.testing.assert_allclose(x, whole(group(1.0, axes=(-1,))).prox(z[:, None], t[:, None])[:, 0], rtol=1e-14)
    swapped = group(1.0, groups=[1, 0, 2])  # here one a group and one a coordinate differ
    if isinstance(swapped, GroupMCP) or isinstance(each, MCP):
        with pytest.raises(ValueError, match=r"one a group.*; got one a coordinate, of shape \(3,\)"):
            whole(swapped).prox(z, t)
    else:
        np.testing.assert_allclose(whole(swapped).prox(z, t), x, rtol=1e-14)


def test_weights():
    z = np.random.default_rng(8).normal(size=(4, 3))
    value = lambda **k: float(GroupL2(1.0, axes=0, **k).value(z))  # noqa: E731
    norms = np.linalg.norm(z, axis=0)
    assert np.isclose(value(), 2 * norms.sum())
    assert np.isclose(value(weights="layer"), np.sqrt(12) * norms.sum())
    assert np.isclose(value(weights=None), norms.sum())
    for given in ([1.0, 2.0, 3.0], [[1.0, 2.0, 3.0]]):
        assert np.isclose(value(weights=given), norms @ [1, 2, 3])
    across = GroupL2(1.0, axes=1, weights=[1.0, 2.0, 3.0, 4.0])
    assert np.isclose(across.value(z), np.linalg.norm(z, axis=1) @ [1, 2, 3, 4])
    vector = GroupL2(1.0, groups=[0, 0, 1, 1, 1], weights=[2.0, 5.0])
    assert np.isclose(vector.value(np.arange(5.0)), 2 * 1 + 5 * np.sqrt(29))
    np.testing.assert_allclose(GroupL2(1.0, axes=-1).value(np.ones((2, 4)), axis=(-2, -1)), 8)
    np.testing.assert_allclose(GroupL2(1.0, axes=-1).value(np.ones((2, 4)), axis=-1), [4, 4])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("penalty", [GroupL2(1.0, axes=1), GroupMCP(1.0, 2.0, axes=1)], ids=repr)
def test_empty_groups_of_tensors(penalty, dtype):
    torch = pytest.importorskip("torch", reason="the deep extra is not installed")
    empty = torch.zeros((2, 0), dtype=getattr(torch, dtype))
    assert penalty.prox(empty, 1.0).shape == (2, 0)
    assert penalty.value(empty) == penalty.subgradient_distance(empty, empty) == 0


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(
    "penalty",
    [
        GroupL2(0.5, axes=-1),
        GroupMCP(0.5, 2.0, axes=-1),
        GroupL2(0.5, groups=[0, 1, 0, 1]),
        GroupMCP(0.5, 2.0, groups=[0, 0, 1, 1]),
    ],
)
def test_corners(penalty, dtype):
    check_corners(penalty, dtype)
    z = corners(dtype)
    for t in (1e-8, 1.0, 1e8):
        x = penalty.prox(z, t)
        np.testing.assert_array_equal(penalty.prox(np.repeat(z, 2, axis=0)[::2], t), x)
        shifted = np.vstack([z, z])
        penalty.prox(shifted[:4], t, out=shifted[1:5])  # overlapping, not the same
        np.testing.assert_array_equal(shifted[1:5], x)
    nothing = replace(penalty, lam=0.0)
    np.testing.assert_array_equal(nothing.prox(z, 3.0), z)
    assert nothing.value(z) == 0


def test_many_blocks_give_what_one_does():
    z = np.random.default_rng(9).normal(size=(5000, 8))
    t = np.random.default_rng(9).uniform(0.5, 2, (5000, 1))
    lam = np.random.default_rng(9).uniform(0, 1, (5000, 1))
    x = GroupL2(lam, axes=-1).prox(z, t)
    np.testing.assert_array_equal(x[4321], GroupL2(float(lam[4321, 0]), axes=-1).prox(z[4321], float(t[4321, 0])))
    mcp = GroupMCP(lam, lam + 1, axes=-1).prox(z, t)
    one = GroupMCP(float(lam[4321, 0]), float(lam[4321, 0] + 1), axes=-1)
    np.testing.assert_array_equal(mcp[4321], one.prox(z[4321], float(t[4321, 0])))
    np.testing.assert_array_equal(GroupL2(lam.T, axes=0).prox(np.ascontiguousarray(z.T), t.T).T.round(12), x.round(12))


@pytest.mark.parametrize(
    "penalty", [GroupL2(0.5, axes=-1), GroupMCP(0.5, 2.0, axes=-1), GroupMCP(0.5, 2.0, groups=[0, 0, 1, 1])]
)
def test_subgradient_distance_is_zero_at_a_prox_and_measured_elsewhere(penalty):
    z = 2 * np.random.default_rng(10).normal(size=(200, 4))
    x = penalty.prox(z, 0.7)
    assert 0 < np.mean(x == 0) < 1
    np.testing.assert_allclose(penalty.subgradient_distance(x, (x - z) / 0.7, axis=-1), 0, atol=1e-14)
    assert (penalty.subgradient_distance(x, (x - z) / 0.7 + 2.0, axis=-1) > 0.1).all()
    one = GroupL2(1.0, axes=-1, weights=None)
    assert np.isclose(one.subgradient_distance(np.zeros(2), np.array([3.0, 4.0])), 4.0)
    assert np.isclose(one.subgradient_distance(np.array([0.0, 2.0]), np.array([3.0, 3.0])), 5.0)
    assert penalty.weak_convexity == (0.5 if isinstance(penalty, GroupMCP) else 0)
    assert penalty.prox_bound == np.inf


def test_the_map_runs_in_exact_arithmetic():
    R, D = RationalArrays(), DecimalArrays()
    z = np.array([[3.0, 4.0, 0.0], [0.3, 0.4, 0.0]])
    one = GroupL2(R.number(1), axes=-1, weights=None)
    x = one._prox(R.convert(z), R.number("1/2"), R)
    assert [[str(v) for v in row] for row in x] == [["27/10", "18/5", "0"], ["0", "0", "0"]]
    firm = GroupMCP(R.number(1), R.number(2), groups=[[0, 1], [2]], weights=None)
    assert str(firm._value(R.convert(z), R)[0, 0]) == "1"
    t = D.convert(np.array([[1e-8, 1.0, 1e8]]))
    y = GroupL2(1.0, axes=-1)._prox(D.convert(z), t, D)
    level = D.context.sqrt(3)
    exact = group_l2_exact(z[0], [level * v for v in (D.number(1e-8), 1, D.number(1e8))])
    assert all(abs(a - e) < D.number("1e-45") for a, e in zip(y[0], exact, strict=True))
