"""Every place in penalties, losses and methods where a mistake can be seeded, and how it is put in and taken out."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from verify.evidence.ran import NOT_MATHEMATICS, PACKAGES
from verify.power.operators import changes


@dataclass(frozen=True)
class Mutant:
    """One mistake: the function (module and qualified name), the line, and the text before and after."""

    module: str
    function: str
    line: int
    mistake: str
    before: str
    after: str
    number: int  # which of the changes of the function, in a fixed order

    def __str__(self) -> str:
        where = f"{self.module.removeprefix('verify.')}.{self.function}:{self.line}"
        return f"{where} [{self.mistake}] {self.before}  ->  {self.after}"


@cache
def every_mutant() -> tuple[Mutant, ...]:
    """All of them, in the order of the source."""
    return tuple(mutant for name in _modules() for mutant in _of_module(import_module(name)))


def drawn(count: int, seed: int) -> list[Mutant]:
    """``count`` of them, drawn without replacement, each function as likely as another."""
    rng = np.random.default_rng(seed)
    functions: dict[tuple[str, str], list[Mutant]] = {}
    for mutant in every_mutant():
        functions.setdefault((mutant.module, mutant.function), []).append(mutant)
    piles = [list(rng.permutation(np.array(pile, dtype=object))) for pile in functions.values()]
    chosen: list[Mutant] = []
    while piles and len(chosen) < count:
        rng.shuffle(piles)
        chosen += [pile.pop() for pile in piles]
        piles = [pile for pile in piles if pile]
    return chosen[:count]


@contextmanager
def seeded(mutant: Mutant) -> Iterator[None]:
    """The mistake is in the running function inside the block, whoever holds a reference to it."""
    module = import_module(mutant.module)
    function = _functions(module)[mutant.function]
    right = function.__code__
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    _, parent, field, index, new = list(_changes(_find(tree, mutant.function), _fields(module)))[mutant.number]
    _put(parent, field, index, new)
    code = compile(ast.fix_missing_locations(tree), str(module.__file__), "exec")
    function.__code__ = _code_of(code, mutant.function)
    try:
        yield
    finally:
        function.__code__ = right


def _modules() -> list[str]:
    found = []
    for package in PACKAGES:
        for module in iter_modules(import_module(package).__path__):
            if module.name not in NOT_MATHEMATICS:
                found.append(f"{package}.{module.name}")
    return found


def _of_module(module: ModuleType) -> Iterator[Mutant]:
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    for name in _functions(module):
        for number, (mistake, parent, field, index, new) in enumerate(_changes(_find(tree, name), _fields(module))):
            old = getattr(parent, field) if index is None else getattr(parent, field)[index]
            yield Mutant(module.__name__, name, old.lineno, mistake, ast.unparse(old), ast.unparse(new), number)


def _functions(module: ModuleType) -> dict[str, FunctionType]:
    """Functions and methods that compute, by qualified name: not properties, checks or representations."""
    found = {}
    for holder in (module, *(c for c in vars(module).values() if isinstance(c, type) and c.__module__ == module.__name__)):
        for value in vars(holder).values():
            function = value.__func__ if isinstance(value, staticmethod | classmethod) else value
            if isinstance(function, FunctionType) and function.__module__ == module.__name__:
                found[function.__qualname__] = function
    source = Path(str(module.__file__)).name
    return {n: f for n, f in found.items() if Path(f.__code__.co_filename).name == source and not _skipped(n)}


def _skipped(qualified: str) -> bool:
    return any(part in qualified for part in ("__", "<", "_check", "consistent"))


def _find(tree: ast.Module, qualified: str) -> ast.AST:
    node: Any = tree
    for part in qualified.split("."):
        node = next(n for n in node.body if isinstance(n, ast.FunctionDef | ast.ClassDef) and n.name == part)
    return node


def _fields(module: ModuleType) -> frozenset[str]:
    states = [getattr(c, "State", None) for c in vars(module).values() if isinstance(c, type)]
    return frozenset(name for state in states for name in getattr(state, "_fields", ()))


def _changes(function: ast.AST, fields: frozenset[str]) -> Iterator[tuple[str, ast.AST, str, int | None, ast.expr]]:
    body: Any = function
    local = {n.id for n in ast.walk(body) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    arguments = {a.arg for a in body.args.args}
    stale = fields & (local | arguments) if "state" in arguments else frozenset()
    for statement in body.body:
        for parent in ast.walk(statement):
            for field, value in ast.iter_fields(parent):
                nodes = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
                for index, node in nodes:
                    if isinstance(node, ast.expr) and not _is_text(statement):
                        for mistake, new in changes(node, frozenset(stale)):
                            yield mistake, parent, field, index, copy.deepcopy(new)


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Raise) or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))


def _put(parent: ast.AST, field: str, index: int | None, new: ast.expr) -> None:
    if index is None:
        setattr(parent, field, new)
    else:
        getattr(parent, field)[index] = new


def _code_of(code: CodeType, qualified: str) -> CodeType:
    for part in qualified.split("."):
        code = next(c for c in code.co_consts if isinstance(c, CodeType) and c.co_name == part)
    return code
