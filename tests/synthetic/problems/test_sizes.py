"""Sizes of a problem that make no data set are refused when it is made."""

import pytest

from synthetic.problems import REGISTRY

WRONG = [
    ("NoisyLogistic", {"active": 0}, "active must be an integer >= 1; got 0"),
    ("NoisyLogistic", {"active": 21}, "active must be at most groups, 20; got 21"),
    ("NoOverlap", {"dimension": 1, "active": 1}, "dimension must be at least 2, for a start at an angle; got 1"),
    ("Lasso", {"samples": 0}, "samples must be an integer >= 1; got 0"),
    ("Lasso", {"samples": "a"}, "samples must be an integer >= 1; got 'a'"),
    ("Lasso", {"dimension": 2.5}, "dimension must be an integer >= 1; got 2.5"),
    ("Lasso", {"active": 70}, "active must be at most dimension, 50; got 70"),
    ("ConvRegression", {"active_channels": 5}, "active_channels must be at most channels, 4; got 5"),
]


@pytest.mark.parametrize("name, parameters, message", WRONG)
def test_a_wrong_size_is_named(name, parameters, message):
    with pytest.raises(ValueError, match=f"{name}: {message}"):
        REGISTRY[name](**parameters)
