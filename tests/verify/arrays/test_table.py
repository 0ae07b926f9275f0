"""The table of operations says how each is called."""

from __future__ import annotations

import inspect
import re

import pytest

from verify import arrays
from verify.arrays import NUMPY

CALLS = re.findall(r"^``(\w+)\(([^)]*)\)``", arrays.__doc__, re.MULTILINE)


@pytest.mark.parametrize(("name", "arguments"), CALLS)
def test_an_operation_takes_the_arguments_of_its_row(name, arguments):
    inspect.signature(getattr(NUMPY, name)).bind(*arguments.split(","))


def test_there_are_rows_with_arguments():
    assert len(CALLS) >= 5
