"""Tests mean the same however they are started."""

import signal


def pytest_configure():
    """A shell starts what runs behind it with Ctrl-C ignored, and every process from there on; tests send it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
