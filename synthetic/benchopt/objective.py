"""The benchmark for benchopt (``benchopt run synthetic/benchopt``) with the problems, methods and measures of ``synthetic``."""

from __future__ import annotations

from typing import Any

from benchopt import BaseObjective

from synthetic.measures.structure import agreement, structure
from synthetic.problems import Instance
from synthetic.reference import certify


class Objective(BaseObjective):
    """How far a point is from the certified one: objective gap, and agreement of the structure."""

    name = "Structure of the certified point"
    min_benchopt_version = "1.6"
    sampling_strategy = "callback"
    test_dataset_name = "planted"

    def set_data(self, instance: Instance, seed: int) -> None:
        self.instance, self.seed = instance, seed
        self.reference = certify(instance)
        self.truth = structure(instance.blocks, self.reference.w)

    def get_objective(self) -> dict[str, Any]:
        return {"instance": self.instance, "seed": self.seed}

    def evaluate_result(self, w: dict[str, Any]) -> dict[str, float]:
        share = agreement(structure(self.instance.blocks, w), self.truth)[0]
        return {
            "value": float(self.instance.objective(w)[0]),
            "gap": float((self.instance.objective(w) - self.reference.objective)[0]),
            "correct": float(share),
            "exact": float(share == 1),
        }

    def get_one_result(self) -> dict[str, Any]:
        return {"w": self.instance.start()}
