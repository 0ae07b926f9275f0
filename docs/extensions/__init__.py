"""What the pages need beyond Sphinx: formulas without scripts, docstrings as plain text, lists of what registers itself."""
