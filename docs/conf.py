"""How Sphinx makes the pages: Markdown by MyST, formulas as MathML, the reference from the docstrings. Nothing is fetched."""

from __future__ import annotations

import sys
from importlib.metadata import version as installed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "proxproof"
author = "the authors of proxproof"
copyright = author
version = release = installed("proxproof")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
    "extensions.docstrings",
    "extensions.mathml",
    "extensions.registry",
    "extensions.signatures",
]
exclude_patterns = ["extensions"]

myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 4

autodoc_member_order = "bysource"
autodoc_inherit_docstrings = False
autodoc_preserve_defaults = True
add_module_names = False
viewcode_follow_imported_members = False
python_maximum_signature_line_length = 88
toc_object_entries_show_parents = "hide"

html_theme = "furo"
html_title = "proxproof"
html_math_renderer = "mathml"
html_copy_source = False
html_static_path = ["static"]
html_css_files = ["style.css"]
pygments_style = "friendly"
