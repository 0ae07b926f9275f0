"""What a Python file of the user's own is computed with: its text and those of the modules that it imports from beside it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from hashlib import sha256
from os.path import isfile, relpath
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OURS = tuple(ROOT / name for name in ("verify", "deep", "synthetic"))  # they have digests of their own


def digest(path: Path, content: bytes) -> str:
    """SHA-256 of the ``content`` of the file at ``path`` and of its :func:`modules`; with none, that of the content."""
    whole = sha256(content)
    for name, text in sorted((relpath(file, path.parent), text) for file, text in modules(path, content).items()):
        whole.update(f"\n{name} {sha256(text).hexdigest()}".encode())
    return whole.hexdigest()


def modules(path: Path, content: bytes) -> dict[Path, bytes]:
    """The files of the modules that the file at ``path``, with this ``content``, imports from its folder or one above, of those
    that these import from there, and so on, each with what it holds.

    What is imported is read from the text, in functions too. What is imported under a name made by the program is not seen.
    """
    texts, left = {path: content}, [path]
    while left:
        file = left.pop()
        for found in _imported(file, texts[file], path.parent):
            if found not in texts:
                texts[found] = found.read_bytes()
                left.append(found)
    del texts[path]
    return texts


def _imported(file: Path, content: bytes, folder: Path) -> Iterator[Path]:
    """The files of the modules and packages that ``file`` imports: absolute names from ``folder`` or one above it."""
    for level, name in _names(content):
        parts = name.split(".")
        for base in file.parents[level - 1 : level] if level else (folder, *folder.parents):
            for k, part in enumerate(parts):
                within = base.joinpath(*parts[:k])
                for found in (within / f"{part}.py", within / part / "__init__.py"):
                    if isfile(found) and not any(map(found.is_relative_to, OURS)):
                        yield found


def _names(content: bytes) -> Iterator[tuple[int, str]]:
    """What a text imports: dots before the name, and the name. Nothing for one that is not Python: importing it will tell."""
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.level, f"{node.module}.{alias.name}" if node.module else alias.name) for alias in node.names)
