"""Other libraries, one file each, which defines ``PEER``. A file put here is found by ``proxproof audit NAME``."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from verify.audit.survey.peer import Peer


def names() -> list[str]:
    """The libraries that there is a file for."""
    return sorted(module.name for module in iter_modules(__path__))


def load(name: str) -> Peer:
    """The library of that name; it need not be installed."""
    peer: Peer = import_module(f"{__name__}.{name}").PEER
    return peer
