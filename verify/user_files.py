"""Python files of the user's own: imported under a name that every process gives them, once, with a digest of their code."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterable
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from verify.user_imports import OURS, ROOT, digest, modules

USER = "proxproof_file_"  # how the names of their modules begin
_BESIDE: dict[Path, bytes] = {}  # what the modules beside them held when this process took them
_TAKEN: dict[str, Path] = {}  # where those modules are, by name


def import_file(path: Path | str) -> str:
    """Import the file at ``path`` and return its module's name; a file of this project keeps the name it has there. It finds
    modules beside it.

    Raises whatever the file raises, ImportError where a module of the same name elsewhere came before one beside it, and
    RuntimeError where it, or a module that it imports from beside it, was edited after this process imported it, for this
    file or another.
    """
    path = Path(path).resolve()
    name = _name(path)
    if not name.startswith(USER):
        import_module(name)
        return name
    content = path.read_bytes()
    code = digest(path, content)
    if name not in sys.modules:
        _execute(name, path, content, code)
    if digest_of(path) != code:
        raise RuntimeError(f"{path}, or a module beside it, was edited after this process imported it: start again")
    return name


def digest_of(path: Path) -> str:
    """The digest (:func:`verify.user_imports.digest`) of what this process has imported from ``path``, and imports now if it
    has not; "" for a file of this project. It is also the ``__digest__`` of the file's module."""
    name = _name(path.resolve())
    if name not in sys.modules:
        import_file(path)
    return getattr(sys.modules[name], "__digest__", "")


def _name(path: Path) -> str:
    if any(map(path.is_relative_to, OURS)):
        return ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return f"{USER}{path.stem}_{zlib.crc32(str(path).encode()):08x}"


def _execute(name: str, path: Path, content: bytes, code: str) -> None:
    """Make ``content`` a module. It is not read a second time, nor taken from a compiled file: it is what the digest says."""
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))
    spec = spec_from_file_location(name, path)
    assert spec is not None
    beside = modules(path, content)
    loaded = {str(vars(each).get("__file__")) for each in [*sys.modules.values()] if isinstance(each, ModuleType)}
    for file, text in beside.items():
        if str(file) in loaded and _BESIDE.get(file, text) != text:
            raise RuntimeError(f"{file} was edited after this process imported it: start again")
    _BESIDE.update(beside)
    sys.modules[name] = module = module_from_spec(spec)
    vars(module)["__digest__"] = code
    try:
        exec(compile(content, path, "exec", dont_inherit=True), vars(module))
        _check_names(path, beside)
    except BaseException:
        del sys.modules[name]
        raise


def _check_names(path: Path, beside: Iterable[Path]) -> None:
    """ImportError where a module that the file imports is, or will be, another than the one beside it, by which its digest
    goes: one of that name elsewhere was imported before, or is another such file's."""
    for file in beside:
        if file.is_relative_to(path.parent):
            parts = file.relative_to(path.parent).with_suffix("").parts
            name = ".".join(parts).removesuffix(".__init__")
            there = getattr(sys.modules.get(name), "__file__", None) or _TAKEN.get(name, file)
            if Path(there).resolve() != file.resolve() and name.partition(".")[0] not in sys.stdlib_module_names:
                raise ImportError(f"{name} is {there} here, and not {file}: give that another name, or use a process for each")
            _TAKEN[name] = file
