"""The methods of ``synthetic.solvers``: update rules of ``verify.methods``, evaluated once an epoch."""

from __future__ import annotations

from typing import Any

from benchopt import BaseSolver
from benchopt.stopping_criterion import NoCriterion

from synthetic.loop import iterates, plan_of
from synthetic.problems import Instance
from synthetic.sampling import Sampler
from synthetic.solvers import solver


class Solver(BaseSolver):
    """Any method by name, with its default settings."""

    name = "proxproof"
    sampling_strategy = "callback"
    stopping_criterion = NoCriterion(strategy="callback")
    parameters = {  # noqa: RUF012  # a grid, as benchopt wants it
        "method": ["RMDA", "ProxSGD", "ProxGenAdam", "RDA"],
        "batch": [32],
        "sampling": ["independent"],
        "epochs": [100],
    }
    test_config = {"method": "RMDA", "epochs": 2}  # noqa: RUF012

    def set_objective(self, instance: Instance, seed: int) -> None:
        self.instance, self.seed = instance, seed
        self.w = instance.start()

    def run(self, callback: Any) -> None:
        sampler = Sampler(self.instance.samples, self.batch, self.sampling, [(self.seed, 0)])
        plan = plan_of(self.instance, sampler, self.epochs)
        steps = iterates(self.instance, solver(self.method, {}), sampler, plan)
        while callback():  # first at the start, then after each epoch
            for _ in range(plan.epoch_steps):
                step = next(steps, None)
                if step is None:
                    return
                self.w = step.after

    def get_result(self) -> dict[str, Any]:
        return {"w": self.w}
