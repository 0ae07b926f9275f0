"""What small weights are worth: a network with all weights |w| <= alpha set to zero, and what shrinking makes of it."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import nn

from deep.figures.style import SETTINGS
from deep.figures.weights import show_weights
from deep.shrink import shrink
from verify.colours import BLACK, BLUE, ORANGE


@torch.no_grad()
def thresholded(model: nn.Module, alpha: float) -> nn.Module:
    """A copy with w = 0 where |w| <= alpha, in tensors of two axes or more (:func:`deep.training.measures.pruning`)."""
    cut = copy.deepcopy(model)
    for p in cut.parameters():
        if p.ndim > 1:
            p.masked_fill_(p.abs() <= alpha, 0)
    return cut


def pruned(made: dict[str, Any], model: nn.Module, alpha: float) -> Any:
    """A matplotlib figure. Above: test accuracy and zero weights after setting |w| <= alpha to zero, as the run measured them,
    with this ``alpha`` marked; below: the weights of the first layers that it leaves, zeros grey. The title says to how many
    parameters the cut network shrinks with the same outputs. ``made`` is the result of the run, ``model`` its network."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    cut = thresholded(model, alpha)
    size = shrink(cut, torch.zeros(2, *made["shape"]), batches=()).report
    rows = made["pruning"]
    with rc_context(SETTINGS):
        figure = Figure(figsize=(7.8, 4.4), layout="constrained")
        parts: Any = figure.subfigures(2, 1)
        axes = parts[0].subplots()
        for name, label, colour in (("accuracy", "test accuracy", BLUE), ("zero_weights", "weights that are zero", ORANGE)):
            axes.plot([row["alpha"] for row in rows], [row[name] for row in rows], ".-", color=colour, label=label)
        axes.axvline(alpha, color=BLACK, linewidth=0.8)
        axes.set(xscale="log", xlabel="α", ylabel="%", ylim=(0, 104))
        axes.legend(loc="lower left")
        show_weights(parts[1], cut, made)
        left = f"{size.after.parameters:,} of {size.before.parameters:,} parameters"
        figure.suptitle(f"|w| ≤ {alpha:.1e} set to zero: shrinks to {left}", fontsize=9)
    return figure
