"""Claims from files, and how another process finds a claim again."""

from __future__ import annotations

import inspect
import sys
import zlib
from dataclasses import dataclass
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from verify.evidence.claim import CLAIMS, Claim

_USER = "proxproof_file_"


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
        return cls(claim.id, claim.expected, module, inspect.getfile(type(claim)) if module.startswith(_USER) else "")

    def claim(self) -> Claim:
        """The claim, imported if need be. Raises whatever its module raises, KeyError if it is not there."""
        if self.id not in CLAIMS:
            import_file(Path(self.file)) if self.file else import_module(self.module)
        return CLAIMS[self.id]


def import_file(path: Path) -> str:
    """Import the claim file at ``path`` and return its module's name; a file inside the package keeps the name it has there.

    Raises whatever the file raises.
    """
    path = path.resolve()
    package = Path(__file__).resolve().parents[1]
    if path.is_relative_to(package):
        name = ".".join(path.relative_to(package.parent).with_suffix("").parts)
        import_module(name)
        return name
    name = f"{_USER}{path.stem}_{zlib.crc32(str(path).encode()):08x}"
    if name not in sys.modules:
        spec = spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = module = module_from_spec(spec)
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
    return name
