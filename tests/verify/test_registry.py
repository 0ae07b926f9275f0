"""A name that is taken is refused for a penalty and a method of one's own: the library's would be another one from then on."""

from __future__ import annotations

import pytest

import verify.methods
import verify.penalties
from verify.methods import Method
from verify.penalties import Penalty


@pytest.mark.parametrize(
    ("base", "name", "package", "said"),
    [
        (Penalty, "L1", verify.penalties, "there is a penalty L1 already, in verify.penalties.l1: give yours another name"),
        (Method, "SGD", verify.methods, "there is a method SGD already, in verify.methods"),
    ],
)
def test_a_taken_name_is_refused_and_the_librarys_class_stays(base, name, package, said):
    own = getattr(package, name)
    with pytest.raises(ValueError, match=said):
        type(name, (base,), {"__module__": "mine"})
    assert getattr(package, name) is own is package.REGISTRY[name]


@pytest.mark.parametrize(("base", "package"), [(Penalty, verify.penalties), (Method, verify.methods)])
def test_a_class_of_the_same_module_takes_the_place_of_the_one_before(base, package):
    """As when a notebook's cell is run again."""
    try:
        first, second = (type("Again", (base,), {"__module__": "mine"}) for _ in range(2))
        assert package.REGISTRY["Again"] is second is not first
    finally:
        del package.REGISTRY["Again"]
