"""A graph of tensors, cut at the rounds of its iterations."""

import pytest
import torch
from torch.fx.experimental.proxy_tensor import make_fx

from deep.optim.fast.parts import MarkedArrays, Parts
from deep.optim.fast.values import Unsupported
from verify.arrays.torch import TorchArrays


def newton(xp, a, count):
    """The square root of a, its start and the rounds since kept beside it."""
    return xp.iterate(lambda r, k: ((r + a / r) / 2, k + 1), (a, torch.zeros_like(a)), count)


def step(xp, counts=(6, 6)):
    def function(x, y, kept):
        roots = [newton(xp, v, count) for v, count in zip((x, y), counts, strict=True)]
        kept.copy_(x + 1)
        x.copy_(x * y)  # known before the rounds, which read x
        y.detach().copy_(roots[1][0])
        return [*roots[0], kept * 2]

    return function


def inputs():
    return [torch.tensor([4.0, 9.0]), torch.tensor([2.0, 16.0, 25.0])[:2], torch.zeros(2)]


def cut(function, *tensors):
    made = []
    parts = Parts(make_fx(function, tracing_mode="fake")(*tensors).graph, lambda part: made.append(part) or part)
    return parts, made


def test_parts_do_what_the_whole_does():
    whole, given = inputs(), inputs()
    parts, made = cut(step(MarkedArrays()), *given)
    assert len(made) == 3  # a round once, whatever their number
    for _ in range(3):
        expected, found = step(TorchArrays())(*whole), parts(*given)
        for a, b in zip([*expected, *whole], [*found, *given], strict=True):
            assert torch.equal(a, b)
    assert float(found[1][0]) == 6


def test_one_iteration_after_another():
    def function(xp):
        return lambda x: [newton(xp, newton(xp, x, 5)[0], 7)[0]]

    x = torch.tensor([16.0, 81.0])
    parts, made = cut(function(MarkedArrays()), x)
    assert len(made) == 5
    assert torch.equal(parts(x)[0], function(TorchArrays())(x)[0])


def test_without_an_iteration_there_is_one_part():
    x = torch.tensor([16.0, 81.0])
    parts, made = cut(lambda x: [x * 2], x)
    assert len(made) == 1
    assert torch.equal(parts(x)[0], x * 2)


def test_iterations_side_by_side_have_equally_many_rounds():
    with pytest.raises(Unsupported, match="different lengths"):
        cut(step(MarkedArrays(), (5, 6)), *inputs())
