"""SR2: a step that is taken only if the loss agrees, with a step size that adapts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from deep.optim.base import ProximalOptimizer
from deep.optim.bucket import Bucket, state_dtype
from deep.optim.fast import compiled_call, compiled_propose
from deep.optim.sharded import on_cpu, own_part, whole
from deep.optim.swap import Kept, fill, unless
from deep.optim.trial import check_loss, go_on_from, keeping_gradients, random_state, same_random_numbers
from verify.arrays.torch import TORCH
from verify.methods.sr2 import SR2 as SR2Method
from verify.methods.sr2 import Adaptive, Decision, Sums
from verify.penalties import Penalty
from verify.penalties.parameters import POSITIVE, Range

UNIT = Range(0.0, 1.0, low_open=True)
Pairs = list[tuple[Tensor, Tensor]]
_TYPES = {bool: torch.bool, float: torch.float64}


class SR2(ProximalOptimizer):
    """Stochastic quadratic regularisation (SR2, Algorithm 1), with both the gradient and the decrease from the same batch.

    y = prox_{R/sigma}(p - gradient/sigma). If f + R falls by less than eta1 times what the model promises, p stays and sigma
    grows by gamma1; else y is taken, and sigma falls by gamma3, not below sigma_min, if the fall is eta2 of the promise. One
    sigma, in float64, for the whole model (:attr:`sigma`; the step size is 1/sigma), and the same numbers in all groups. The
    defaults are Table 1's, with gamma1 and gamma2 swapped (claim SR2.Tab1); gamma2 is not needed. :attr:`decision` is the last,
    made of :attr:`sums`. There is no ``lr``: torch's schedulers, which set it, end with KeyError.
    Nor does torch's GradScaler take a closure: autocast to bfloat16, which needs no scaler.

    ``buffers`` are the model's, or the model, whose buffers are then found at each step (``model.double()`` makes new ones, and
    a forward pass may); by default the model of ``groups(model, ...)``, and none of other parameters: a rejected step leaves
    parameters, buffers and batch-norm statistics as they were, and one that is taken has updated the statistics once, at y. The
    random numbers of both evaluations are the same (dropout is one function of p). Nothing waits for the device, unless a pass
    binds a buffer to another tensor. ``nonfinite`` is about the gradient at p; where it leaves a step out the buffers are as
    they were, and the next random numbers are others. A loss at y that is not finite is a rejection.

    A step counts as a zero step, which moves nothing and keeps sigma, where eight roundings of the two losses hide both what it
    promises and what it does. Batch-norm statistics are then those of y, as after one that is taken. With one batch for ever
    and the same random numbers each later step is the same: where ``decision.still`` stays true on a plateau of the loss, a
    smaller ``sigma0`` promises more, and float64 hides less.
    A network whose products a GPU rounds to 10 bits (TF32, as PyTorch does in convolutions by itself) is off by far more: set
    ``torch.backends.cudnn.allow_tf32 = False``.
    With a loss or parameters in bfloat16 or float16 most steps are of this kind: return the loss in float32, which is warned
    about, and keep parameters in float32, under autocast.

    Of several processes each has the loss of its own batch: ``closure`` and ``evaluate`` return the mean over them, or they
    decide apart, and their weights drift apart: ``mean = loss.detach() / dist.get_world_size(); dist.all_reduce(mean)``.

    Memory: no state but sigma, and one copy of the parameters that is used again in each step. Within a step, one of the
    buffers, and one of the gradients where no ``evaluate`` is given.
    """

    method = SR2Method()
    ranges: ClassVar = {
        "sigma0": POSITIVE,
        "sigma_min": POSITIVE,
        "eta1": UNIT,
        "eta2": UNIT,
        "gamma1": Range(1.0, low_open=True),
        "gamma3": Range(0.0, 1.0, low_open=True, high_open=False),
    }
    separable = False
    unbounded = True

    def __init__(
        self,
        params: Any,
        sigma0: float = 100.0,
        sigma_min: float = 1e-3,
        eta1: float = 7.5e-4,
        eta2: float = 0.99,
        gamma1: float = 2.95,
        gamma3: float = 0.8,
        penalty: Penalty | None = None,
        *,
        buffers: nn.Module | Iterable[Any] | None = None,
        **options: Any,
    ):
        numbers = {"sigma0": sigma0, "sigma_min": sigma_min, "eta1": eta1, "eta2": eta2, "gamma1": gamma1, "gamma3": gamma3}
        self.buffers = _tensors(getattr(params, "model", ()) if buffers is None else buffers)
        self.decision: Decision | None = None
        self.sums: Sums | None = None
        super().__init__(params, penalty, numbers, **options)
        device = next((p.device for p in self._params()), None)
        self.sigma = torch.tensor(float(sigma0), dtype=torch.float64, device=device)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        super().add_param_group(param_group)
        first, new = self.param_groups[0], self.param_groups[-1]
        different = [name for name in (*self.ranges, "maximize") if new[name] != first[name]]
        if different or new["eta1"] > new["eta2"]:
            self.param_groups.pop()
            wrong = f"{', '.join(different)} must be the same in all groups" if different else "eta1 must be at most eta2"
            raise ValueError(f"SR2: {wrong}: one decision is made for the whole model")

    def hyper(self, settings: dict[str, Any], state: Any, xp: Any) -> Adaptive:
        s, unused = settings, settings["gamma1"]
        return Adaptive(s["eta1"], s["eta2"], s["gamma1"], unused, s["gamma3"], s["sigma_min"], s["sigma0"])

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None, evaluate: Callable[[], Any] | None = None) -> Any:
        """One step; returns the loss at p before it. ``closure`` zeroes the gradients, evaluates the loss, calls backward and
        returns the loss, as torch's do; ``evaluate`` the loss alone, on the same batch, for the trial. Without it closure is
        called again, for a gradient that nobody needs. Gradients are left as they were at p: of the optimizer's parameters, and
        with ``buffers=model`` of all the model's; others keep what the second call adds to them."""
        if closure is None:
            raise TypeError(
                "SR2.step needs a closure that evaluates the loss on the batch, since it compares the losses of two points"
            )
        model, tensors = (self.buffers, []) if isinstance(self.buffers, nn.Module) else (None, self.buffers)
        params, old, own, go, drawn = self._params(), Kept(tensors, model), Pairs(), False, None
        try:
            with same_random_numbers(params):
                with torch.enable_grad():
                    loss = closure()
                drawn = random_state(params)
            check_loss(loss, params)
            grads = self._gradients()
            told = on_cpu(grads)  # by the sums, of which <g, y - p> is one
            fine, finite = (True, None) if told else self.nonfinite.guard(grads)
            buckets = self._buckets() if fine else []
            parts = self._propose(buckets, own)
            if told and not all(math.isfinite(total) for sums in parts for total in sums[:-1]):
                fine, _ = self.nonfinite.guard(grads)
            go = fine
        finally:
            if not go:
                fill(own)
                old.restore()
                go_on_from(drawn)
        if go and buckets:
            touched = [*params, *(model.parameters() if model is not None else ())]
            evaluate = evaluate or keeping_gradients(touched, closure)
            self._compare(parts, loss, evaluate, finite, own, old)
        return loss

    def _compare(
        self, parts: list[Sums], loss: Any, evaluate: Callable[[], Any], finite: Tensor | None, own: Pairs, old: Kept
    ) -> None:
        """Evaluate at the trial, and stay or go back. ``own`` and ``old``: parameters and buffers with what they were."""
        try:
            old.restore()
            self._settle(parts, loss, evaluate(), self._settings(0), finite, own, old)
        except BaseException:
            fill(own)
            old.restore()
            raise

    def _propose(self, buckets: list[Bucket], own: Pairs) -> list[Sums]:
        """Move the parameters to the trial; to ``own`` go those that have moved, each with what it was. Returns their sums."""
        parts: list[Sums] = []
        self.sigma = self.sigma.to(buckets[0].params[0].device if buckets else None)  # the model may have been moved
        for bucket in buckets:
            sigma = self.sigma.to(bucket.params[0].device)
            here = replace(bucket, fields=("sigma",), states=[{"sigma": sigma} for _ in bucket.params])
            before = [self._copy_of(p) for p in bucket.params]
            sums = compiled_propose(here, before) if self.fast else None
            if sums is not None:
                parts.append(sums)
                own += zip(bucket.params, before, strict=True)
                continue
            for i, (p, copy) in enumerate(zip(bucket.params, before, strict=True)):
                trial, sums = here.propose(i)
                parts.append(sums)
                copy.copy_(p)
                own.append((own_part(p), own_part(copy)))
                p.copy_(trial)
        return parts

    def _copy_of(self, p: Tensor) -> Tensor:
        """Memory for what p was: the same in each step, while p is laid out the same."""
        copies = vars(self).setdefault("_copies", {})
        if p not in copies or _layout(copies[p]) != _layout(p):
            copies[p] = torch.empty_like(p)
        return copies[p]

    def _settle(
        self, parts: list[Sums], loss: Any, trial: Any, settings: dict[str, Any], finite: Tensor | None, own: Pairs, old: Kept
    ) -> None:
        """Decide by sums over all parameters, in float64: on the CPU in Python's numbers, which is faster, on a GPU in a few
        kernels, without asking it, unless the model has bound a buffer to another tensor. ``own`` and ``old``: what a step that
        is not taken puts back."""
        dtypes = {state_dtype(p.dtype) for p in self._params()} | ({loss.dtype} if isinstance(loss, Tensor) else set())
        rounding = max(torch.finfo(t).eps for t in dtypes) / 2
        method, hyper, losses = self.method, self.hyper, (trial, loss) if self.param_groups[0]["maximize"] else (loss, trial)

        def settled(sigma: Any, parts: Any, losses: Any, settings: Any, finite: Any, own: Any, old: Any) -> list[Any]:
            sums = Sums._make([*map(sum, zip(*parts, strict=True)), losses[0] - losses[1]])
            off = 8 * rounding * (abs(losses[0]) + abs(losses[1]))  # a network's loss is off by a few roundings
            rules = hyper(settings, None, TORCH)._replace(rounding=rounding, loss_error=off)
            made = method.decide(sigma, sums, rules, TORCH)
            if finite is not None:
                made = made._replace(sigma=torch.where(finite, made.sigma, sigma), taken=made.taken & finite)
            unless(made.taken, own)
            unless(made.taken | made.still, old)
            return [*made, *sums]

        device, number = self.sigma.device, self._number
        sums, ends = [[number(part) for part in one[:-1]] for one in parts], [number(each) for each in losses]
        same = old.are_bound()
        filled = old.pairs if same else []
        inputs = [number(self.sigma), sums, ends, settings, finite if finite is None else finite.to(device), own, filled]
        found = None
        if self.fast and device.type != "cpu":
            shapes = tuple([_layout(p) for p, _ in [*own, *filled]])
            found = compiled_call(device.type, self, (len(parts), rounding, finite is None, shapes), settled, inputs)
        found = found or settled(*inputs)
        found = [v if isinstance(v, Tensor) else torch.tensor(v, dtype=_TYPES[type(v)], device=device) for v in found]
        self.decision, self.sums = Decision(*found[:6]), Sums(*found[6:])
        self.sigma = self.decision.sigma
        if not same and not self.decision.taken | self.decision.still:
            old.restore()

    def _number(self, value: Any) -> Any:
        """A number, in float64, to decide with."""
        value = whole(value)
        if self.sigma.device.type == "cpu":
            return float(value)
        value = value.detach() if isinstance(value, Tensor) else value  # of a number torch would make a float32 first
        return torch.as_tensor(value, dtype=torch.float64, device=self.sigma.device)

    def _shared(self) -> dict[str, Any]:
        return {**super()._shared(), "sigma": self.sigma}

    def _load_shared(self, saved: dict[str, Any]) -> None:
        super()._load_shared(saved)
        self.sigma = saved["sigma"].to(self.sigma.device, copy=True)


def _layout(v: Tensor) -> tuple[Any, ...]:
    return v.shape, v.stride(), v.dtype, v.device


def _tensors(buffers: Any) -> nn.Module | list[Tensor]:
    """The model, or the tensors, which may come with their names."""
    if isinstance(buffers, nn.Module):
        return buffers
    found = [*(buffers.items() if isinstance(buffers, Mapping) else buffers)]
    found = [each[-1] if isinstance(each, tuple) and each else each for each in found]
    for each in found:
        if not isinstance(each, Tensor):
            raise TypeError(f"SR2: buffers are the model, or its buffers(); got a {type(each).__name__} among them")
    return found
