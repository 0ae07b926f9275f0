"""Everything measured of the runs of one batch, point by point."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from synthetic.loop import Blocks, Step
from synthetic.measures.checkpoints import checkpoints, estimates, position
from synthetic.measures.structure import structure
from synthetic.measures.tracker import Tracker
from synthetic.problems import Instance
from synthetic.reference import Reference, polish
from synthetic.solvers import Plan, Solver

Columns = dict[str, Any]  # name -> one value a run, or one for all


class Record:
    """Sees every step; ``curves`` and :meth:`finals` are what comes of it, a point ("iterate", "prox") at a time."""

    def __init__(self, instance: Instance, reference: Reference, solver: Solver, plan: Plan) -> None:
        self.instance, self.reference, self.solver, self.plan = instance, reference, solver, plan
        self.truth = structure(instance.blocks, reference.w)
        self.trackers: dict[str, Tracker] = {}
        self.curves: dict[str, list[Columns]] = {}
        self.last: dict[str, Blocks] = {}
        self.checkpoints = checkpoints(plan.steps)
        self.started, self.apart = time.perf_counter(), 0.0

    def see(self, step: Step) -> None:
        after, prox = step.after, {name: self.solver.prox_point(turn) for name, turn in step.turns.items()}
        points, found = {"iterate": after}, {"iterate": structure(self.instance.blocks, after)}
        if all(value is not None for value in prox.values()):
            same = all(prox[name] is value for name, value in after.items())
            points["prox"], found["prox"] = prox, found["iterate"] if same else structure(self.instance.blocks, prox)
        for point, shape in found.items():
            if point not in self.trackers:
                self.trackers[point] = Tracker(self.truth, self.plan.steps)
            self.trackers[point].see(step.t, shape)
        if step.t in self.checkpoints:
            self._check(step, points)

    def _check(self, step: Step, points: dict[str, Blocks]) -> None:
        now = time.perf_counter()
        seconds = (now - self.started - self.apart) / self.instance.runs
        both = estimates(self.instance, self.solver, step)
        for point, w in points.items():
            at = position(self.instance, self.reference, self.truth, w)
            self.curves.setdefault(point, []).append({"stop_val": step.t, "time": seconds} | both | at)
        self.last = points
        self.apart += time.perf_counter() - now

    def finals(self) -> dict[str, Columns]:
        """The last checkpoint, the tracked structure, and what the last iterate is after deterministic polishing: "own" is
        whether it has its own stationary point's structure, "limit" whether that is the certified one. On a convex problem
        polishing ends at the optimum, wherever it begins, and the certified one is taken. A run that is not finite at the end
        has no structure: it identified nothing."""
        result = {}
        known = self.reference if self.instance.convex and (self.reference.bin == "clear").all() else None
        limits: dict[int, Reference] = {}
        for point, w in self.last.items():
            key = id(next(iter(w.values())))  # the same array: the prox point is the iterate
            limit = known or (limits[key] if key in limits else polish(self.instance, w))
            limits[key] = limit
            own, here = structure(self.instance.blocks, limit.w), structure(self.instance.blocks, w)
            finite = np.all([np.isfinite(v.reshape(len(v), -1)).all(axis=1) for v in w.values()], axis=0)
            tracked = self.trackers[point].result(self.plan.epoch_steps) | {
                "objective_own": np.all(here == own, axis=1).astype(float),
                "objective_limit": np.all(own == self.truth, axis=1).astype(float),
            }
            tracked = {name: np.where(finite, v, np.nan if name == "objective_first" else 0.0) for name, v in tracked.items()}
            rest = {"objective_active": here.mean(axis=1), "limit_kkt": limit.kkt, "finite": finite}
            result[point] = self.curves[point][-1] | tracked | rest
        return result
