"""Functions as users write them: values with a domain, array parameters, and mistakes in the call; each error is one line."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from tests.verify.audit.right import soft
from verify.audit import check_prox


def positive(z, t):
    return np.maximum(z, 0)


def raising(x):
    if (x < 0).any():
        raise ValueError("outside")
    return 0.0 * x.sum()


def asserting(x):
    assert (x >= 0).all(), "outside"
    return 0.0 * x.sum()


def elementwise_or_raising(x):
    if (x < 0).any():
        raise ValueError("outside")
    return 0.0 * x


@pytest.mark.parametrize("value", [raising, asserting, elementwise_or_raising])
def test_a_value_may_raise_outside_its_domain(value):
    assert check_prox(positive, value, scalar=True, t=(0.5, 2.0)).ok
    assert not check_prox(lambda z, t: np.abs(z), value, scalar=True, t=(0.5, 2.0), raise_on_error=False).ok


@pytest.mark.parametrize("value", [raising, asserting])
def test_so_may_that_of_a_vector(value):
    assert check_prox(positive, value, shape=(3,), t=(0.5, 2.0)).ok
    report = check_prox(lambda z, t: z, value, shape=(3,), t=(0.5, 2.0), raise_on_error=False)
    assert report.smallest.kind == "infeasible"


def test_a_domain_may_be_known_to_a_value_of_floats_alone():
    assert check_prox(lambda z, t: (z + math.sqrt(z * z + 4 * t)) / 2, lambda x: -math.log(x), scalar=True, t=(0.5, 2.0)).ok


@pytest.mark.parametrize("factor", [1.0, 1.1])
def test_parameters_may_be_arrays(factor):
    report = check_prox(
        lambda z, t, w: soft(z, t, factor * w).astype(z.dtype),
        lambda x, w: np.sum(w * np.abs(x)),
        shape=(2,),
        parameters={"w": [np.array([1.0, 2.0]), np.array([1.0, 3.0])]},
        t=(0.5, 2.0),
        raise_on_error=False,
    )
    assert report.ok == (factor == 1.0)


def test_where_no_step_has_a_minimiser_nothing_is_called_right():
    with pytest.raises(ValueError, match=r"^no minimiser exists at any step, nothing can be checked: t = 0.5; t = 2$"):
        check_prox(lambda z, t: z, lambda x: -(x**4), scalar=True, t=(0.5, 2.0))


def test_an_error_of_value_is_said_to_be_its_own():
    with pytest.raises(ValueError, match=r"^value raises KeyError: 'lam'$"):
        check_prox(positive, lambda x: {}["lam"], shape=(3,))


@pytest.mark.parametrize("where", [{"scalar": True}, {"shape": 3}])
def test_functions_of_tensors_that_are_given_numpy_arrays_are_told_what_to_ask_for(where):
    def value(x):
        return x.abs().sum()

    missing = "'numpy.ndarray' object has no attribute 'abs'"
    said = f'{missing}; for a function of PyTorch tensors: arrays="torch", or --arrays torch'
    with pytest.raises(ValueError, match=f"{re.escape(said)}$"):
        check_prox(lambda z, t: z.clamp(min=t), value, **where)
    smallest = check_prox(lambda z, t: z.abs(), lambda x: np.abs(x).sum(), **where, t=1.0, raise_on_error=False).smallest
    assert smallest.message.endswith(said)
    with pytest.raises(ValueError, match=f"{re.escape(missing)}$"):
        check_prox(lambda z, t: z, value, **where, arrays=np.asarray)


def exits(*arguments):
    raise SystemExit(0)


@pytest.mark.parametrize("where", [{"scalar": True}, {"shape": 3}])
def test_a_map_that_exits_is_wrong(where):
    smallest = check_prox(exits, lambda x: np.abs(x).sum(), **where, t=1.0, raise_on_error=False).smallest
    assert (smallest.kind, smallest.message) == ("exception", "the map raises SystemExit: 0")


def test_a_value_that_exits_is_an_error():
    with pytest.raises(ValueError, match=r"^value raises SystemExit: 0$"):
        check_prox(positive, exits, shape=3)
    with pytest.raises(ValueError, match="value fails"):
        check_prox(positive, exits, scalar=True)


@pytest.mark.parametrize("returned", [None, "a", 1j])
def test_a_value_that_is_no_number_is_an_error(returned):
    with pytest.raises(TypeError, match=r"^value must return real numbers: a .* holds no real numbers$"):
        check_prox(positive, lambda x: returned, shape=(3,))


@pytest.mark.parametrize("seed", ["a", -1, 0.5])
def test_the_seed_is_a_number(seed):
    with pytest.raises(ValueError, match="seed must be an integer >= 0; got"):
        check_prox(positive, raising, scalar=True, seed=seed)


def test_arrays_must_be_readable():
    with pytest.raises(ValueError, match="arrays must make from a NumPy array one that can be read back"):
        check_prox(positive, raising, scalar=True, arrays=lambda array: None)
