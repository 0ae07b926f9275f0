"""Python files of the user's own: imported under a name that every process gives them, once, with a digest of their text."""

from __future__ import annotations

import sys
import zlib
from hashlib import sha256
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

USER = "proxproof_file_"  # how the names of their modules begin


def import_file(path: Path) -> str:
    """Import the file at ``path`` and return its module's name; a file inside this package keeps the name it has there.

    Raises whatever the file raises, and RuntimeError where it was edited after this process imported it.
    """
    path = path.resolve()
    name = _name(path)
    if not name.startswith(USER):
        import_module(name)
        return name
    content = path.read_bytes()
    if name not in sys.modules:
        _execute(name, path, content)
    if text_of(path) != sha256(content).hexdigest():
        raise RuntimeError(f"{path} was edited after this process imported it: start again")
    return name


def text_of(path: Path) -> str:
    """SHA-256 of the text that this process has imported from ``path``, and imports now if it has not; "" for a file inside
    this package. It is also the ``__digest__`` of the file's module."""
    name = _name(path.resolve())
    if name not in sys.modules:
        import_file(path)
    return getattr(sys.modules[name], "__digest__", "")


def _name(path: Path) -> str:
    package = Path(__file__).resolve().parent
    if path.is_relative_to(package):
        return ".".join(path.relative_to(package.parent).with_suffix("").parts)
    return f"{USER}{path.stem}_{zlib.crc32(str(path).encode()):08x}"


def _execute(name: str, path: Path, content: bytes) -> None:
    """Make ``content`` a module. It is not read a second time, nor taken from a compiled file: it is what the digest says."""
    spec = spec_from_file_location(name, path)
    assert spec is not None
    sys.modules[name] = module = module_from_spec(spec)
    vars(module)["__digest__"] = sha256(content).hexdigest()
    try:
        exec(compile(content, path, "exec", dont_inherit=True), vars(module))
    except BaseException:
        del sys.modules[name]
        raise
