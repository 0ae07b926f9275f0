"""Where torch is not installed there is nothing to test here; where it is, each test leaves its threads as they were."""

from importlib.util import find_spec

import pytest

collect_ignore_glob = [] if find_spec("torch") else ["*"]


@pytest.fixture(autouse=True)
def threads():
    """Commands set torch's threads for good, as their process is their own."""
    import torch

    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)
