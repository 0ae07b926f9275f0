"""Runs in processes of their own, forked from the test so that nothing is imported again."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

import torch

LIMIT = 300  # seconds


def forked(work: Callable[[], Any]) -> int:
    """The process in which ``work`` runs on one thread; it ends with 0, or 1 where it raised."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        signal.alarm(LIMIT)
        torch.set_num_threads(1)
        work()
        status = 0
    finally:
        os._exit(status)


def ended(child: int) -> int:
    """What ``wait`` says of it: 0, an exit status above 0, or minus the signal."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
