"""What the pages need beyond Sphinx: formulas without a server, docstrings in plain text, and lists of what registers itself."""
