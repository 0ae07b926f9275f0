"""What the audit knows of another library: its maps, as code in the library's own API.

The same code is audited and printed as the reproduction of a finding, so the two cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from textwrap import indent
from typing import Any

from verify.audit import DEFAULT_STEPS


@dataclass(frozen=True)
class Map:
    """One prox map of a library.

    ``make`` is an expression of the object R in the names of ``parameters``; ``prox`` are statements that set x from R, z and
    t; ``value`` is an expression in R and x. ``shape`` () is a map of single numbers. ``documented`` says that the value is the
    formula of the library's documentation and not its own function. ``why`` is the reason why the map is wrong, where it is
    known to be, and shown only if it still is; ``note`` is shown in any case. ``imports`` takes the place of the library's.
    """

    name: str
    make: str = "None"
    parameters: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    shape: tuple[int, ...] = ()
    t: Sequence[float] = DEFAULT_STEPS
    prox: str = "x = R.prox(z, t)"
    value: str = "R(x)"
    documented: bool = False
    note: str = ""
    why: str = ""
    imports: str = ""

    def functions(self, imports: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
        """prox(z, t, **parameters) and value(x, **parameters), as ``check_prox`` takes them. R is made once for each choice of
        the parameters, as users make it."""
        names = ", ".join(self.parameters)
        source = (
            f"{self.imports or imports}\n"
            f"def make({names}):\n    return {self.make}\n"
            f"def prox(R, z, t, {names}):\n{indent(self.prox, '    ')}\n    return x\n"
            f"def value(R, x, {names}):\n    return {self.value}\n"
        )
        found: dict[str, Any] = {}
        exec(compile(source, f"<{self.name}>", "exec"), found)
        prox, value, made = found["prox"], found["value"], cache(found["make"])
        return (
            lambda z, t, **parameters: prox(made(**parameters), z, t, **parameters),
            lambda x, **parameters: value(made(**parameters), x, **parameters),
        )


@dataclass(frozen=True)
class Peer:
    """A library: its distribution on PyPI, the line that imports it, its maps, and what is left out with the reason.
    ``others`` are the distributions that its results depend on as well; ``arrays`` and ``dtypes`` are as for ``check_prox``."""

    package: str
    imports: str
    maps: Sequence[Map]
    left_out: Mapping[str, str]
    others: Sequence[str] = ()
    arrays: str = "numpy"
    dtypes: Sequence[str] = ("float64",)

    def versions(self) -> dict[str, str]:
        """The version of each distribution. Raises ModuleNotFoundError, in one line with the pip command, if one is missing."""
        found = {}
        for name in (self.package, *self.others):
            try:
                found[name] = version(name)
            except PackageNotFoundError:
                wanted = " ".join((self.package, *self.others))
                raise ModuleNotFoundError(f"{name} is not installed; try: pip install {wanted}") from None
        return found
