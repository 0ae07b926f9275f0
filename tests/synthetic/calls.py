"""``proxproof bench`` as a person calls it, with files of the user's own."""

from __future__ import annotations

from click.testing import CliRunner

from tests.refusal import refusal
from verify.commands import main

QUICK = ["Lasso", "--methods", "RMDA", "--seeds", "2", "--epochs", "2", "--jobs", "1"]
OWN = '''
"""A problem and a method of the user's own."""
from dataclasses import dataclass
from synthetic.problems import Lasso
from synthetic.solvers.prox_sgd import ProxSGD

@dataclass(frozen=True)
class MyLasso(Lasso):
    """The lasso with more noise."""
    noise: float = 2.0

@dataclass(frozen=True)
class MySGD(ProxSGD):
    """Prox-SGD with a smaller step."""
    step: float = 0.25
'''
EXPERIMENT = '''
from synthetic.experiments import Experiment
from synthetic.job import Job

class Mine(Experiment):
    """Three batch sizes."""
    claims = ("RMDA.T2",)

    def jobs(self, seeds, methods):
        return [Job("Lasso", "RMDA", batch, 2, data_seeds=tuple(range(seeds or 2)), experiment=self.name) for batch in BATCHES]

    def figure(self, table, path):
        path.write_text(f"{{table.num_rows}} rows")
        {more}

BATCHES = {batches}
'''


def call(*arguments):
    return CliRunner().invoke(main, ["bench", *map(str, arguments)])


def refused(*arguments):
    """The one line with which a call is refused."""
    return refusal(call(*arguments))


def written(folder, text, name="own.py"):
    path = folder / name
    path.write_text(text)
    return path
