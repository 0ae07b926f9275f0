"""Penalties and their proximal maps, one file each.

Every module of this folder is imported, and every class in it that derives from :class:`Penalty` is registered under its
name: a new penalty is one new file.
"""

from importlib import import_module
from pkgutil import iter_modules

from verify.penalties.base import REGISTRY, Penalty, Separable

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

globals().update(REGISTRY)

__all__ = ["REGISTRY", "Penalty", "Separable", *REGISTRY]  # pyright: ignore
