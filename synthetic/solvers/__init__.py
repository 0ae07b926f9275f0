"""Methods as the benchmark runs them: an update rule of ``verify.methods`` with its schedule. A new one is one file."""

from importlib import import_module
from pkgutil import iter_modules

from synthetic.solvers.base import REGISTRY, Plan, Solver, Turn, grid, solver

__all__ = ["REGISTRY", "Plan", "Solver", "Turn", "grid", "solver"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
