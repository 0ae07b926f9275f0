"""The same runs one after the other in PyTorch: what the batched runner is timed against, in two ways of writing it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from synthetic.problems.linear_model import LinearModel
from synthetic.solvers import Plan, Solver

Iterates = Callable[[], Iterator[Any]]


def loops(instance: LinearModel, solver: Solver, plan: Plan, batch: int | None) -> dict[str, Iterates]:
    """Two functions that run ``solver`` on the first data set and yield each iterate, a float64 tensor: "rules" takes the
    update rule of ``verify.methods`` on tensors, "plain" is written out by hand for the methods of :data:`STEPS`, step 1.

    In both the gradient of the logistic loss is a formula, and the indices of an epoch are drawn at once; call them in
    ``torch.inference_mode()``.
    """
    import torch

    from verify.arrays.torch import TORCH

    X, y = torch.from_numpy(instance.X[0]), torch.from_numpy(instance.y[0])
    penalty, start = instance.blocks["w"], torch.from_numpy(instance.start()["w"][0])
    L = float(plan.lipschitz[0])
    plan = plan._replace(lipschitz=L)
    level = float(penalty.lam) * start.shape[-1] ** 0.5  # type: ignore[attr-defined]

    def gradients() -> Iterator[Callable[[Any], Any]]:
        generator = torch.Generator().manual_seed(0)
        for _ in range(plan.epochs):
            drawn = [None] if batch is None else torch.randint(len(y), (plan.epoch_steps, batch), generator=generator)
            for index in drawn:
                rows, labels = (X, y) if index is None else (X.index_select(0, index), y.index_select(0, index))

                def gradient(w: Any, rows: Any = rows, labels: Any = labels) -> Any:
                    pull = torch.sigmoid(-labels * (rows @ w.reshape(-1))) * labels
                    return (pull @ rows / -len(labels)).reshape(w.shape)

                yield gradient

    def rules() -> Iterator[Any]:
        w, method = start, solver.method
        state = method.init(w, solver.hyper(1, plan), penalty, TORCH)
        for t, gradient in enumerate(gradients(), 1):
            state, w = method.step(state, w, gradient(w), solver.hyper(t, plan), penalty, TORCH)
            yield w

    def plain() -> Iterator[Any]:
        w, step, memory = start, STEPS[type(solver).__name__], (torch.zeros_like(start), 0.0)
        for t, gradient in enumerate(gradients(), 1):
            z, size, memory = step(w, memory, gradient(w), t, L, start)
            w = z * torch.clamp(1 - size * level / torch.linalg.vector_norm(z, dim=-1, keepdim=True), min=0)
            yield w

    return {"rules": rules, "plain": plain}


Memory = tuple[Any, float]


def _prox_sgd(w: Any, memory: Memory, g: Any, t: int, L: float, start: Any) -> tuple[Any, float, Memory]:
    return w - g / L, 1 / L, memory


def _rda(w: Any, memory: Memory, g: Any, t: int, L: float, start: Any) -> tuple[Any, float, Memory]:
    total, scale = memory[0] + g, 1 / (L * t**0.5)
    return start - scale * total, scale * t, (total, 0.0)


def _rmda(w: Any, memory: Memory, g: Any, t: int, L: float, start: Any) -> tuple[Any, float, Memory]:
    s = t**0.5 / L
    V, alpha = memory[0] + s * g, memory[1] + s
    return start - V / t**0.5, alpha / t**0.5, (V, alpha)


STEPS = {"ProxSGD": _prox_sgd, "RDA": _rda, "RMDA": _rmda}
