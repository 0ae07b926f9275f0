"""Certified solutions: a deterministic solver, Newton's method on the manifold, and the numbers that decide what to trust."""

from synthetic.reference.cache import cached
from synthetic.reference.certificate import Reference, certify, polish

__all__ = ["Reference", "cached", "certify", "polish"]
