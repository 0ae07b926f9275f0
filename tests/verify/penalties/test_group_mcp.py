"""Group MCP's gamma: where the prox begins to cut, one a group, and the modulus of weak convexity that follows."""

from __future__ import annotations

import numpy as np
import pytest

from verify.penalties import GroupL2, GroupMCP


def test_group_mcp_hard_thresholds_from_gamma_on_and_ties_go_to_zero():
    penalty = GroupMCP(1.0, 2.0, axes=-1, weights=None)
    for t in (2.0, 8.0):  # thresholds 2 and 4
        edge = np.sqrt(2 * t) * np.array([0.6, 0.8])
        assert not penalty.prox(edge, t).any()
        just_above = edge * (1 + 1e-12)
        np.testing.assert_array_equal(penalty.prox(just_above, t), just_above)
    assert not GroupL2(1.0, axes=-1, weights=None).prox(np.array([3.0, 4.0]), 5.0).any()


@pytest.mark.parametrize("kind", ["numpy", "torch"])
@pytest.mark.parametrize("gamma", [[0.3, 1.0, 30.0], [[0.3], [1.0], [30.0]]], ids=["vector", "column"])
def test_one_gamma_a_group(gamma, kind):
    torch = pytest.importorskip("torch", reason="the deep extra is not installed")
    rows = 2 * np.random.default_rng(12).normal(size=(2, 3, 3))
    x, g = rows if kind == "numpy" else torch.as_tensor(rows)
    each = [GroupMCP(0.7, float(number), axes=0) for number in np.ravel(gamma)]
    whole, vector = GroupMCP(0.7, gamma, axes=1), GroupMCP(0.7, np.ravel(gamma), groups=[0, 0, 0, 1, 1, 1, 2, 2, 2])
    for penalty, shape in ((whole, (3, 3)), (vector, (9,))):
        a, b = x.reshape(shape), g.reshape(shape)
        alone = [np.asarray(p.prox(r, 0.4)) for p, r in zip(each, x, strict=True)]
        np.testing.assert_allclose(penalty.prox(a, 0.4).reshape(3, 3), alone)
        np.testing.assert_allclose(penalty.value(a), sum(float(p.value(r)) for p, r in zip(each, x, strict=True)))
        apart = [float(p.subgradient_distance(r, s)) for p, r, s in zip(each, x, g, strict=True)]
        np.testing.assert_allclose(penalty.subgradient_distance(a, b), np.linalg.norm(apart))
    for use in (lambda p: p.prox(x, 1.0), lambda p: p.value(x), lambda p: p.subgradient_distance(x, g)):
        with pytest.raises(ValueError, match=r"gamma of shape \(2,\) is not one a group; the groups of \(3, 3\) are \(3, 1\)"):
            use(GroupMCP(0.7, [1.0, 2.0], axes=1))


def test_the_modulus_of_group_mcp_is_of_the_groups_that_are_penalised():
    made = lambda lam, **k: GroupMCP(lam, [1.0, 2.0], groups=[0, 1], **{"weights": None, **k}).weak_convexity  # noqa: E731
    assert (made(1.0), made([0.0, 2.0]), made([0.0, 0.0]), made(1.0, weights=[0.0, 1.0]), made(1.0, weights=0)) == (
        1,
        0.5,
        0,
        0.5,
        0,
    )
    assert made([[0.0, 2.0]]) == 1  # an upper bound
