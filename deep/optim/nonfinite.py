"""What becomes of a step whose gradients hold NaN or infinity: an error, or nothing and a count. Never a silent NaN."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.nn.utils import get_total_norm

from deep.optim.fast import all_finite as compiled_all_finite
from deep.optim.sharded import everywhere, on_cpu, own_part

CHOICES = ("raise", "skip", "late")


class Nonfinite:
    """The guard in front of a step.

    The gradients are checked first: "raise" is a FloatingPointError, "skip" returns; neither changes anything. "late" is
    "raise" but where :meth:`late` says that the step itself looks at them; :meth:`spoilt` is its error. With CUDA nobody
    waits for the answer: :meth:`guard` gives a condition under which the step counts on the device, and with "raise" the error
    comes at the start of a later step, when an answer has arrived by itself, which is about all steps before it was asked for;
    or from :meth:`settle`, which waits. Processes that share gradients (DTensor) all do the same.
    """

    def __init__(self, choice: str, fast: bool = False) -> None:
        if choice not in CHOICES:
            raise ValueError(f"nonfinite must be one of {', '.join(CHOICES)}; got {choice!r}")
        self.choice, self.fast = choice, fast
        self.skipped: int | Tensor = 0
        self._good: Tensor | None = None  # on the device: there has been no step to report
        self._pending: tuple[Tensor, torch.cuda.Event] | None = None  # a copy of that on its way here

    def __getstate__(self) -> dict[str, Any]:
        """All but the answer on its way, whose event belongs to this process: the next step asks again."""
        return vars(self) | {"_pending": None}

    def guard(self, grads: list[Tensor]) -> tuple[bool, Tensor | None]:
        """(go, finite): whether to step at all, and a condition on the device under which the step counts (None: it does)."""
        self._report()
        if not grads:
            return True, None
        own = [own_part(g) for g in grads]
        if not any(g.is_cuda for g in own):
            found = compiled_all_finite(own) if self.fast and own[0].device.type == "cpu" else all(map(is_finite, own))
            fine = bool(everywhere(torch.tensor(found, device="cpu"), grads))
            if not fine and self.choice != "skip":
                raise FloatingPointError(self._message(own, ADVICE))
            self.skipped += int(not fine)
            return fine, None
        if torch.cuda.is_current_stream_capturing():
            raise RuntimeError("a step cannot be captured in a CUDA graph: it counts, and makes its numbers anew, on the host")
        finite = everywhere(all_finite(own), grads)
        if self.choice == "skip":
            self.skipped = self.skipped + ~finite
        else:
            self._note(finite)
        return True, finite

    def late(self, grads: list[Tensor]) -> bool:
        """Whether compiled steps on a CPU look at these gradients themselves."""
        return self.choice == "late" and self.fast and on_cpu(grads)

    def spoilt(self, grads: list[Tensor], before: bool, now: bool = False) -> None:
        """Raise for what a step has met, after parameters of it had moved, or while these did; else nothing was changed."""
        raise FloatingPointError(self._message(grads, TOO_LATE if before or now else ADVICE))

    def _note(self, finite: Tensor) -> None:
        self._good = finite if self._good is None else self._good & finite
        if self._pending is None:
            self._pending = self._asked(self._good)

    @staticmethod
    def _asked(good: Tensor) -> tuple[Tensor, torch.cuda.Event]:
        """The answer, once the event has come."""
        answer = torch.empty((), dtype=torch.bool, device="cpu", pin_memory=True).copy_(good, non_blocking=True)
        return answer, torch.cuda.current_stream(good.device).record_event()

    def settle(self) -> None:
        """Wait for the device, and raise FloatingPointError if one of the steps so far is still to be reported."""
        if self._good is not None and not self._good:
            self._raise()

    def _report(self) -> None:
        if self._pending is not None and self._pending[1].query():
            (answer, _), self._pending = self._pending, None
            if not answer:
                self._raise()

    def _raise(self) -> None:
        self._good, self._pending = None, None
        raise FloatingPointError(f"an earlier step had NaN or infinity in its gradients and changed nothing; {ADVICE}")

    @staticmethod
    def _message(grads: list[Tensor], advice: str) -> str:
        for i, g in enumerate(grads):
            if not torch.isfinite(g).all():
                named = f"parameter {i} of those with one, of shape {tuple(g.shape)},"
                return f"the gradient of {named} has NaN or infinity; {advice}"
        return f"the part of a gradient in another process has NaN or infinity; {advice}"


ADVICE = 'nothing was changed: look at the loss, clip the gradients, or skip and count such steps with nonfinite="skip"'
TOO_LATE = 'weights and state are spoilt: go back to a checkpoint, or look before each step with nonfinite="raise"'


def is_finite(g: Tensor) -> bool:
    """No NaN or infinity in g: its sum would show them, and only a sum that has grown too large itself needs another look."""
    return bool(torch.isfinite(g.sum())) or bool(torch.isfinite(g).all())


def all_finite(grads: list[Tensor]) -> Tensor:
    """Condition, 0-d on the device: no gradient has a NaN or an infinity. One pass over them, for their largest entry."""
    filled = [g for g in grads if g.numel()]
    return get_total_norm(filled, norm_type=math.inf) < math.inf if filled else torch.tensor(True, device=grads[0].device)
