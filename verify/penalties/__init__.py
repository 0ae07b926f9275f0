"""Penalties and their proximal maps, one file each.

Every module of this folder is imported, and every class in it that derives from :class:`Penalty` is found under its name
(``from verify.penalties import MCP``): a new penalty is one new file.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from verify.penalties.base import REGISTRY, Penalty, Separable

__all__ = ["REGISTRY", "Penalty", "Separable"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ += sorted(REGISTRY)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name in REGISTRY:
        return REGISTRY[name]
    raise AttributeError(f"there is no penalty {name!r}; there are {', '.join(sorted(REGISTRY))}")


def __dir__() -> list[str]:
    return sorted({*__all__, *REGISTRY})
