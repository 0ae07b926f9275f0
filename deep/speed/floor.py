"""What plain torch can do at best: RMDA with an l1 penalty, written by hand, beside PyTorch's SGD with momentum."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from deep.optim.bucket import PIECE
from deep.speed.networks import NETWORKS, parameters
from verify.speed.measure import interleaved

LR, LAM = 0.1, 1e-4


def by_hand(params: list[torch.nn.Parameter], short: bool) -> Callable[[], None]:
    """Steps of RMDA with c = 1 on lam|x|, in place and in pieces whose temporaries stay in cache.

    Operation for operation what the update rule of :mod:`verify.methods` does in float32, or, ``short``, the fewest that
    torch needs for the formula, which round otherwise: V + s g and W_0 - V/beta as one each, and z less its clamp.
    """
    flat = [(p.detach().view(-1), p.grad.view(-1)) for p in params if p.grad is not None]
    own = [(w, g, torch.zeros_like(w), w.clone()) for w, g in flat]
    room = torch.empty(PIECE)
    t, alpha = 0, 0.0

    def exact(w: Tensor, g: Tensor, V: Tensor, start: Tensor, z: Tensor, s: float, beta: float, threshold: float) -> None:
        torch.mul(g, s, out=z)
        V.add_(z)
        torch.div(V, beta, out=z)
        torch.sub(start, z, out=z)
        torch.abs(z, out=w)
        w.sub_(threshold).sub_(0.0).clamp_min_(0.0)  # the product t lam is subtracted in two parts
        torch.copysign(w, z, out=w)
        w.add_(0.0)

    def fewest(w: Tensor, g: Tensor, V: Tensor, start: Tensor, z: Tensor, s: float, beta: float, threshold: float) -> None:
        V.add_(g, alpha=s)
        torch.sub(start, V, alpha=1 / beta, out=z)
        torch.clamp(z, -threshold, threshold, out=w)
        torch.sub(z, w, out=w)

    one = fewest if short else exact

    def step() -> None:
        nonlocal t, alpha
        t += 1
        beta = math.sqrt(t)
        alpha += LR * beta
        for w, g, V, start in own:
            for first in range(0, len(w), PIECE):
                here = slice(first, first + PIECE)
                one(w[here], g[here], V[here], start[here], room[: len(w[here])], LR * beta, beta, alpha / beta * LAM)

    return step


def floor(network: str, rounds: int) -> dict[str, float]:
    """The steps with every operation, and the shortest, as multiples of SGD(momentum=0.9)."""
    shapes = NETWORKS[network]()
    jobs: dict[str, Callable[[], Any]] = {
        "sgd": torch.optim.SGD(parameters(shapes), lr=0.1, momentum=0.9).step,
        "every operation": by_hand(parameters(shapes), short=False),
        "shortest": by_hand(parameters(shapes), short=True),
    }
    median = interleaved(jobs, rounds)
    return {name: value / median["sgd"] for name, value in median.items() if name != "sgd"}


def table(rounds: int) -> Any:
    """The steps on each network."""
    from rich.table import Table

    made = Table(title=f"RMDA + l1 by hand in plain torch, which the plain path can come near, one thread, medians of {rounds}")
    for header in ("network", "every operation", "shortest, which rounds otherwise"):
        made.add_column(header, justify="left" if header == "network" else "right")
    for network in NETWORKS:
        made.add_row(network, *(f"{multiple:.2f}" for multiple in floor(network, rounds).values()))
    return made
