"""Statements as HTML: LaTeX between single dollars becomes MathML, code between back-quotes stays code."""

from __future__ import annotations

import re
from functools import cache

from latex2mathml.converter import convert
from markupsafe import Markup, escape

_PARTS = re.compile(r"(?<!\\)\$([^$]+)\$|``?([^`]+)``?")
_BAR = re.compile(r"<mo(?: [^>]*)?>(&#x0007C;|&#x02016;)</mo>")
_BESIDE = re.compile(r"([(\[]*)(<math>(?:(?!</math>).)*</math>)([,.;:!?)\]]*)", re.DOTALL)
_FUNCTION = re.compile(r"<m[io]>(sin|cos|tan|arccos|arcsin|log|exp|ln|min|max|sup|inf|prox|sign|argmin)</m[io]>")


@cache
def formula(latex: str) -> Markup:
    """MathML of one LaTeX formula; the source as code where the converter cannot read it."""
    try:
        markup = convert(latex)
    except Exception:  # the converter raises a dozen unrelated types on input that is not LaTeX
        return Markup("<code>{}</code>").format(latex)
    markup = markup.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "").replace(' display="inline"', "")
    markup = _FUNCTION.sub(r'<mo lspace="0.12em" rspace="0.12em">\1</mo>', markup)
    return Markup(_BAR.sub(r'<mo stretchy="false" lspace="0" rspace="0">\1</mo>', markup))


def text(source: str) -> Markup:
    """One run of text with formulas."""
    pieces, end = [], 0
    for part in _PARTS.finditer(source):
        pieces.append(escape(source[end : part.start()].replace(r"\$", "$")))
        pieces.append(formula(part[1].strip()) if part[1] else Markup("<code>{}</code>").format(part[2]))
        end = part.end()
    pieces.append(escape(source[end:].replace(r"\$", "$")))
    return Markup(unbroken("".join(pieces)))


def unbroken(html: str) -> str:
    """HTML in which no line ends between a formula and the brackets and the punctuation beside it, as browsers let it."""
    return _BESIDE.sub(lambda m: f'<span style="white-space: nowrap">{m[0]}</span>' if m[1] or m[3] else m[0], html)


def paragraphs(source: str) -> Markup:
    """Text with blank lines between paragraphs."""
    blocks = [block for block in re.split(r"\n\s*\n", source) if block.strip()]
    return Markup("").join(Markup("<p>{}</p>").format(text(block)) for block in blocks)


def relations(source: str) -> str:
    """Plain-text formulas with the signs that people write: the parts outside dollars only."""
    parts = source.split("$")
    parts[::2] = [part.replace("<=", "≤").replace(">=", "≥") for part in parts[::2]]
    return "$".join(parts)
