"""The claims of the papers: a folder a paper, one file a theorem or lemma with all its parts."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

from verify.evidence.claim import CLAIMS, Claim


def load() -> dict[str, Claim]:
    """Import every module of this folder and return all claims by id."""
    for module in walk_packages(__path__, f"{__name__}."):
        import_module(module.name)
    return CLAIMS
