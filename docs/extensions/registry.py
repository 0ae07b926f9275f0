"""``{registry} verify.penalties``: the reference of every module whose classes stand in that package's registry.

What registers itself is thereby in the reference too, and nobody keeps a list.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective


def modules(package: str) -> list[str]:
    """The modules of the registered classes, by name; those of ``OPTIMIZERS`` for deep.optim."""
    imported = import_module(package)
    found = getattr(imported, "REGISTRY", None) or {cls.__name__: cls for cls in imported.OPTIMIZERS}
    return sorted({cls.__module__ for cls in found.values()})


class Registry(SphinxDirective):
    """An automodule for each module, one after the other."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        lines = [line for name in modules(self.arguments[0]) for line in (f".. automodule:: {name}", "   :members:", "")]
        return self.parse_text_to_nodes(f"```{{eval-rst}}\n{chr(10).join(lines)}\n```")


def setup(app: Any) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("registry", Registry)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
