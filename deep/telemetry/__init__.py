"""Theorem telemetry: while a network trains, whether what the theorems suppose and conclude holds in this very run.

A quantity's column in ``log.csv`` begins with the id of the claim it bears on; :func:`describe` lists them all. A new watch is
one file here, or anywhere, that a run imports: a subclass of :class:`Watch` with :func:`watch` before it.
"""

from importlib import import_module
from pkgutil import iter_modules

from deep.telemetry.watch import Quantity, Watch, describe, watch, watches_of

for _module in iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)

__all__ = ["Quantity", "Watch", "describe", "watch", "watches_of"]
