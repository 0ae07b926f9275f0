"""Parameters, steps and arrays that a penalty refuses, and what it says of them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from verify.penalties import L1, MCP, SCAD, BinaryW, Box, CardinalityBall, GroupL2, L2Squared, Lq, MetricL1, NegativeSquare


@pytest.mark.parametrize("t", [0.0, -1.0, np.nan, np.inf, np.array([1.0, 0.0])])
def test_a_bad_step_is_refused(t):
    with pytest.raises(ValueError, match="t must be finite and > 0"):
        L1(0.3).prox(np.ones(2), t)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: L1(-1.0), "L1: lam must be finite and >= 0; got -1"),
        (lambda: L1(np.nan), "lam must be finite"),
        (lambda: L1(np.inf), "lam must be finite"),
        (lambda: L1(np.array([1.0, -2.0, -3.0])), r"-2 \(one of 2 such entries\)"),
        (lambda: MCP(0.3, 0.0), "MCP: gamma must be finite and > 0; got 0"),
        (lambda: SCAD(0.3, 1.0), "SCAD: a must be finite and > 1"),
        (lambda: Lq(0.3, 1.0), r"Lq: q must be finite and in \(0, 1\)"),
        (lambda: BinaryW(0.3, 0.4), "BinaryW: q must be one of 0, 0.5, 0.666667, 1; got 0.4"),
        (lambda: Box(1.0, 0.0), "lower must be <= upper"),
        (lambda: Box(np.nan, 0.0), "Box: lower must be a number below inf; got nan"),
        (lambda: Box(np.inf, np.inf), "Box: lower must be a number below inf; got inf"),
        (lambda: Box(-np.inf, -np.inf), "Box: upper must be a number above -inf; got -inf"),
        (lambda: MCP(0.3, [1.0, 0.0]), "MCP: gamma must be finite and > 0; got 0$"),
        (lambda: GroupL2(0.3, groups=3), "groups must be a list of index lists or a vector of integer labels; got array"),
        (lambda: NegativeSquare(0.5).prox(1.0, 1.0), "no minimiser exists for t = 1.0; the step must be below 1"),
        (lambda: L1(np.ones(3)).prox(np.ones(2), 1.0), r"lam of shape \(3,\) does not broadcast to an array of shape \(2,\)"),
        (lambda: L1(np.ones(3)).value(np.ones(2)), r"lam of shape \(3,\) does not broadcast"),
        (lambda: L1(np.ones(3)).subgradient_distance(np.ones(2), np.ones(2)), r"lam of shape \(3,\) does not broadcast"),
        (lambda: L1(0.3).subgradient_distance(np.ones(2), np.ones(3)), r"g must have x's shape \(2,\); got \(3,\)"),
        (lambda: L1(0.3).prox(np.ones(2), np.ones(3)), r"t of shape \(3,\) does not broadcast to z of shape \(2,\)"),
        (lambda: L1(0.3).prox(np.ones(2), 1.0, out=np.ones(3)), "out must be like z"),
        (lambda: L1(0.3).prox(np.ones(2), 1.0, out=np.ones(2, np.float32)), "out must be like z"),
        (lambda: GroupL2(0.3, axes=(3,)).prox(np.ones((2, 2)), 1.0), "axes"),
        (lambda: CardinalityBall(-1), "k"),
        (lambda: MetricL1(0.3, np.array([[1.0, 2.0], [2.0, 1.0]])), "positive definite"),
        (lambda: MetricL1([1.0, 2.0, 3.0], np.eye(3)).value(np.ones((3, 1))), r"H is of size 3, .* shape \(3, 1\)"),
    ],
)
def test_a_bad_argument_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("value", [np.ones(2, dtype=complex), np.array(["a"]), np.ones(2, dtype=np.float16)])
def test_other_dtypes_are_refused(value):
    with pytest.raises(TypeError, match="float32, float64"):
        L1(0.3).prox(value, 1.0)


@pytest.mark.parametrize(
    "bad",
    [
        *("0.3", None, True, 1j, [1.0, "a"], [[1.0], [1.0, 2.0]], 10**400, np.True_, np.array("0.3"), np.array([True])),
        *(np.complex128(1j), np.array([1j, 1.0]), np.datetime64("2020")),
    ],
)
def test_what_is_no_number_is_refused(bad):
    with pytest.raises(TypeError, match="L1: lam must be a number or an array of numbers >= 0; got"):
        L1(bad)
    with pytest.raises(TypeError, match=r"L1\.prox: the step t must be a number > 0 or an array of them; got"):
        L1(0.3).prox(np.ones(2), bad)


def test_a_fraction_is_checked_as_any_number():
    half = Fraction(1, 2)
    for make in (lambda: L1(-half), lambda: L1(0.5).prox(1.0, -half), lambda: SCAD(1.0, half), lambda: Box(half, -half)):
        with pytest.raises(ValueError, match="must be"):
            make()
    with pytest.raises(ValueError, match="no minimiser exists"):
        NegativeSquare(1.0).prox([1.0], Fraction(1))
    assert MCP(half, 2).prox(Fraction(3), half) == MCP(0.5, 2).prox(3.0, 0.5)
    assert Lq(half, half).value(Fraction(4)) == 1


def test_a_step_that_is_a_tensor_does_not_meet_an_array():
    torch = pytest.importorskip("torch")
    with pytest.raises(TypeError, match="the step t is a tensor and z is none"):
        L2Squared(0.5).prox([1.0, 2.0], torch.tensor(0.3))
