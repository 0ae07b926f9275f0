"""What the tests of claims share."""

from __future__ import annotations

import pytest

from verify.claims import load
from verify.evidence import CLAIMS


@pytest.fixture
def registry():
    """The claims as they are, whatever a test registers; loaded before, or those loaded within would be lost for good."""
    before = dict(load())
    yield
    CLAIMS.clear()
    CLAIMS.update(before)
