from __future__ import annotations

import numpy as np

from synthetic.problems.pattern import free, pattern
from verify.penalties import L1, BinaryW, GroupL2


def test_the_pattern_of_a_sparse_penalty_is_its_support():
    x = np.array([[0.0, 1.0, 0.0, 0.0], [-2.0, 0.0, 3.0, 0.0]])
    assert (pattern(L1(1.0), x) == (x != 0)).all()
    groups = GroupL2(1.0, groups=[0, 0, 1, 1])
    assert (pattern(groups, x) == [[1, 1, 0, 0], [1, 1, 1, 1]]).all()
    assert (free(groups, x) == (pattern(groups, x) == 1)).all()


def test_the_pattern_of_signs_is_the_sign_where_a_well_is_reached():
    x = np.array([1.0, -1.0, 0.5, -1.5, 0.0, np.nextafter(1, 2)])
    assert (pattern(BinaryW(1.0, 1.0), x) == [1, -1, 0, 0, 0, 0]).all()
    assert (free(BinaryW(1.0, 1.0), x) == [0, 0, 1, 1, 1, 1]).all()
