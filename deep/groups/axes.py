"""The groupings of a layer's weight, as axes of the weight's own shape that one group spans."""

from __future__ import annotations

from torch import nn

Axes = tuple[int, ...]
CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
EMBEDDINGS = (nn.Embedding, nn.EmbeddingBag)


def groupings(layer: nn.Module) -> dict[str, Axes]:
    """The groupings of ``layer.weight`` by name; none for a layer that is not listed.

    =====================  ===============================  ====================================================
    layer                  shape of the weight              groupings
    =====================  ===============================  ====================================================
    Linear                 (outputs, inputs)                column (0,): one input; row (1,): one output
    Embedding(Bag)         (entries, dimension)             row (1,): one embedding; column (0,): one dimension
    Conv1d, 2d, 3d         (filters, channels/g, *kernel)   channel (0, 2, ...): one input; filter (1, 2, ...):
                                                            one output; kernel (2, ...): one pair of them
    ConvTranspose1d to 3d  (channels, filters/g, *kernel)   channel (1, 2, ...), filter (0, 2, ...), kernel (2, ...)
    =====================  ===============================  ====================================================

    Column-wise, row-wise, channel-wise, filter-wise and kernel-wise are those of RMDA, Sect. 4.1. With g > 1 convolution groups
    the second axis counts inside each of them, so what it stands for (a channel; a filter if transposed) is made of whole axes
    only where each convolution group has a single entry of the first axis, as in depthwise layers: it is then a kernel.
    Elsewhere it is left out, because the axes (0, 2, ...) would join weights of different channels.
    """
    if isinstance(layer, nn.Linear):
        return {"column": (0,), "row": (1,)}
    if isinstance(layer, EMBEDDINGS):
        return {"row": (1,), "column": (0,)}
    if not isinstance(layer, CONVOLUTIONS):
        return {}
    kernel = tuple(range(2, layer.weight.ndim))
    first, second = ("channel", "filter") if layer.transposed else ("filter", "channel")
    found = {"kernel": kernel, first: (1, *kernel)}
    if layer.groups == 1:
        found[second] = (0, *kernel)
    elif layer.weight.shape[0] == layer.groups:
        found[second] = kernel
    return found


def axes_of(grouping: str, layer: nn.Module) -> Axes | None:
    """The axes that ``grouping`` spans in ``layer.weight``, None where it has no meaning.

    "channel" (one input) and "filter" (one output) are understood for matrices too: a Linear layer's column and row, an
    embedding (the input is its index) and one of its dimensions.
    """
    known = groupings(layer)
    if isinstance(layer, nn.Linear):
        known |= {"channel": known["column"], "filter": known["row"]}
    if isinstance(layer, EMBEDDINGS):
        known |= {"channel": known["row"], "filter": known["column"]}
    return known.get(grouping)
