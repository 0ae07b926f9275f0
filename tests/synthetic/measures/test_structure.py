"""Structures: of groups, coordinates and signs, the same as the penalties' own."""

from __future__ import annotations

import numpy as np
import pytest

from synthetic.measures.structure import active, agreement, structure
from verify.penalties import L1, BinaryW, GroupL2, SparseGroup


def sparse(rng, shape):
    x = rng.normal(size=shape) * (rng.random(shape) < 0.4)
    x[0] = 0
    x[1, ..., 0] = 1e-300
    return x


@pytest.mark.parametrize("axes", [(-1,), (-2,), (-2, -1)])
def test_groups_are_those_of_the_penalty(axes):
    x, penalty = sparse(np.random.default_rng(0), (6, 5, 4)), GroupL2(1.0, axes=axes)
    assert np.array_equal(active(penalty, x), penalty.group_support(x).reshape(6, -1))


def test_groups_of_a_partition_and_coordinates_inside_groups():
    x = sparse(np.random.default_rng(1), (6, 8))
    partition = GroupL2(1.0, groups=[[0, 3], [1, 2, 4], [5, 6, 7]])
    assert np.array_equal(active(partition, x), partition.group_support(x))
    assert np.array_equal(active(L1(1.0), x), x != 0)
    assert np.array_equal(active(SparseGroup(L1(1.0), partition), x), x != 0)


def test_binary_weights_have_the_sign_as_structure():
    found = active(BinaryW(1.0, 1.0), np.array([[1.0, -1.0, 0.999, 0.0]]))
    assert found.tolist() == [[1, -1, 0, 0]]


def test_blocks_are_counted_together_and_groups_not_by_size():
    penalties = {"a": GroupL2(1.0, axes=-1), "b": L1(1.0)}
    w = {"a": np.array([[[0.0, 0, 0], [1, 0, 0]]]), "b": np.array([[0.0, 2.0]])}
    found = structure(penalties, w)
    assert found.tolist() == [[False, True, False, True]]
    assert agreement(found, np.array([[True, True, False, True]])) == 0.75
