"""Algorithms, one file each: state and update rule, nothing else. A new method is one new file."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from verify.methods.base import REGISTRY, Method

__all__ = ["REGISTRY", "Method"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ += sorted(REGISTRY)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name in REGISTRY:
        return REGISTRY[name]
    raise AttributeError(f"there is no method {name!r}; there are {', '.join(sorted(REGISTRY))}")


def __dir__() -> list[str]:
    return sorted({*__all__, *REGISTRY})
