"""What makes no data set, or another than the problem says, is refused when the problem is made."""

import math

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
    ("ConvRegression", {"side": 2}, "side must be finite and >= 3; got 2"),
    ("SparseQuadratic", {"margin": 1.5}, r"margin must be finite and in \[0, 1\]; got 1.5"),
    ("SparseQuadratic", {"margin": -0.2}, r"margin must be finite and in \[0, 1\]; got -0.2"),
    ("SparseQuadratic", {"condition": 0.1}, "condition must be finite and >= 1; got 0.1"),
    ("SparseQuadratic", {"noise": -1.0}, "noise must be finite and >= 0; got -1"),
    ("SparseQuadratic", {"lam": 0.0}, "lam must be finite and > 0; got 0"),
    ("NoisyLogistic", {"flips": 2.0}, r"flips must be finite and in \[0, 1\]; got 2"),
    ("NoisyLogistic", {"gap": math.nan}, "gap must be finite and >= 0; got nan"),
    ("NoOverlap", {"penalty": "l1"}, "penalty must be 'L1' or 'L0' or 'TransformedL1'; got 'l1'"),
]


@pytest.mark.parametrize("name, parameters, message", WRONG)
def test_a_wrong_parameter_is_named(name, parameters, message):
    with pytest.raises(ValueError, match=f"{name}: {message}"):
        REGISTRY[name](**parameters)
