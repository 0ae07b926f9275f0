"""Runs in processes of their own, forked from the test so that nothing is imported again."""

from __future__ import annotations

import faulthandler
import os
import sys
from collections.abc import Callable
from typing import Any

import torch

LIMIT = 150  # seconds


def forked(work: Callable[[], Any]) -> int:
    """The process in which ``work`` runs on one thread; it ends with 0, or 1 where it raised or, told where, hung."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        faulthandler.dump_traceback_later(LIMIT, exit=True, file=sys.__stderr__)
        torch.set_num_threads(1)
        work()
        status = 0
    finally:
        os._exit(status)


def ended(child: int) -> int:
    """What ``wait`` says of it: 0, an exit status above 0, or minus the signal."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
