"""Groups that cannot be, and groups that do not fit an array: each is named."""

from __future__ import annotations

import numpy as np
import pytest

from verify.penalties import GroupL2, GroupMCP


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"axes": 0, "groups": [0]}, "either axes= .* or groups="),
        ({"axes": ()}, "one or more integers"),
        ({"axes": 0.5}, "one or more integers"),
        ({"groups": [[0, 1], [1, 2]]}, "in more than one place: 1"),
        ({"groups": [[0, 1], [4]]}, "missing: 2, 3"),
        ({"groups": [[0, -1]]}, "out of range: -1"),
        ({"groups": [[0], []]}, "groups 1 are empty"),
        ({"groups": [[0.5]]}, "integer indices"),
        ({"groups": [0, 2]}, "groups 1 have no coordinate"),
        ({"groups": [0, -1]}, "indices 1 are negative"),
        ({"groups": []}, "list of index lists"),
        ({"axes": 0, "weights": "area"}, "'area'"),
        ({"axes": 0, "weights": -1.0}, "weights must be"),
    ],
)
def test_bad_groups_are_named(arguments, named):
    with pytest.raises(ValueError, match=named):
        GroupL2(1.0, **arguments)


@pytest.mark.parametrize("use", ["prox", "value", "support", "group_support", "subgradient_distance"])
@pytest.mark.parametrize("penalty", [GroupL2(1.0), GroupMCP(1.0, 2.0)], ids=repr)
def test_groups_may_be_left_out_until_an_array_is_met(penalty, use):
    arguments = {"prox": (1.0,), "subgradient_distance": (np.ones(3),)}.get(use, ())
    with pytest.raises(ValueError, match=r"say how an array of shape \(3,\) is divided"):
        getattr(penalty, use)(np.ones(3), *arguments)


def test_what_does_not_fit_the_array_is_named():
    with pytest.raises(ValueError, match=r"axes \[2\] do not exist"):
        GroupL2(1.0, axes=(0, 2)).prox(np.ones((2, 2)), 1.0)
    with pytest.raises(ValueError, match="do not exist"):
        GroupL2(1.0, axes=0).prox(np.float64(3.0), 1.0)
    with pytest.raises(ValueError, match="twice"):
        GroupL2(1.0, axes=(0, -2)).value(np.ones((2, 2)))
    parts = GroupL2(1.0, groups=[[0, 1], [2]])
    with pytest.raises(ValueError, match="indices 2, out of range for a last axis of 2"):
        parts.prox(np.ones(2), 1.0)
    with pytest.raises(ValueError, match="indices 3, 4 of the last axis are missing"):
        parts.value(np.ones(5))
    with pytest.raises(ValueError, match=r"weights of shape \(2,\) is not one a group"):
        GroupL2(1.0, axes=0, weights=[1.0, 2.0]).prox(np.ones((2, 3)), 1.0)
    with pytest.raises(ValueError, match="a number or one a group"):
        GroupMCP(1.0, 2.0, axes=-1).prox(np.ones((2, 3)), np.ones((2, 3)))
    with pytest.raises(ValueError, match="does not broadcast"):
        GroupL2(1.0, axes=-1).prox(np.ones((2, 3)), np.ones(2))
    for t in (0.0, -1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="must be finite and > 0"):
            GroupL2(1.0, axes=-1).prox(np.ones(3), t)
    with pytest.raises(ValueError, match="lam must be"):
        GroupL2(-1.0, axes=0)
    with pytest.raises(ValueError, match="gamma must be"):
        GroupMCP(1.0, 0.0, axes=0)
