"""References on disk, under the hash of what they were computed from: for instances that take minutes."""

from __future__ import annotations

import hashlib
import io
import secrets
import sys
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from synthetic.problems.instance import Instance
from synthetic.reference.certificate import Reference, certify
from synthetic.version import code_version
from verify.files import write_whole

BLOCKWISE = ("w", "pattern")


def cached(instance: Instance, folder: Path) -> Reference:
    """``certify(instance)``, read from ``folder`` if it is there, else computed and put there.

    The name is a hash of all the instance's data and parameters and of the code version. The file is there whole or not at
    all, whatever is killed; one that cannot be read all the same is made again.
    """
    path = folder / f"reference-{fingerprint(instance)}.npz"
    reference = _read(path)
    if reference is None:
        reference = certify(instance)
        buffer = io.BytesIO()
        np.savez(buffer, **_flatten(reference))
        write_whole(path, buffer.getvalue())
    return reference


def _read(path: Path) -> Reference | None:
    """The reference in a file; None where there is none, or a damaged one."""
    try:
        with np.load(path) as stored:
            return _unflatten({name: stored[name] for name in stored.files})
    except Exception:  # what NumPy and zipfile raise for a damaged file is no closed list
        return None


def fingerprint(instance: Instance) -> str:
    """SHA-256 of the code and of the instance: arrays by their bytes, classes by their names and the text of their modules,
    dataclasses by their class and fields."""
    digest = hashlib.sha256(code_version().encode())
    _add(digest, instance)
    return digest.hexdigest()[:32]


def _add(digest: Any, value: Any) -> None:
    if isinstance(value, type):
        for cls in value.__mro__:
            digest.update(f"{cls.__module__} {cls.__qualname__} {_text(cls.__module__)}\n".encode())
    elif is_dataclass(value):
        _add(digest, type(value))
        _add(digest, {field.name: getattr(value, field.name) for field in fields(value)})
    elif isinstance(value, dict):
        _add(digest, [(name, value[name]) for name in sorted(value)])
    elif isinstance(value, list | tuple):
        digest.update(f"{type(value).__name__} {len(value)}\n".encode())
        for item in value:
            _add(digest, item)
    elif isinstance(value, np.ndarray):
        digest.update(f"{value.dtype} {value.shape}\n".encode())
        digest.update(np.ascontiguousarray(value))
    else:
        digest.update(f"{value!r}\n".encode())


def _text(module: str) -> str:
    """A digest of the module's text. One without a file (of an interactive session) has another each time: what rests on it
    is never found again."""
    loaded = sys.modules.get(module)
    if digest := getattr(loaded, "__digest__", ""):  # of verify.user_files: the file may have been edited since
        return digest
    file = getattr(loaded, "__file__", None)
    if file is None:
        return "" if module == "builtins" else secrets.token_hex()
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()


def _flatten(reference: Reference) -> dict[str, Any]:
    flat = {}
    for field in fields(reference):
        value = getattr(reference, field.name)
        flat.update({f"{field.name}.{n}": v for n, v in value.items()} if field.name in BLOCKWISE else {field.name: value})
    return flat


def _unflatten(flat: dict[str, Any]) -> Reference:
    parts: dict[str, Any] = {name: {} for name in BLOCKWISE}
    for name, value in flat.items():
        field, _, block = name.partition(".")
        if block:
            parts[field][block] = value
        else:
            parts[field] = value
    return Reference(**parts)
