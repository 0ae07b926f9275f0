"""Where steps are timed: on a GPU if there is one, many of them before anybody waits for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

AT_ONCE = {"cpu": 1, "cuda": 20}  # steps that are made before anybody waits for the device


def best() -> torch.device:
    """The device to time on."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def name(device: torch.device) -> str:
    """The device in words."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else f"{torch.get_num_threads()} thread(s)"


def repeated(step: Callable[[], Any], device: torch.device) -> Callable[[], Any]:
    """As many steps as are made at once on the device, which has then finished them."""
    if device.type == "cpu":
        return step

    def steps() -> None:
        for _ in range(AT_ONCE[device.type]):
            step()
        torch.cuda.synchronize(device)

    return steps
