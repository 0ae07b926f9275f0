"""How another process finds a claim again."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from verify.evidence.claim import CLAIMS, Claim
from verify.user_files import USER, import_file


@dataclass(frozen=True)
class Job:
    """A claim as data: its id and pin, and the module (for a file outside all packages, the file) that defines it."""

    id: str
    expected: str
    module: str
    file: str

    @classmethod
    def of(cls, claim: Claim) -> Job:
        module = type(claim).__module__
        return cls(claim.id, claim.expected, module, inspect.getfile(type(claim)) if module.startswith(USER) else "")

    def claim(self) -> Claim:
        """The claim, imported if need be. Raises whatever its module raises, KeyError if it is not there."""
        if self.id not in CLAIMS:
            import_file(Path(self.file)) if self.file else import_module(self.module)
        return CLAIMS[self.id]
