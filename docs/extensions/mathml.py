"""Formulas as MathML, which browsers draw by themselves: pages work offline and without scripts."""

from __future__ import annotations

from typing import Any

from docutils import nodes

from verify.report.mathematics import formula, unbroken


def _markup(writer: Any, node: Any) -> str:
    markup = str(formula(node.astext().strip()))
    if markup.startswith("<code>"):
        raise ValueError(f"{node.source}: cannot be read as LaTeX: {node.astext()}")
    return markup


def inline(writer: Any, node: Any) -> None:
    writer.body.append(_markup(writer, node))
    raise nodes.SkipNode


def block(writer: Any, node: Any) -> None:
    markup = _markup(writer, node).replace("<math", '<math display="block"', 1)
    writer.body.append(f'<div class="formula">{markup}</div>')
    raise nodes.SkipNode


def whole(app: Any, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    if "body" in context:
        context["body"] = unbroken(context["body"])


def setup(app: Any) -> dict[str, bool]:
    """Register the renderer ``mathml``."""
    app.connect("html-page-context", whole)
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
