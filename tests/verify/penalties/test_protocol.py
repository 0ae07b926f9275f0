"""What every penalty promises whatever its formula: shapes, dtypes, out=, NaN, torch, stationarity of its prox."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from verify.penalties import (
    L0,
    L1,
    L12,
    L23,
    MCP,
    REGISTRY,
    SCAD,
    BinaryW,
    Box,
    CardinalityBall,
    ElasticNet,
    GroupL2,
    GroupMCP,
    L2Squared,
    Lq,
    MetricL1,
    NegativeAbs,
    NegativeSquare,
    SparseGroup,
    TransformedL1,
    Zero,
)
from verify.penalties.base import BLOCK

SCALAR = [
    Zero(),
    L1(0.3),
    L2Squared(0.7),
    ElasticNet(0.3, 0.7),
    L0(0.4),
    L12(0.5),
    L23(0.5),
    Lq(0.5, 0.3),
    TransformedL1(0.5, 1.3),
    MCP(0.4, 2.0),
    MCP(0.4, 0.3),
    SCAD(0.4, 3.7),
    SCAD(0.4, 1.2),
    *(BinaryW(0.3, q) for q in (0.0, 1 / 2, 2 / 3, 1.0)),
    Box(-0.5, 1.5),
    NegativeAbs(0.3),
    NegativeSquare(0.3),
]
VECTOR = [
    GroupL2(0.3, axes=(-1,)),
    GroupMCP(0.3, 2.0, axes=(-1,)),
    SparseGroup(L1(0.1), GroupL2(0.2, axes=(-1,))),
    SparseGroup(L1(0.1), GroupMCP(0.2, 2.0, axes=(-1,))),
    CardinalityBall(2),
]
TIMES = 0.9


def name(penalty):
    return repr(penalty)[:50]


def sample(dtype=np.float64, shape=(6, 5)):
    z = np.random.default_rng(0).normal(size=shape) * 1.5
    z[0, :2] = 0.0
    return z.astype(dtype)


def test_the_issue_lists_no_penalty_that_is_missing():
    listed = "Zero L1 L2Squared ElasticNet L0 L12 L23 Lq TransformedL1 MCP SCAD BinaryW Box CardinalityBall NegativeAbs"
    listed += " NegativeSquare GroupL2 GroupMCP SparseGroup MetricL1"
    assert set(listed.split()) <= set(REGISTRY)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("penalty", SCALAR + VECTOR, ids=name)
def test_shape_dtype_and_input_are_kept(penalty, dtype):
    z = sample(dtype)
    before = z.copy()
    x = penalty.prox(z, TIMES)
    assert (x.shape, x.dtype) == (z.shape, z.dtype)
    assert np.array_equal(z, before)
    assert not np.shares_memory(x, z)
    out = np.empty_like(z)
    assert penalty.prox(z, TIMES, out=out) is out
    assert np.array_equal(out, x)
    penalty.prox(z, TIMES, out=z)
    assert np.array_equal(z, x)


@pytest.mark.parametrize("penalty", SCALAR, ids=name)
def test_any_shape_is_one_coordinate_at_a_time(penalty):
    flat = penalty.prox(sample().ravel(), TIMES)
    assert np.array_equal(penalty.prox(sample(), TIMES).ravel(), flat)
    assert np.array_equal(penalty.prox(sample().T, TIMES).T.ravel(), flat)
    assert penalty.prox(np.empty((0, 3)), TIMES).shape == (0, 3)
    assert penalty.prox(np.float64(0.7), TIMES) == penalty.prox(np.array([0.7]), TIMES)[0]
    assert penalty.prox(2, TIMES) == penalty.prox(2.0, TIMES)


@pytest.mark.parametrize("penalty", SCALAR, ids=name)
def test_blocks_do_not_show(penalty):
    z = np.random.default_rng(1).normal(size=(3, BLOCK)) * 2
    small = np.stack([penalty.prox(row, TIMES) for row in z])
    assert np.array_equal(penalty.prox(z, TIMES), small)
    assert np.array_equal(penalty.prox(z[:, ::-1], TIMES)[:, ::-1], small)
    steps = np.full(z.shape, TIMES)
    np.testing.assert_allclose(penalty.prox(z, steps), small, rtol=1e-14)


@pytest.mark.parametrize("penalty", [p for p in SCALAR if not isinstance(p, Zero | BinaryW)], ids=name)
def test_float64_steps_and_parameters_keep_their_digits_beside_float32(penalty):
    """Whatever the size of z: an array of steps or parameters is not rounded to the dtype of z."""
    rng = np.random.default_rng(1)
    z, t = (rng.normal(size=2 * BLOCK) * 2).astype(np.float32), rng.uniform(0.1, 1.2, 2 * BLOCK)
    numeric = {n: getattr(penalty, n) * rng.uniform(0.9, 1.1, z.size) for n in penalty.ranges()}
    each = type(penalty)(**numeric)
    halves = [type(penalty)(**{n: v[s] for n, v in numeric.items()}) for s in (slice(BLOCK), slice(BLOCK, None))]
    for step in (TIMES, t):
        small = [
            half.prox(a, b)
            for half, a, b in zip(halves, np.split(z, 2), np.split(np.broadcast_to(step, z.shape), 2), strict=True)
        ]
        assert np.array_equal(each.prox(z, step), np.concatenate(small))
    wide, narrow = penalty.prox(z[:100].astype(np.float64), t[:100]), penalty.prox(z[:100], t[:100])
    np.testing.assert_allclose(narrow, wide, rtol=1e-5 if isinstance(penalty, TransformedL1) else 3e-7)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("t", [1e-8, 1.0, 1e8])
def test_without_weight_prox_is_the_identity_from_denormals_to_1e30(dtype, t):
    tiny = np.finfo(dtype).smallest_subnormal
    z = np.array([[0.0, tiny, -3 * tiny], [1e30, -1e30, 1e30], [1.0, 7 * tiny, 1e30]], dtype=dtype)
    free = [L1(0.0), L2Squared(0.0), ElasticNet(0.0, 0.0), L0(0.0), L12(0.0), L23(0.0), TransformedL1(0.0, 0.1), MCP(0.0, 2.0)]
    free += [SCAD(0.0, 1.2), *(Lq(0.0, q) for q in (0.01, 0.5, 0.99)), *(BinaryW(0.0, q) for q in (0.0, 1 / 2, 2 / 3, 1.0))]
    groups = [GroupL2(0.0, axes=(-1,)), GroupMCP(0.0, 2.0, axes=(-1,))]
    free += [*groups, *(SparseGroup(each, group) for each in (L1(0.0), MCP(0.0, 2.0)) for group in groups)]
    wrong = [str(penalty) for penalty in free if not np.array_equal(penalty.prox(z, t), z)]
    assert not wrong


@pytest.mark.parametrize("penalty", SCALAR, ids=name)
def test_a_step_a_coordinate(penalty):
    z, t = sample(), np.geomspace(1e-3, 1.5, 30).reshape(6, 5)
    each = [penalty.prox(a, float(b)) for a, b in zip(z.ravel(), t.ravel(), strict=True)]
    np.testing.assert_allclose(penalty.prox(z, t).ravel(), each, rtol=1e-14)
    np.testing.assert_allclose(penalty.prox(z, t[:, :1])[:, 0], penalty.prox(z, t)[:, 0], rtol=1e-14)


@pytest.mark.parametrize("penalty", [p for p in SCALAR if not isinstance(p, Zero | BinaryW)], ids=name)
def test_parameters_may_be_arrays(penalty):
    numeric = {n: np.full(5, getattr(penalty, n)) for n in penalty.ranges()}
    np.testing.assert_allclose(type(penalty)(**numeric).prox(sample(), TIMES), penalty.prox(sample(), TIMES), rtol=1e-14)
    wide = np.random.default_rng(1).normal(size=(BLOCK, 5))
    np.testing.assert_allclose(type(penalty)(**numeric).prox(wide, TIMES), penalty.prox(wide, TIMES), rtol=1e-14)


@pytest.mark.parametrize("penalty", SCALAR + VECTOR, ids=name)
def test_nan_stays_nan(penalty):
    z = sample()
    z[3, 2] = np.nan
    assert np.isnan(penalty.prox(z, TIMES)[3]).any()


@pytest.mark.parametrize("kind", ["numpy", "torch"])
@pytest.mark.parametrize("penalty", [*SCALAR, *VECTOR, MetricL1(0.3, np.eye(3))], ids=name)
def test_nan_is_nowhere_good(penalty, kind):
    torch = pytest.importorskip("torch", reason="the deep extra is not installed")
    whole, hurt = np.zeros((1, 3)), np.array([[0.0, np.nan, 0.0]])
    whole, hurt = (whole, hurt) if kind == "numpy" else (torch.as_tensor(whole), torch.as_tensor(hurt))
    assert np.isnan(float(penalty.value(hurt)))
    assert np.isnan(float(penalty.subgradient_distance(hurt, whole)))
    assert np.isnan(float(penalty.subgradient_distance(whole, hurt)))


def test_one_number_has_a_subgradient_distance():
    assert L1(1.0).subgradient_distance(1e200, 1e200) == 1e200
    assert Box(0.0, 1.0).subgradient_distance(2.0, 0.0) == np.inf
    g = np.array([[4.0, 0.0], [5.0, 1.0]])
    np.testing.assert_array_equal(L1(1.0).subgradient_distance(np.zeros((2, 2)), g, axis=np.int64(0)), [5.0, 0.0])


@pytest.mark.parametrize("given", [list, np.asarray, "torch"], ids=str)
def test_arrays_of_parameters_and_steps_beside_tensors(given):
    torch = pytest.importorskip("torch", reason="the deep extra is not installed")
    given = torch.tensor if given == "torch" else given
    z, x, lam, t = torch.ones(3), np.ones(3), [0.1, 0.2, 0.3], [1.0, 2.0, 3.0]
    for made in (L1, lambda v: SparseGroup(L1(v), GroupL2(v, groups=[0, 1, 2]))):
        np.testing.assert_allclose(made(given(lam)).prox(z, given(t)), made(lam).prox(x, t), rtol=1e-6)
        np.testing.assert_allclose(made(given(lam)).value(z), made(lam).value(x), rtol=1e-6)
        found, expected = made(given(lam)).subgradient_distance(z, z), made(lam).subgradient_distance(x, x)
        np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert L1(given(lam)).prox(z, 1.0).dtype == torch.float32
    for lam_of in ([1.0, 2.0], np.ones((3, 1)), torch.ones(3, 1)):
        with pytest.raises(ValueError, match=r"L1: lam of shape \(.*\) does not broadcast to an array of shape \(3,\)"):
            L1(lam_of).prox(z, 1.0)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("penalty", SCALAR + VECTOR, ids=name)
def test_torch_runs_the_same_function(penalty, dtype):
    torch = pytest.importorskip("torch", reason="the deep extra is not installed")
    z = sample(dtype)
    found = penalty.prox(torch.as_tensor(z), TIMES)
    eps = float(np.finfo(dtype).eps)
    np.testing.assert_allclose(found.numpy(), penalty.prox(z, TIMES), rtol=16 * eps, atol=4 * eps)
    assert found.dtype == getattr(torch, dtype)
    np.testing.assert_allclose(float(penalty.value(torch.as_tensor(z))), float(penalty.value(z)), rtol=100 * eps)
    g = torch.as_tensor(sample(dtype) / 3)
    expected = float(penalty.subgradient_distance(z, sample(dtype) / 3))
    assert float(penalty.subgradient_distance(torch.as_tensor(z), g)) == pytest.approx(expected, rel=100 * eps)


@pytest.mark.parametrize("penalty", SCALAR + VECTOR, ids=name)
def test_wider_steps_and_parameters_do_not_widen_tensors(penalty):
    torch = pytest.importorskip("torch", reason="the deep extra is not installed")
    z, one = torch.as_tensor(sample(np.float32)), torch.ones((6, 1), dtype=torch.float64)
    for steps in (TIMES * one, TIMES * one.expand(6, 5) if penalty in SCALAR else TIMES * one[0]):
        found = penalty.prox(z, steps)
        assert found.dtype == torch.float32
        np.testing.assert_allclose(found, penalty.prox(z.numpy(), steps.numpy()), rtol=1e-5, atol=1e-6)
        assert penalty.prox(z.bfloat16(), steps.float()).dtype == torch.bfloat16
    if "lam" in penalty.ranges():
        assert replace(penalty, lam=0.2 * one).prox(z, TIMES).dtype == torch.float32


@pytest.mark.parametrize("penalty", SCALAR + VECTOR, ids=name)
def test_prox_is_stationary_for_its_own_objective(penalty):
    z = sample()
    x = penalty.prox(z, TIMES)
    assert float(penalty.subgradient_distance(x, (x - z) / TIMES)) < 1e-13
    if not isinstance(penalty, Zero | Box | NegativeSquare | L2Squared | CardinalityBall):
        assert float(penalty.subgradient_distance(x + 0.05, (x + 0.05 - z) / TIMES)) > 1e-3


@pytest.mark.parametrize("penalty", SCALAR, ids=name)
def test_the_weak_convexity_modulus_is_the_least(penalty):
    modulus, grid = penalty.weak_convexity, np.linspace(-3, 3, 2401)
    if not np.isfinite(modulus):
        return
    inside = [float(penalty.value(x)) for x in grid]
    finite = np.isfinite(inside)

    def second_differences(m):
        values = np.array([float(penalty.value(x)) + m * x * x / 2 for x in grid[finite]])
        return values[2:] - 2 * values[1:-1] + values[:-2]

    assert second_differences(modulus).min() >= -1e-12
    if modulus > 0:
        assert second_differences(0.97 * modulus).min() < 0


def test_the_modulus_of_mcp_is_finite_where_nothing_is_penalised():
    assert MCP(0.0, 1e-320).weak_convexity == 0
    assert MCP([0.0, 2.0], [1.0, 2.0]).weak_convexity == 0.5
    assert MCP(1.0, 1e-320).weak_convexity == np.inf


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("penalty", [L12(0.3), L23(0.3), BinaryW(0.3, 2 / 3)], ids=name)
def test_the_largest_floats_are_kept(penalty, dtype):
    z = np.finfo(dtype).max * np.array([1.0, -0.1, 1e-3], dtype=dtype)
    for t in (1e-8, 1.0, 1e3):
        np.testing.assert_array_equal(penalty.prox(z, t), z)


@pytest.mark.parametrize("penalty", [*SCALAR, *VECTOR], ids=name)
def test_the_zero_radius_is_that_of_the_subdifferential_at_zero(penalty):
    radius = penalty.zero_radius(sample())
    if radius is None:
        assert isinstance(penalty, BinaryW | Box | NegativeAbs | SparseGroup | CardinalityBall)
        return
    g = sample()
    unit = g / np.where(g == 0, 1, penalty.group_norms(g))
    finite = np.where(np.isinf(radius), 1e9, radius)
    assert penalty.subgradient_distance(0 * g, 0.999 * finite * unit) == 0
    assert np.isinf(radius).all() or penalty.subgradient_distance(0 * g, (1.001 * finite + 0.001) * unit) > 0


@pytest.mark.parametrize("penalty", [*SCALAR, *VECTOR], ids=name)
def test_a_group_has_a_norm_where_it_is_in_the_support(penalty):
    x = sample()
    x[1] = 0
    assert np.array_equal(penalty.group_norms(x) > 0, penalty.group_support(x))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint64, np.int8, np.float16, np.float32])
@pytest.mark.parametrize("cls", [L1, MCP, SCAD, ElasticNet, L2Squared, NegativeAbs, TransformedL1])
def test_arrays_of_parameters_are_computed_with_in_float64(cls, dtype):
    """What uint8 made of -lam was 256 - lam."""
    numbers = dict.fromkeys(cls.ranges(), 3)
    wide, narrow = cls(**numbers), cls(**{name: np.array([n], dtype) for name, n in numbers.items()})
    x = np.array([0.0, 0.5, -4.0, 500.0])
    assert np.array_equal(wide.value(x), narrow.value(x))
    assert np.array_equal(wide.prox(x, 0.3), narrow.prox(x, np.array([0.3])))
    assert np.array_equal(wide.subgradient_distance(x, -x, axis=()), narrow.subgradient_distance(x, -x, axis=()))


def test_a_step_in_float32_is_that_number_in_float64():
    step, z = np.array([0.1, 0.2], np.float32), np.array([1.0, -3.0])
    exact = L2Squared(0.7).prox(z, step.astype(float))
    assert np.array_equal(L2Squared(0.7).prox(z, step), exact)
    torch = pytest.importorskip("torch")
    assert np.array_equal(L2Squared(0.7).prox(torch.tensor(z), torch.tensor(step)).numpy(), exact)


def test_a_penalty_keeps_its_own_numbers():
    lam = np.array([0.5, 1.0])
    R = L1(lam)
    lam[0] = -5
    assert np.array_equal(R.prox(np.ones(2), 1.0), [0.5, 0.0])


def test_a_choice_may_be_a_number_of_numpy_s():
    assert BinaryW(1, np.float32(0.5)).q == 0.5
