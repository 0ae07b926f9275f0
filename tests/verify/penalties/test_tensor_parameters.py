"""Parameters may be tensors of any precision, and ones that a gradient is wanted of: what is derived from them is the same."""

from __future__ import annotations

import pytest

from verify.penalties import L12, L23, MCP, SCAD, BinaryW, GroupMCP, L2Squared, NegativeSquare, TransformedL1

torch = pytest.importorskip("torch", reason="the deep extra is not installed")

LAM = 0.25  # exact in bfloat16
PENALTIES = [
    L12,
    L23,
    lambda lam: MCP(lam, 3.0),
    lambda lam: SCAD(lam, 3.5),
    lambda lam: TransformedL1(lam, 1.5),
    lambda lam: BinaryW(lam, 0.5),
    lambda lam: GroupMCP(lam, 3.0, axes=(0,)),
    NegativeSquare,
]


def tensors(dtype, wanted, shape=()):
    return torch.full(shape, LAM, dtype=dtype, requires_grad=wanted)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("wanted", [False, True])
@pytest.mark.parametrize("make", PENALTIES)
def test_moduli_and_bounds_are_those_of_the_number(make, dtype, wanted):
    given, number = make(tensors(dtype, wanted)), make(LAM)
    assert given.weak_convexity == number.weak_convexity
    assert given.prox_bound == number.prox_bound


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float64])
def test_steps_of_any_precision_meet_the_bound(dtype):
    z = torch.ones(3, dtype=dtype)
    penalty, step = NegativeSquare(tensors(dtype, True, (3,))), torch.ones(3, dtype=dtype, requires_grad=True)
    assert penalty.prox(z, step).tolist() == [2.0, 2.0, 2.0]
    with pytest.raises(ValueError, match="no minimiser exists"):
        penalty.prox(z, 2 * step)


@pytest.mark.parametrize("make", PENALTIES)
def test_prox_is_derived_from_z_and_from_the_parameter(make):
    """Against differences, at points of every regime."""
    z = torch.tensor([[-3.0, 0.4], [0.05, 1.3], [2.2, -0.9]], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda z, lam: make(lam).prox(z, 0.7), (z, tensors(torch.float64, True)))


def test_a_root_of_one_number_is_derived():
    from verify.arrays.torch import TORCH

    x = torch.tensor(4.0, requires_grad=True)
    TORCH.sqrt(x).backward()
    assert x.grad == 0.25


def test_what_is_refused_is_named():
    with pytest.raises(ValueError, match=r"lam must be finite and >= 0; got -2 \(one of 2 such entries\)"):
        L2Squared(torch.tensor([1.0, -2.0, -3.0], requires_grad=True))
    with pytest.raises(ValueError, match="lam must be finite and >= 0; got -2"):
        L2Squared(torch.tensor(-2.0, dtype=torch.bfloat16))
    with pytest.raises(TypeError, match=r"a tensor of numbers >= 0; got one of torch\.bool"):
        L2Squared(torch.tensor(True))
    with pytest.raises(TypeError, match=r"a tensor of numbers >= 0; got one of torch\.complex64"):
        L2Squared(torch.tensor([1 + 2j]))
