"""What all pictures of runs share."""

from __future__ import annotations

from typing import Any

PALE = "#d9d9d9"
SETTINGS: Any = {
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}
