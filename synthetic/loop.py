"""Runs of one solver on a batch of data sets, step by step, with the update rules of ``verify.methods``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from synthetic.problems import Instance
from synthetic.sampling import Sampler
from synthetic.solvers import Plan, Solver, Turn
from synthetic.solvers.base import column
from verify.arrays import NUMPY

Blocks = dict[str, Any]


class Step(NamedTuple):
    """Step t: the samples it saw (None: all), and what happened to each block."""

    t: int
    index: Any
    turns: dict[str, Turn]

    @property
    def before(self) -> Blocks:
        return {name: turn.w for name, turn in self.turns.items()}

    @property
    def after(self) -> Blocks:
        return {name: turn.next_w for name, turn in self.turns.items()}


def plan_of(instance: Instance, sampler: Sampler, epochs: int) -> Plan:
    """What the schedules see of runs of so many epochs."""
    return Plan(sampler.epoch_steps, epochs, instance.lipschitz)


def iterates(instance: Instance, solver: Solver, sampler: Sampler, plan: Plan) -> Iterator[Step]:
    """All steps of all runs of ``instance``, in order. Arrays of a step are not changed by later ones."""
    method, w, t = solver.method, instance.start(), 0
    axes = {name: 0 if solver.decides else value.ndim - 1 for name, value in w.items()}
    state: Blocks = {}
    for _ in range(plan.epochs):
        drawn = sampler.epoch()
        for i in range(plan.epoch_steps):
            t += 1
            index = None if drawn is None else drawn[i]
            hyper = solver.hyper(t, plan)
            columns = {name: column(hyper, n) for name, n in axes.items()}
            if not state or solver.restarts(t, plan):
                state = {name: method.init(w[name], columns[name], p, NUMPY) for name, p in instance.blocks.items()}
            g = instance.gradient(w, None if solver.full_gradient else index)
            trials, sums = {}, []
            for name, penalty in instance.blocks.items():
                trials[name], part = method.propose(state[name], w[name], g[name], columns[name], penalty, NUMPY)
                sums.append(part)

            def fall(which: str, w: Blocks = w, trials: Blocks = trials, index: Any = index) -> Any:
                return instance.drop(w, trials, None if which == "full" else index)

            made = solver.decide(list(state.values()), sums, hyper, fall)
            turns = {}
            for name, penalty in instance.blocks.items():
                before, trial = state[name], trials[name]
                state[name], after = method.commit(before, w[name], trial, made, NUMPY)
                turns[name] = Turn(before, w[name], g[name], columns[name], penalty, trial, state[name], after)
            w = {name: turn.next_w for name, turn in turns.items()}
            yield Step(t, index, turns)
