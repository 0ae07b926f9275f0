"""What is measured of a network, in percent, under the names that recipes use for the papers' numbers.

=====================  ===========================================================================================
``accuracy``           test images whose largest score is the right class; ``top5``: it is among the five largest
``zero_weights``       weights (of two axes or more, biases and norms left out) that are exactly zero
``zero_groups``        groups of the penalty that are zero; single weights for an elementwise one
``zero_kernels``       columns of linear layers and kernels of convolutions that are zero: what RMDA's tables count
``small_weights``      weights of magnitude at most 1e-3 (SR2, Table 2)
``binary_weights``     weights with a penalty :class:`verify.penalties.BinaryW` that are exactly -1 or 1
``sign_accuracy``      ``accuracy`` with the signs of these weights in their place
``..._at_1e-3``        ``accuracy`` or ``zero_weights`` after the run, with weights of at most 1e-3 set to zero; so for all
                       10^-1 to 10^-8 (SR2, Sect. 5), in a result where the paper has such a number
=====================  ===========================================================================================

The weights of a layer with hard concrete gates are those of evaluation, gates multiplied in.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import torch
from torch import Tensor, nn

from deep.baselines.hard_concrete import permanent
from deep.optim.checks import penalty_of
from deep.optim.swap import swapped
from deep.sparsity import sparsity
from deep.training.world import World
from verify.arrays.torch import TORCH
from verify.methods.binary_connect import signs
from verify.penalties import BinaryW

POINT = "prox_"  # in front of what is measured at the prox points, where they are not the parameters
CHUNK = 1000  # images a forward pass
ALPHAS = tuple(10.0**-k for k in range(1, 9))


@torch.no_grad()
def accuracy(model: nn.Module, split: Any, world: World, cast: Any = None) -> dict[str, float]:
    """``accuracy``, ``top5`` and the mean ``loss`` on a split, in evaluation mode."""
    was = model.training
    model.eval()
    sums = torch.zeros(3, dtype=torch.float64, device=world.device)
    mine = torch.arange(len(split), device=world.device)[world.share(len(split))]
    for index in mine.split(CHUNK):
        images, labels = split.batch(index)
        with cast() if cast else nullcontext():
            scores = model(images)
        scores = scores.float()
        best = scores.topk(min(5, scores.shape[1]), dim=1).indices == labels[:, None]
        loss = nn.functional.cross_entropy(scores, labels, reduction="sum")
        sums += torch.stack([best[:, 0].sum(), best.sum(), loss]).double()
    model.train(was)
    first, five, loss = (world.sum(sums) / len(split)).tolist()
    return {"accuracy": 100 * first, "top5": 100 * five, "loss": loss}


def zeros(optimizer: Any, model: nn.Module) -> dict[str, dict[str, float]]:
    """The shares of zeros for the points "iterate" and "prox_point"."""
    report = sparsity(optimizer, model)
    names = {"zero_weights": "weights", "zero_groups": "penalised", "zero_kernels": "kernel"}
    found = {}
    for point in ("iterate", "prox_point"):
        totals = {name: report.total(grouping, point) for name, grouping in names.items()}
        found[point] = {name: 100 * count.share for name, count in totals.items() if count.total}
    return found


@torch.no_grad()
def small_weights(model: nn.Module, alpha: float = 1e-3) -> float:
    """The share of weights with |w| <= alpha."""
    weights = [p for p in permanent(model).parameters() if p.ndim > 1]
    return 100 * float(sum((p.abs() <= alpha).sum() for p in weights)) / sum(p.numel() for p in weights)


@torch.no_grad()
def binary(optimizer: Any, model: nn.Module, split: Any, world: World, cast: Any = None) -> dict[str, float]:
    """``binary_weights`` and ``sign_accuracy``, where a penalty makes weights binary."""
    groups = [group for group in optimizer.param_groups if isinstance(group.get("penalty"), BinaryW)]
    weights = [p for group in groups for p in group["params"]]
    if not weights:
        return {}
    share = 100 * float(sum((p.abs() == 1).sum() for p in weights)) / sum(p.numel() for p in weights)
    with swapped({p: signs(p, TORCH) for p in weights}):
        return {"binary_weights": share, "sign_accuracy": accuracy(model, split, world, cast)["accuracy"]}


@torch.no_grad()
def penalty_value(optimizer: Any) -> float:
    """R at the parameters."""
    groups = [group for group in optimizer.param_groups if group.get("penalty") is not None]
    return float(sum(penalty_of(group).value(p.detach()).double() for group in groups for p in group["params"]))


def pruning(model: nn.Module, split: Any, world: World) -> list[dict[str, float]]:
    """Accuracy after all weights with |w| <= alpha are set to zero, without training again, alpha = 10^-1 to 10^-8
    (SR2, Sect. 5 and Figs. 2-4)."""
    model = permanent(model)
    weights = [p for p in model.parameters() if p.ndim > 1]
    rows = []
    for alpha in ALPHAS:
        with swapped({p: p.detach().masked_fill(p.detach().abs() <= alpha, 0) for p in weights}):
            rows.append({"alpha": alpha, "zero_weights": small_weights(model, 0.0), **accuracy(model, split, world)})
    return rows


def pruned(rows: list[dict[str, float]]) -> dict[str, float]:
    """The rows of :func:`pruning` as measures, ``accuracy_at_1e-3`` and so on."""
    return {
        f"{name}_at_{row['alpha']:.0e}".replace("e-0", "e-"): row[name] for row in rows for name in ("accuracy", "zero_weights")
    }


@torch.no_grad()
def same_point(optimizer: Any) -> bool:
    """Whether the prox points are the parameters themselves."""
    if not hasattr(optimizer, "prox_point"):
        return True
    return all(_equal(p, optimizer.prox_point(p)) for group in optimizer.param_groups for p in group["params"])


def _equal(p: Tensor, point: Tensor) -> bool:
    return p.data_ptr() == point.data_ptr() or torch.equal(p, point.to(p.dtype))


def at_point(row: dict[str, float], point: str) -> dict[str, float]:
    """The measures of a row at the point that the paper's numbers are about; both are one where the row has one."""
    own = {name: value for name, value in row.items() if not name.startswith(POINT)}
    if point == "prox_point":
        own |= {name.removeprefix(POINT): value for name, value in row.items() if name.startswith(POINT)}
    return own
