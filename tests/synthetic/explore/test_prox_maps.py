"""What the pictures of prox maps rest on."""

from __future__ import annotations

import numpy as np
import pytest

from synthetic.explore.prox_maps import FAMILY, firm, limit
from synthetic.explore.zeros import path
from verify.methods import ProxGen, TwoStageProxSGD
from verify.penalties import MCP

Z = np.linspace(-6, 6, 24001)


def jumps(penalty, t):
    """The largest step of the map over a fine grid."""
    return np.max(np.abs(np.diff(penalty.prox(Z, t))))


@pytest.mark.parametrize("name", [name for name, penalty in FAMILY.items() if 0 < penalty.weak_convexity < np.inf])
def test_a_map_is_continuous_below_its_limit_and_jumps_beyond(name):
    penalty = FAMILY[name]
    assert jumps(penalty, 0.7 * limit(penalty)) < 0.01
    assert jumps(penalty, 1.5 * limit(penalty)) > 0.1


@pytest.mark.parametrize("z", [-3.0, -1.5, 0.3, 1.2, 2.5])
def test_firm_thresholding_is_mcps_prox_for_short_steps(z):
    assert firm(z, 0.9) == pytest.approx(float(MCP(1.0, 2.0).prox(np.array(z), 0.9)), abs=1e-15)


def test_firm_thresholding_points_at_the_wrong_well_beyond_gamma():
    penalty, z, t = MCP(1.0, 2.0), 2.4, 4.0
    best = float(penalty.prox(np.array(z), t))

    def objective(x):
        return (x - z) ** 2 / (2 * t) + float(penalty.value(np.array(x), axis=()))

    assert best == 0
    assert objective(firm(z, t)) > objective(best) + 0.1


def test_proxgen_finds_the_zeros_of_the_solution_and_two_stages_have_none():
    rng = np.random.default_rng(1)
    c, start = rng.normal(size=24), rng.normal(size=24)
    assert np.array_equal(path(ProxGen(), start, c, 0.3, 0.5, 60)[-1] == 0, np.abs(c) <= 0.5)
    assert not np.any(path(TwoStageProxSGD(), start, c, 0.3, 0.5, 60) == 0)
