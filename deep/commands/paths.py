"""Paths on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path


def path(text: str) -> Path:
    """A path. ArgumentTypeError for an empty one, of a variable that is not set perhaps: it would be the folder one is in."""
    if not text:
        raise argparse.ArgumentTypeError("it is empty; name a path, as in ./here")
    return Path(text)


def named(text: str) -> str:
    """A path as it was written. ArgumentTypeError for an empty one, which would be taken for none given."""
    path(text)
    return text
