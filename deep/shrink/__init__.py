"""From a network with zero groups to a smaller dense network with the same outputs, and into a file."""

from deep.shrink.files import load, save
from deep.shrink.report import Report
from deep.shrink.shrink import Shrunk, shrink

__all__ = ["Report", "Shrunk", "load", "save", "shrink"]
