"""Every operation of the namespace means the same in NumPy, PyTorch, rational and 50-digit arithmetic, and to z3."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest

from verify.arrays import NUMPY, namespace
from verify.arrays.exact import DecimalArrays, Inexact, RationalArrays

torch = pytest.importorskip("torch", reason="the deep extra is not installed")
from verify.arrays.torch import TORCH  # noqa: E402

X = np.array([-2.5, -1.0, -0.0, 0.0, 0.25, 3.0])
Y = np.array([1.0, -1.0, 2.0, 0.5, 0.25, 4.0])
M = np.array([[3.0, -4.0, 0.0], [1.0, 1.0, 1.0]])

CALLS = {
    "where": lambda xp, x, y, m: xp.where(x > y, x, y),
    "abs": lambda xp, x, y, m: xp.abs(x),
    "sign": lambda xp, x, y, m: xp.sign(x),
    "minimum": lambda xp, x, y, m: xp.minimum(x, y),
    "maximum": lambda xp, x, y, m: xp.maximum(x, 0.5),
    "sqrt": lambda xp, x, y, m: xp.sqrt(x * x),
    "sin": lambda xp, x, y, m: xp.sin(x),
    "cos": lambda xp, x, y, m: xp.cos(x),
    "atan2": lambda xp, x, y, m: xp.atan2(x, y),
    "power": lambda xp, x, y, m: xp.power(xp.abs(x) + 1, 0.75),
    "cos_third": lambda xp, x, y, m: xp.cos_third(xp.maximum(x, -1.0)),
    "subtract_product": lambda xp, x, y, m: xp.subtract_product(x, y, y),
    "subtract_product of numbers": lambda xp, x, y, m: xp.subtract_product(x, 0.25, 0.5),
    "subtract_clipped": lambda xp, x, y, m: xp.subtract_clipped(x, y, y),
    "subtract_clipped of numbers": lambda xp, x, y, m: xp.subtract_clipped(x, 0.25, 0.5),
    "sum": lambda xp, x, y, m: xp.sum(m, axis=-1),
    "max": lambda xp, x, y, m: xp.max(m, axis=0),
    "norm": lambda xp, x, y, m: xp.norm(m, axis=-1, keepdims=True),
    "dot": lambda xp, x, y, m: xp.dot(m, m),
    "any": lambda xp, x, y, m: xp.any(m > 2, axis=-1),
    "all": lambda xp, x, y, m: xp.all(m > 0, axis=-1),
    "both": lambda xp, x, y, m: xp.both(x > 0, y > 0),
    "either": lambda xp, x, y, m: xp.either(x > 0, y > 0),
    "negate": lambda xp, x, y, m: xp.negate(x > 0),
    "largest_k": lambda xp, x, y, m: xp.largest_k(m, 2),
    "segment_sum": lambda xp, x, y, m: xp.segment_sum(m, np.array([1, 0, 1]), 2),
    "zeros_like": lambda xp, x, y, m: xp.zeros_like(m),
    "full_like": lambda xp, x, y, m: xp.full_like(m, 2),
    "constant": lambda xp, x, y, m: x + xp.constant("0.1"),
}


def numbers(array):
    return np.array([float(v) for v in np.asarray(array).ravel()]).reshape(np.shape(array))


@pytest.mark.parametrize("name", CALLS)
def test_torch_agrees_with_numpy(name):
    expected = CALLS[name](NUMPY, X, Y, M)
    found = CALLS[name](TORCH, *(torch.as_tensor(a) for a in (X, Y, M)))
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-14, atol=1e-300)


@pytest.mark.parametrize(("xp", "array"), [(NUMPY, np.asarray), (TORCH, torch.as_tensor), (DecimalArrays(), None)])
def test_nan_wins_a_minimum_and_a_maximum(xp, array):
    array = array or xp.convert
    a, b = array([np.nan, 1.0, 2.0]), array([1.0, np.nan, 3.0])
    assert [float(v) for v in xp.minimum(a, b)] == pytest.approx([np.nan, np.nan, 2.0], nan_ok=True)
    assert [float(v) for v in xp.maximum(a, b)] == pytest.approx([np.nan, np.nan, 3.0], nan_ok=True)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_square_root_of_one_number_is_correctly_rounded_in_torch_too(dtype):
    x = torch.cat([torch.arange(2000), torch.tensor([torch.inf, 1e-300])]).to(dtype)
    assert torch.equal(torch.stack([TORCH.sqrt(v) for v in x]), torch.from_numpy(np.sqrt(x.numpy())))
    assert TORCH.sqrt(torch.tensor(-1.0, dtype=dtype)).isnan()


@pytest.mark.parametrize("name", CALLS)
def test_fifty_digits_agree_with_numpy(name):
    xp = DecimalArrays()
    found = CALLS[name](xp, *(xp.convert(a) for a in (X, Y, M)))
    np.testing.assert_allclose(numbers(found), CALLS[name](NUMPY, X, Y, M), rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("name", sorted(set(CALLS) - {"sin", "cos", "atan2", "power", "cos_third", "norm"}))
def test_rationals_agree_with_numpy(name):
    xp = RationalArrays()
    found = CALLS[name](xp, *(xp.convert(a) for a in (X, Y, M)))
    np.testing.assert_allclose(numbers(found), CALLS[name](NUMPY, X, Y, M), rtol=1e-15)


def test_a_float_is_replayed_as_the_decimal_it_prints():
    assert RationalArrays().convert(0.1)[()] == Fraction(1, 10)
    assert abs(DecimalArrays().convert(0.1)[()] * 10 - 1) < 1e-49


def test_rational_arithmetic_refuses_what_is_irrational():
    xp = RationalArrays()
    assert xp.sqrt(xp.convert(0.25)) == Fraction(1, 2)
    for operation in (lambda: xp.sqrt(Fraction(2)), lambda: xp.sin(Fraction(1)), lambda: xp.pi):
        with pytest.raises(Inexact):
            operation()


@pytest.mark.parametrize("xp", [NUMPY, TORCH], ids=["numpy", "torch"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_norms_neither_overflow_nor_underflow(xp, dtype):
    scales = {"float32": (1e-44, 1e-30, 1.0, 1e30, 5e37), "float64": (1e-320, 1e-200, 1.0, 1e200, 1e307)}[dtype]
    for scale in scales:
        x = np.array([[3.0, 4.0], [0.0, 0.0]]) * scale
        x = x.astype(dtype)
        found = xp.norm(torch.as_tensor(x) if xp is TORCH else x, axis=-1)
        expected = np.array([float(mpmath.hypot(float(r[0]), float(r[1]))) for r in x], dtype=dtype)
        np.testing.assert_allclose(np.asarray(found), expected, rtol=2 * np.finfo(dtype).eps, atol=np.finfo(dtype).tiny * 1e-6)


@pytest.mark.parametrize("xp", [NUMPY, TORCH], ids=["numpy", "torch"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_norms_of_one_number_of_nothing_and_over_numpys_integers(xp, dtype):
    here = (lambda v: torch.as_tensor(np.array(v, dtype))) if xp is TORCH else lambda v: np.array(v, dtype)
    huge = 1e30 if dtype == "float32" else 1e300
    assert float(xp.norm(here(-huge))) == float(here(huge))
    assert float(xp.norm(here([]))) == 0
    assert np.array_equal(xp.norm(here(np.zeros((2, 0))), axis=1, keepdims=True), [[0.0], [0.0]])
    assert np.array_equal(xp.norm(here([[3.0], [4.0]]), axis=np.int64(0)), [5.0])


@pytest.mark.parametrize("xp", [NUMPY, TORCH], ids=["numpy", "torch"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("arrays", [True, False])
def test_subtract_product_keeps_its_digits_where_it_cancels(xp, dtype, arrays):
    rng = np.random.default_rng(0)
    b, c = rng.normal(size=500), rng.normal(size=500)
    if arrays or xp is TORCH:
        b, c = b.astype(dtype), c.astype(dtype)
    a = (b * c).astype(dtype)
    exact = [float(Fraction(float(p)) - Fraction(float(q)) * Fraction(float(r))) for p, q, r in zip(a, b, c, strict=True)]
    if arrays:
        args = [torch.as_tensor(v) for v in (a, b, c)] if xp is TORCH else [a, b, c]
        found = np.asarray(xp.subtract_product(*args))
    else:
        one = torch.as_tensor if xp is TORCH else np.asarray
        found = np.array([xp.subtract_product(one(p), float(q), float(r)) for p, q, r in zip(a, b, c, strict=True)])
    np.testing.assert_allclose(found, exact, rtol=2 * np.finfo(dtype).eps)


def test_cos_third_is_the_root_it_says():
    v = np.concatenate([np.linspace(-1, 1, 101), np.geomspace(1, 1e30, 50)])
    c = NUMPY.cos_third(v)
    assert (c >= 0.5 - 1e-8).all()
    np.testing.assert_allclose(4 * c**3 - 3 * c, v, rtol=1e-13, atol=1e-15)


def test_the_namespace_is_chosen_from_the_argument():
    assert namespace(np.zeros(2)) is NUMPY
    assert namespace(1.0) is NUMPY
    assert namespace(torch.zeros(2)) is TORCH


def test_z3_proves_the_defining_properties_of_its_operations():
    from verify.evidence.proof import Prover

    p = Prover()
    x, y = p.reals("x y")
    xp = p.xp
    root = xp.sqrt(x * x)
    third = xp.cos_third(p.nonnegative("v"))
    goals = [
        root == xp.abs(x),
        xp.minimum(x, y) + xp.maximum(x, y) == x + y,
        xp.copysign(y, x) * xp.sign(x) == xp.where(x == 0, 0, xp.abs(y)),
        xp.where(x > 0, x, 0) == xp.maximum(x, 0),
        xp.subtract_product(x, y, 0.1) == x - y / 10,
        third * third >= 0.74,
    ]
    assert p.solve(goals) == "proved"
    with pytest.raises(TypeError, match="solver"):
        xp.sin(x)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_where_is_numpys_to_the_bit_on_large_arrays(dtype):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 7, 200)).astype(dtype)
    x[0, :4], y[0, :4] = [np.nan, np.inf, -0.0, 0.0], [np.inf, -0.0, np.nan, 1.0]
    condition = rng.random(x.shape) < 0.5
    columns = condition[:, ::-1]
    for a, b in ((x, y), (0, y), (x, 0.0), (0.0, y), (-0.0, y), (1, y), (x, 2.5), (x, y[:1]), (x[:, ::-1], y)):
        for c in (condition, columns):
            expected, found = np.where(c, a, b), NUMPY.where(c, a, b)
            assert found.dtype == expected.dtype
            assert found.tobytes() == np.ascontiguousarray(expected).tobytes()


@pytest.mark.parametrize("xp", [NUMPY, TORCH], ids=["numpy", "torch"])
def test_iterate_stops_where_a_round_changes_nothing_and_gives_the_same_bits(xp):
    calls = []

    def halve(x, other):
        calls.append(1)
        return xp.maximum(x / 2, 1.0), -x

    start = np.array([0.1, 1.0, 40.0])
    start = (start, start) if xp is NUMPY else (torch.from_numpy(start), torch.from_numpy(start))
    values = start
    for _ in range(30):
        values = halve(*values)
    calls.clear()
    found = xp.iterate(halve, start, 30)
    assert 5 < len(calls) < 15
    assert all(np.array_equal(np.asarray(a), np.asarray(b)) for a, b in zip(found, values, strict=True))
    calls.clear()
    xp.iterate(halve, start, 2)
    assert len(calls) == 2


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_torch_bounds_by_numbers_as_numpy_does(dtype):
    x = np.array([-2.0, 0.0, 3.0, np.inf, np.nan], dtype=dtype)
    for name in ("minimum", "maximum"):
        expected = getattr(NUMPY, name)(x, 1.0)
        for pair in ((torch.from_numpy(x), 1.0), (1.0, torch.from_numpy(x))):
            found = getattr(TORCH, name)(*pair)
            assert found.dtype == torch.from_numpy(x).dtype
            np.testing.assert_array_equal(found.numpy(), expected)
    assert float(TORCH.maximum(1.0, 2.0)) == 2.0


def test_rational_numbers_take_floats_for_the_decimals_that_are_printed_and_stay_rational():
    half = RationalArrays().number(0.5)
    assert half + 0.1 == 0.1 + half == Fraction(3, 5)
    assert 0.3 - (half - 0.4) * 2 == Fraction(1, 10)
    assert -half / 0.1 == -5 and abs(-half) ** 2 == 0.25
    assert not half - 0.2 > 0.3 and half - 0.2 >= 0.3
    assert half < np.inf and hash(half) == hash(Fraction(1, 2))
    for out in (lambda: half**0.5, lambda: (-half) ** half, lambda: 2**half):
        with pytest.raises(Inexact):
            out()


def test_decimals_have_nan_where_a_power_leaves_the_reals():
    minus_two = DecimalArrays().number(-2)
    assert np.isnan(float(minus_two**0.5)) and np.isnan(float((-2) ** DecimalArrays().number(0.5)))
    assert minus_two**2 == 4
