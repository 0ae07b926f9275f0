"""Arguments of check_prox that it refuses, each with what was given and what is allowed."""

from __future__ import annotations

import numpy as np
import pytest

from tests.verify.audit.right import soft
from verify.audit import check_prox


def soft_by_one(z, t):
    return soft(z, t, 1.0)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({}, ValueError, "either scalar=True"),
        ({"scalar": True, "shape": (3,)}, ValueError, "either scalar=True"),
        ({"scalar": (5,)}, TypeError, r"scalar is True or False; got \(5,\)"),
        ({"shape": (0,)}, ValueError, "positive integers"),
        ({"shape": 2.5}, ValueError, "positive integers"),
        ({"shape": ()}, ValueError, r"positive integers, one or more, or several such shapes; got \(\)"),
        ({"shape": [(3,), ()]}, ValueError, "positive integers, one or more"),
        ({"shape": 10**11}, ValueError, "at most 1,000,000 elements; got 100000000000: try a smaller array"),
        ({"shape": (10**4, 10**4)}, ValueError, "at most 1,000,000 elements"),
        ({"scalar": True, "t": 0.0}, ValueError, "finite steps > 0"),
        ({"scalar": True, "t": []}, ValueError, "finite steps > 0"),
        ({"scalar": True, "t": "1"}, ValueError, "finite steps > 0"),
        ({"scalar": True, "t": 10**400}, ValueError, "finite steps > 0, 2.2e-308 to 1.8e"),
        ({"scalar": True, "t": 1e40, "dtype": "float32"}, ValueError, r"3.4e\+38 in float32; got 1e\+40"),
        ({"scalar": True, "parameters": {"lam": []}}, ValueError, "no values are given for lam"),
        ({"scalar": True, "parameters": [1]}, TypeError, "parameters must be"),
        ({"scalar": True, "arrays": "jax"}, ValueError, "'numpy', 'torch' or a function"),
        ({"scalar": True, "dtype": "float16"}, ValueError, "'float64', 'float32' or both"),
        ({"scalar": True, "dtype": np.float64}, ValueError, "'float64', 'float32' or both; got <class 'numpy.float64'>"),
        ({"scalar": True, "dtype": [np.float64]}, ValueError, "'float64', 'float32' or both"),
    ],
)
def test_bad_arguments_are_named(arguments, error, words):
    with pytest.raises(error, match=words):
        check_prox(soft_by_one, np.abs, **arguments)


def test_functions_must_be_functions():
    with pytest.raises(TypeError, match="prox must be a function; got 3"):
        check_prox(3, np.abs, scalar=True)


def test_a_value_that_is_finite_nowhere_is_an_error():
    with pytest.raises(ValueError, match="finite nowhere"):
        check_prox(lambda z, t: z, lambda x: x * np.nan, scalar=True)


def test_a_value_of_the_wrong_shape_is_an_error():
    with pytest.raises(ValueError, match="one number"):
        check_prox(lambda z, t: z, np.abs, shape=(3,))
    with pytest.raises(ValueError, match="one number a coordinate"):
        check_prox(lambda z, t: z, lambda x: np.zeros((2, 2)), scalar=True)


def test_a_value_that_fails_is_an_error():
    with pytest.raises(ValueError, match="value fails"):
        check_prox(lambda z, t: z, lambda x: {}["lam"], scalar=True)
