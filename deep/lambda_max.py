"""The scale of the penalty's weight: from where on zero is a stationary point."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

from deep.groups import groups
from deep.optim.checks import check_gradient, penalty_of
from deep.optim.swap import Kept
from verify.penalties import L1, Penalty

Data = Callable[[], Any] | tuple[torch.Tensor, torch.Tensor] | Iterable[tuple[torch.Tensor, torch.Tensor]]
REACH = 1e30  # the gauge is looked for between |g|/REACH and |g| REACH


def lambda_max(
    model: nn.Module,
    data: Data,
    parameters: torch.optim.Optimizer | Iterable[dict[str, Any]] | None = None,
    *,
    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor] = nn.functional.cross_entropy,
    together: bool = True,
) -> float:
    """The least factor s such that weights of zero are stationary for f + s R, R being the penalty as it is given.

    With ``lam=1`` in the penalty this is the lam_max of the field, the weight that zeroes everything; otherwise a multiple of
    the given lam. ``parameters`` are :func:`deep.groups.groups` of the model or an optimizer of it; by default
    ``groups(model, L1(1.0))``, every weight on its own.

    ``data`` are a pair (inputs, targets), or batches of such pairs, as a DataLoader gives them, and f is the mean over all of
    them of ``loss(model(inputs), targets)``, itself a mean over its batch. For any other f it is the closure of
    ``optimizer.step``: it clears gradients, computes f without the penalty on all data that count and calls ``backward``
    (several times, for data in batches). The model stays in its mode, training or not.

    The gradient g is taken with every penalised weight at zero and all other parameters as they are: fit these first if the
    optimum over both is meant. Frozen weights (``requires_grad=False``) are among these others, whatever their group. s is the
    gauge of the subdifferential, the least s with -g in s dR(0):

    =================================  ======================================
    L1, MCP, SCAD                      max_i |g_i|/lam_i
    TransformedL1                      max_i |g_i| a/(lam (a + 1))
    GroupL2, GroupMCP                  max over groups of |g_g|/(lam w_g)
    SparseGroup(L1(a), GroupL2(b))     least s with |soft(g_g, s a)| <= s b w_g
    =================================  ======================================

    and for all penalties it comes from ``subgradient_distance``, by bisection, to 1e-12. For convex f and R zero minimises over
    the penalised weights if and only if the factor is s or more; for the others it is where zero becomes stationary.

    In a net of two penalised layers or more all weights at zero pass no signal to most layers: s is 0, or that of the last
    layer alone and far too small a scale for training, and a warning says so. With ``together=False`` each tensor is set to
    zero alone, the others as they are now, and the largest of their s is returned: at or above it, each layer set to zero by
    itself stays zero. That takes one closure a tensor, and data that can be gone through as often.

    Weights, buffers and gradients are as before afterwards. ValueError where the penalty has no such factor: every weight makes
    zero stationary (L0, powers below 1) or none does (squares, Zero), and where the data or the closure leave no gradient at
    all; TypeError for data that are none of these and for a sparse gradient; FloatingPointError for one that is not finite.
    """
    closure = data if callable(data) else _mean_loss(model, data, loss)
    parameters = groups(model, L1(1.0)) if parameters is None else parameters
    given = list(parameters.param_groups if isinstance(parameters, torch.optim.Optimizer) else parameters)
    if not all(isinstance(group, dict) for group in given):
        raise TypeError(f"lambda_max: parameters are groups(model, penalty) or an optimizer; got {type(parameters).__name__}")
    grouped = [(p, group) for group in given for p in map(_tensor, group["params"]) if group.get("penalty") is not None]
    if not grouped:
        raise ValueError("no parameter has a penalty: make the groups with deep.groups.groups(model, penalty, ...)")
    penalised = [(p, group) for p, group in grouped if p.requires_grad]
    if not penalised:
        raise ValueError("every parameter that has a penalty is frozen: requires_grad is False")
    parts = [penalised] if together else [[each] for each in penalised]
    if len(parts) > 1 and isinstance(data, Iterator):
        raise TypeError(
            f"lambda_max: together=False goes through the data once for each of {len(parts)} tensors, and a"
            f" {type(data).__name__} can be gone through once: give a list of batches or a DataLoader"
        )
    factors = [
        gauge(penalty_of(group), -gradient if group.get("maximize") else gradient)
        for part in parts
        for gradient, group in _gradients_at_zero(model, part, closure)
    ]
    silent = factors.count(0.0)
    if not any(factors):
        warnings.warn("the gradient at zero is zero: zero is stationary without a penalty; see together=False", stacklevel=2)
    elif silent and together:
        warnings.warn(
            f"with all penalised weights at zero no gradient reaches {silent} of {len(factors)} tensors: the factor is that of"
            " the rest, often far too small a scale for training; together=False takes each alone",
            stacklevel=2,
        )
    return max(factors, default=0.0)


def gauge(penalty: Penalty, g: torch.Tensor) -> float:
    """The gauge of dR(0) at -g, the least s >= 0 with -g in s dR(0), from above and to 1e-12. ValueError where there is none,
    FloatingPointError for a g with an entry that is not finite."""
    g = g.detach().double()  # where the penalty's numbers are
    size = float(g.abs().max()) if g.numel() else 0.0
    if not math.isfinite(size):
        raise FloatingPointError(f"the gradient at zero has an entry of size {size}")
    if size == 0:
        return 0.0
    zero = torch.zeros_like(g)

    def holds(s: float) -> bool:
        return float(penalty.subgradient_distance(zero, g / s)) == 0

    low, high = size / REACH, size * REACH
    if holds(low):
        raise ValueError(f"{penalty!r}: zero is stationary whatever its weight: its subgradients at zero are unbounded")
    if not holds(high):
        raise ValueError(f"{penalty!r}: no weight makes zero stationary: -g is in no multiple of its subdifferential at zero")
    while high / low > 1 + 1e-12:
        middle = math.sqrt(low) * math.sqrt(high)
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _mean_loss(model: nn.Module, data: Any, loss: Callable[..., torch.Tensor]) -> Callable[[], None]:
    """A closure that leaves the gradient of the mean loss over all samples; the gradients are clear when it is called."""
    batches = [data] if isinstance(data, tuple) else data
    if not isinstance(batches, Iterable):
        raise _none_of_these(data)

    def closure() -> None:
        count = 0
        for batch in batches:
            if not (isinstance(batch, tuple | list) and len(batch) == 2 and all(isinstance(t, torch.Tensor) for t in batch)):
                raise _none_of_these(batch)
            inputs, targets = batch
            (loss(model(inputs), targets) * len(inputs)).backward()
            count += len(inputs)
        for parameter in model.parameters():
            if parameter.grad is not None:
                parameter.grad /= count

    return closure


def _none_of_these(data: Any) -> TypeError:
    return TypeError(f"lambda_max: data are a closure, (inputs, targets) or batches of these; got {type(data).__name__}")


def _tensor(entry: Any) -> torch.Tensor:
    return entry[1] if isinstance(entry, tuple) else entry


def _gradients_at_zero(
    model: nn.Module, part: list[tuple[torch.Tensor, dict[str, Any]]], closure: Callable[[], Any]
) -> list[tuple[torch.Tensor, dict[str, Any]]]:
    weights = [p for p, _ in part]
    with _restored(model, weights) as everyone:
        for parameter in weights:
            parameter.detach().zero_()
        with torch.enable_grad():
            closure()
        if all(parameter.grad is None for parameter in everyone):
            raise ValueError("lambda_max: no gradient: a closure has to call loss.backward(), and data must not be empty")
        for parameter in weights:
            check_gradient("lambda_max", parameter)
        return [(p.grad.clone(), group) for p, group in part if p.grad is not None]  # the others are not used: zero suits them


@contextmanager
def _restored(model: nn.Module, weights: list[torch.Tensor]) -> Iterator[list[torch.Tensor]]:
    """All parameters, without gradients. Weights, gradients and buffers (batch-norm statistics) are put back at the end."""
    kept = Kept(weights, model)
    everyone = list({id(p): p for p in [*model.parameters(), *weights]}.values())
    gradients = [(p, p.grad) for p in everyone]
    for parameter in everyone:
        parameter.grad = None
    try:
        yield everyone
    finally:
        kept.restore()
        for parameter, gradient in gradients:
            parameter.grad = gradient
