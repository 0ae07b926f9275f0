"""Algorithms, one file each: state and update rule, nothing else. A new method is one new file."""

from importlib import import_module
from pkgutil import iter_modules

from verify.methods.base import REGISTRY, Method

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

globals().update(REGISTRY)

__all__ = ["REGISTRY", "Method", *REGISTRY]  # pyright: ignore
