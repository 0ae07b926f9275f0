"""Which parameters are penalised, and in which groups."""

from deep.groups.axes import axes_of, groupings
from deep.groups.parameters import groups

__all__ = ["axes_of", "groupings", "groups"]
