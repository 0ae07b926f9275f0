"""What an instance of one's own has wrong is said by name, before a certificate rests on it."""

from __future__ import annotations

import numpy as np
import pytest

from synthetic.problems import REGISTRY, Lasso
from synthetic.problems.linear_model import LinearModel
from synthetic.reference import certify
from synthetic.reference.promises import check_promises

right = LinearModel.gradient, LinearModel.loss


def summed(value, samples, index):
    """The sum over a batch, where the mean is meant."""
    return value if index is None else value * np.shape(index)[1] / samples * 2


WRONG = [
    ("lipschitz", property(lambda self: 3.0), r"lipschitz must be of shape \(2,\), one entry a run; got \(\)"),
    ("lipschitz", property(lambda self: np.ones(3)), r"lipschitz must be of shape \(2,\), one entry a run; got \(3,\)"),
    ("lipschitz", property(lambda self: np.array([1.0, 0.0])), "lipschitz must be positive and finite for each run"),
    ("lipschitz", property(lambda self: np.array([np.nan, 1.0])), "lipschitz must be positive and finite for each run"),
    ("loss", lambda self, w, index=None: right[1](self, w, index).sum(), r"loss must be of shape \(2,\).*got \(\)"),
    (
        "gradient",
        lambda self, w, index=None: {"w": right[0](self, w, index)["w"][0]},
        "gradient must have the blocks",
    ),
    ("gradient", lambda self, w, index=None: {"v": right[0](self, w, index)["w"]}, "gradient must have the blocks"),
    (
        "gradient",
        lambda self, w, index=None: {"w": summed(right[0](self, w, index)["w"], self.samples, index)},
        "gradient with an index of all samples must be that without one: in run 0",
    ),
    (
        "loss",
        lambda self, w, index=None: summed(right[1](self, w, index), self.samples, index),
        "loss with an index of all samples must be that without one: in run 0",
    ),
]


@pytest.mark.parametrize(("name", "value", "said"), WRONG)
def test_what_is_wrong_is_named(name, value, said, monkeypatch):
    instance = Lasso().instance([0, 1])
    monkeypatch.setattr(type(instance), name, value)
    with pytest.raises(ValueError, match=said):
        certify(instance)


@pytest.mark.parametrize("name", sorted(set(REGISTRY) - {"MNISTLogistic"}))
def test_every_problem_here_keeps_its_promises(name):
    check_promises(REGISTRY[name]().instance([3, 5]))
