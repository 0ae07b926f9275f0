"""Files with recipes of the user's own: two, or one."""

from __future__ import annotations

import pytest


@pytest.fixture
def own(tmp_path):
    from tests.deep.commands.calls import OWN  # torch is needed

    path = tmp_path / "own.py"
    path.write_text(OWN)
    return path


@pytest.fixture
def one(own):
    text = own.read_text().replace('("RMDA", "ProxSGD")', '("RMDA",)')
    own.write_text(text)
    return str(own)
