"""Checks on somebody else's prox map, from its two functions alone: ``check_prox(prox, value, scalar=True)``.

The map is right when no point has a lower objective |x - z|^2/(2t) + value(x) than the one it returns. Wrong is what a better
point shows to be wrong: nothing here knows a formula of any prox map.
"""

from verify.audit.check import DEFAULT_STEPS, check_prox
from verify.audit.report import KINDS, Finding, ProxError, Report

__all__ = ["DEFAULT_STEPS", "KINDS", "Finding", "ProxError", "Report", "check_prox"]
