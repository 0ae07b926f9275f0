"""Experiments of the benchmark, one file each: named lists of jobs, the claims they bear on, and their figures.

Every module of this folder is imported, and every class in it that derives from :class:`Experiment` is found under its name.
"""

from importlib import import_module
from pkgutil import iter_modules

from synthetic.experiments.base import REGISTRY, Experiment

__all__ = ["REGISTRY", "Experiment"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
