"""Which memory the compiled steps touch: that of dense tensors of the parameter's own shape."""

from __future__ import annotations

import pytest
import torch

from deep.optim import RMDA, ProxSGD
from deep.optim.fast import gpu
from verify.penalties import L1, GroupL2


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize("rows", [1, 2])  # one row would be broadcast, two be read past their end: the strides are the same
def test_arrays_of_another_shape_are_no_step(fast, rows):
    w = torch.nn.Parameter(torch.ones(rows, 3))
    w.grad = torch.ones_like(w)
    optimizer = RMDA([w], lr=0.1, fast=fast)
    optimizer.step()
    w.data, w.grad = torch.ones(5, 3), None  # as pruning and growing do
    w.grad = torch.ones(5, 3)
    with pytest.raises(ValueError, match=rf"a parameter of shape \(5, 3\) has a V of shape \({rows}, 3\)"):
        optimizer.step()
    with pytest.raises(ValueError, match=rf"a parameter of shape \(5, 3\) has a V of shape \({rows}, 3\)"):
        gpu.step(*optimizer._buckets(), None, "plain")
    assert torch.equal(w, torch.ones(5, 3))


class Elsewhere(torch.Tensor):
    """A tensor whose numbers are not where it says."""


@pytest.mark.filterwarnings("ignore:.*is not compiled")
def test_tensors_of_a_class_of_their_own_take_the_plain_path():
    plain, own = (torch.nn.Parameter(torch.ones(5, 3)) for _ in range(2))
    own = torch.nn.Parameter(own.detach().as_subclass(Elsewhere))
    assert isinstance(own, Elsewhere)
    for w in (plain, own):
        w.grad = torch.full_like(w, 0.5)
        optimizer = RMDA([w], lr=0.1, momentum=0.5, penalty=L1(0.1))
        optimizer.step()
    assert torch.equal(own.as_subclass(torch.Tensor), plain)


def test_tensors_without_entries_and_weights_that_are_tensors():
    empty, w = torch.nn.Parameter(torch.ones(2, 0, 3)), torch.nn.Parameter(torch.ones(3, 4))
    weights = torch.tensor([1.0, 2.0, 3.0, 4.0])
    for p, penalty in ((empty, GroupL2(0.1, axes=(0,), weights=None)), (w, GroupL2(0.1, axes=(0,), weights=weights))):
        p.grad = torch.zeros_like(p)
        ProxSGD([p], lr=0.1, penalty=penalty).step()
    norm = 3**0.5
    torch.testing.assert_close(w.detach(), (1 - 0.1 * 0.1 * weights / norm).expand(3, 4))
