"""LaTeX as a terminal can show it: Greek letters, relations and small exponents; anything else stays as it was."""

from __future__ import annotations

import re
import unicodedata

_WORDS = {
    "le": "<=", "leq": "<=", "ge": ">=", "geq": ">=", "ne": "≠", "neq": "≠", "in": "∈", "to": "→", "cdot": "·", "times": "×",
    "nabla": "∇", "partial": "∂", "infty": "∞", "sum": "Σ", "pm": "±", "implies": "⇒", "iff": "⇔", "ll": "≪", "gg": "≫",
    "quad": " ", "ldots": "…", "dots": "…", "lVert": "‖", "rVert": "‖", "lvert": "|", "rvert": "|", "left": "", "right": "",
    "langle": "⟨", "rangle": "⟩", "forall": "∀", "exists": "∃", "approx": "≈", "sim": "~", "varepsilon": "ε", "ell": "ℓ",
    "sqrt": "√", "min": "min", "max": "max", "sin": "sin", "cos": "cos", "log": "log", "exp": "exp", "arccos": "arccos",
}  # fmt: skip
_SYMBOLS = {r"\|": "‖", r"\,": " ", r"\;": " ", r"\ ": " ", r"\!": "", r"\{": "{", r"\}": "}"}


def plain(source: str) -> str:
    """A statement without its dollars."""
    return re.sub(r"\$([^$]+)\$", lambda found: _formula(found[1]), source)


def _formula(latex: str) -> str:
    for symbol, shown in _SYMBOLS.items():
        latex = latex.replace(symbol, shown)
    latex = re.sub(r"\\(?:operatorname|mathrm|mathbb|text|mathcal|mathbf)\*?\{([^{}]*)\}", r"\1", latex)
    latex = re.sub(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}(?=\s*(\w|\(|\\sum)?)", _fraction, latex)
    latex = re.sub(r"\\([A-Za-z]+)", _word, latex)
    return re.sub(r"([\^_])\{(\w|\*)\}", r"\1\2", latex)


def _fraction(found: re.Match[str]) -> str:
    ratio = "/".join(part if re.fullmatch(r"\w+|\\\w+", part) else f"({part})" for part in (found[1], found[2]))
    return f"({ratio})" if found[3] else ratio


def _word(found: re.Match[str]) -> str:
    word = found[1]
    if word in _WORDS:
        return _WORDS[word]
    case = "CAPITAL" if word[0].isupper() else "SMALL"
    name = {"lambda": "lamda", "varphi": "phi", "vartheta": "theta"}.get(word.lower(), word)
    try:
        return unicodedata.lookup(f"GREEK {case} LETTER {name.upper()}")
    except KeyError:
        return found[0]
