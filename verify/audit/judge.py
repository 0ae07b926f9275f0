"""Results of the map against the best points known: findings, or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from verify.audit.functions import Failure, Functions
from verify.audit.objective import Objective
from verify.audit.oracle import Candidates, descend, directions, zoom
from verify.audit.report import KINDS, Finding

CONFIRMED = 20  # suspects that are looked at more precisely


@dataclass(frozen=True)
class Judge:
    """For one combination of parameters and one dtype. ``candidates`` serve every step and input; ``strict``: value has
    infinities (see :meth:`Objective.beaten`)."""

    functions: Functions
    candidates: Candidates
    strict: bool

    def finding(self, z: np.ndarray, t: float, kind: str) -> Finding | None:
        """The finding of this kind at the input z alone, if the map is wrong there and a minimiser exists."""
        if not self.functions.grows(t):
            return None
        try:
            x = self.functions.outputs(z[None], t)
        except Failure as failure:
            return self.made(failure.kind, str(failure), z, t) if failure.kind == kind else None
        return next((found for found in self.judged(z[None], x, t, searches=1) if found.kind == kind), None)

    def judged(self, z: np.ndarray, x: np.ndarray, t: float, searches: int) -> list[Finding]:
        """What is wrong with the results x (m, *shape) of the inputs z, one finding of a kind.

        At most ``searches`` inputs, those nearest to being beaten by a candidate, are searched by themselves; so are arrays
        with one nonzero entry, along it alone.
        """
        finite = np.isfinite(x).reshape(len(x), -1).all(axis=1)
        first = int(np.argmin(finite))
        kind = "not a number"
        found = [] if finite.all() else [self.made(kind, KINDS[kind], z[first], t, returned=x[first])]
        z, x = z[finite], x[finite]
        value = self.functions.values
        of_x = value(x)
        known = self.candidates.joined(np.concatenate([z, x]), np.concatenate([value(z), of_x]))
        if not len(known.points) or not len(z):
            return found
        index = known.best(z, t)
        objective = self._objective(t)
        ratio = objective.excess(x, known.points[index], z, of_x, known.values[index])
        order = np.argsort(-ratio, kind="stable")
        for feasible in (True, False):
            suspects = [i for i in order if ratio[i] > 1 and np.isfinite(of_x[i]) == feasible][:CONFIRMED]
            confirmed = (self._confirmed(objective, z[i], x[i], known.points[index[i]], known) for i in suspects)
            found += [finding for finding in confirmed if finding][:1]
        if not any(finding.kind == "objective" for finding in found):
            found += self._searched(objective, z, x, index, known, order, searches)
        return found

    def _searched(
        self,
        objective: Objective,
        z: np.ndarray,
        x: np.ndarray,
        index: np.ndarray,
        known: Candidates,
        order: np.ndarray,
        searches: int,
    ) -> list[Finding]:
        """The first finding of a search for each of the first inputs in ``order``, and for arrays with one nonzero entry."""
        value, t, first = self.functions.values, objective.t, order[:searches]
        if self.functions.scalar:
            z, x = z[first], x[first]
            y = zoom(known.points, index[first], z, t, value)
        else:
            entries = [i for i in order[searches:] if np.count_nonzero(z[i]) == 1]
            found = [self._descended(x[i], z[i], t, known) for i in first]
            found += [descend(x[i], z[i], t, value, (-x[i], z[i] - x[i])) for i in entries]
            z, x = z[[*first, *entries]], x[[*first, *entries]]
            y = np.array(found).reshape(z.shape)
        suspects = np.flatnonzero(objective.excess(x, y, z, value(x), value(y)) > 1)[:CONFIRMED]
        confirmed = (self._confirmed(objective, z[i], x[i], y[i], known) for i in suspects)
        return [finding for finding in confirmed if finding][:1]

    def improved(self, finding: Finding, sweeps: int = 4) -> Finding:
        """The same finding with a better point that is better still, where the search finds one."""
        best = finding
        for _ in range(sweeps if np.ndim(finding.z) else 1):
            z, y, t = np.asarray(best.z), np.asarray(best.better), best.t
            if self.functions.scalar:
                known = self.candidates.joined(y[None], self.functions.values(y[None]))
                point = zoom(known.points, np.searchsorted(known.points, y[None]), z[None], t, self.functions.values)[0]
            else:
                point = self._descended(y, z, t, self.candidates)
            found = self.witness(best, point)
            if not found or found.better_objective >= best.better_objective:  # type: ignore[operator]
                break
            best = found
        return best

    def _descended(self, start: np.ndarray, z: np.ndarray, t: float, known: Candidates) -> np.ndarray:
        drawn = np.random.default_rng(np.frombuffer(z.tobytes(), dtype=np.uint32))  # other directions for each input
        return descend(start, z, t, self.functions.values, directions(start, z, known.nearest(z, t), drawn))

    def made(self, kind: str, message: str, z: np.ndarray, t: float, **rest: Any) -> Finding:
        """A finding, with points of no axes as numbers, and -0 as 0."""
        points = {name: float(p) if np.ndim(p) == 0 else p + 0.0 for name, p in ({"z": z + 0.0} | rest).items()}
        return Finding(kind, message, t=t, parameters=dict(self.functions.parameters), dtype=self.functions.dtype, **points)

    def witness(self, finding: Finding, y: np.ndarray) -> Finding | None:
        """The same finding with y for the better point, if y is one."""
        z, x = np.asarray(finding.z), np.asarray(finding.returned)
        return self._confirmed(self._objective(finding.t), z, x, y, self.candidates)

    def _objective(self, t: float) -> Objective:
        own = self.functions.dtype
        return Objective(self.functions.values, lambda x: self.functions.value_at(x.astype(own)), t, own)

    def _confirmed(
        self, objective: Objective, z: np.ndarray, x: np.ndarray, y: np.ndarray, known: Candidates
    ) -> Finding | None:
        of_x, of_y = (float(objective.at(point[None], z[None])[0]) for point in (x, y))
        feasible = y if np.isfinite(of_x) else known.nearest(x, objective.t, most=1, by_value=False)[0]
        if not objective.beaten(x, feasible, z, self.strict):
            return None
        kind = "objective" if np.isfinite(of_x) else "infeasible"
        return self.made(kind, KINDS[kind], z, objective.t, returned=x, objective=of_x, better=y, better_objective=of_y)
