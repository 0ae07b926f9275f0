"""Problems whose structure is known, one file each.

Every module of this folder is imported, and every class in it that derives from :class:`Problem` is found under its name
(``from synthetic.problems import Lasso``): a new problem is one new file. A file of your own, anywhere, does the same once it
is imported.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from synthetic.problems.instance import Instance
from synthetic.problems.problem import REGISTRY, Problem

__all__ = ["REGISTRY", "Instance", "Problem"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")


def __getattr__(name: str) -> Any:
    if name in REGISTRY:
        return REGISTRY[name]
    raise AttributeError(f"there is no problem {name!r}; there are {', '.join(sorted(REGISTRY))}")


def __dir__() -> list[str]:
    return [*__all__, *REGISTRY]
