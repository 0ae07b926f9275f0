"""Right maps raise no alarm; wrong ones are found, each with a witness."""

from __future__ import annotations

import numpy as np
import pytest

from tests.verify.audit.right import RIGHT
from tests.verify.audit.wrong import WRONG
from verify.audit import audit, check_prox


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_map_is_found_right(name):
    prox, value, arguments = RIGHT[name]
    assert check_prox(prox, value, **arguments).ok


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_map_is_found_wrong(name, monkeypatch):
    """With a third of the effort, which is the harder test."""
    monkeypatch.setattr(audit, "EFFORT", audit.EFFORT // 3)
    prox, value, arguments = WRONG[name]
    report = check_prox(prox, value, raise_on_error=False, seed=1, **arguments)
    assert not report.ok
    for finding in report.findings:
        if finding.better_objective is not None:
            assert finding.better_objective < finding.objective
            x, z, given = np.asarray(finding.better), finding.z, finding.parameters
            of_x = np.sum(value(float(x) if name.startswith("floats") else x, **given))
            assert np.sum((x - z) ** 2) / (2 * finding.t) + of_x == pytest.approx(finding.better_objective, rel=1e-9, abs=1e-12)
