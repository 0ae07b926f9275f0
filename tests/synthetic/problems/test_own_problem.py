"""A problem of one's own is one file outside the repository."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from synthetic.problems import REGISTRY, Problem, SeparatedLogistic
from verify.penalties import L1, GroupL2, SparseGroup

OWN = '''
from dataclasses import dataclass

import numpy as np

from synthetic.problems import Instance, Problem
from synthetic.reference import certify
from verify.penalties import L1


@dataclass(frozen=True)
class Parabolas(Problem):
    """Means of shifted parabolas with an l1 penalty."""

    lam: float = 0.3

    def instance(self, seeds):
        shifts = np.stack([rng.normal(size=(20, 4)) for rng in self.generators(seeds)])
        start = np.zeros((len(seeds), 4))
        return Mean(blocks={"x": L1(self.lam)}, begin={"x": start}, truth=None, samples=20, shifts=shifts)


@dataclass(frozen=True, kw_only=True)
class Mean(Instance):
    shifts: np.ndarray

    def _mean(self, index):
        rows = np.repeat(self.shifts, self.copies, axis=0)
        return rows.mean(1) if index is None else np.take_along_axis(rows, index[:, :, None], 1).mean(1)

    def gradient(self, w, index=None):
        return {"x": w["x"] - self._mean(index)}

    def loss(self, w, index=None):
        return ((w["x"] - self._mean(index)) ** 2).sum(1) / 2

    @property
    def lipschitz(self):
        return np.ones(self.runs)


if __name__ == "__main__":
    instance = Parabolas().instance([0, 1, 2]).repeat(2)
    found, mean = certify(instance), np.repeat(instance.shifts.mean(1), 2, axis=0)
    assert np.allclose(found.w["x"], np.sign(mean) * np.maximum(np.abs(mean) - 0.3, 0), atol=1e-13)
    print(Parabolas().name, found.bin)
'''


def test_a_file_outside_with_a_gradient_and_a_loss_is_certified(tmp_path):
    file = tmp_path / "parabolas.py"
    file.write_text(OWN)
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, str(file)], capture_output=True, text=True, env={"PYTHONPATH": str(root)}, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[0] == "Parabolas"


def test_a_name_that_is_taken_is_refused():
    with pytest.raises(ValueError, match="there is a problem Lasso already"):
        type("Lasso", (Problem,), {})
    assert REGISTRY["Lasso"].__module__ == "synthetic.problems.lasso"


def test_a_name_that_does_not_exist_is_answered_with_those_that_do():
    import synthetic.problems

    with pytest.raises(AttributeError, match=r"there is no problem 'Ridge'; there are .*Lasso"):
        _ = synthetic.problems.Ridge


@pytest.mark.parametrize("seeds", [[0], [0, 1, 2]])
@pytest.mark.parametrize("axes", [0, (0, -1), -3])
def test_a_penalty_over_the_axis_of_the_runs_is_refused(axes, seeds):
    instance = SeparatedLogistic().instance(seeds)
    for penalty in (GroupL2(0.1, axes=axes), SparseGroup(L1(0.1), GroupL2(0.1, axes=axes))):
        with pytest.raises(ValueError, match=r"block 'w' of shape \(20, 4\): .* joins the runs.*: count its axes from the end"):
            replace(instance, blocks={"w": penalty})
    assert replace(instance, blocks={"w": GroupL2(0.1, axes=(-2, -1))})
