"""References on disk: computed once, found by what they rest on, never half written."""

from __future__ import annotations

import os
import sys
from dataclasses import fields, replace

import numpy as np
import pytest

from synthetic.problems import Lasso
from synthetic.reference import cache, cached, certify
from verify.penalties import L1
from verify.user_files import import_file


def small(**changes):
    return Lasso(samples=20, dimension=6, active=2, **changes).instance([1, 2])


def test_the_second_time_it_is_read(tmp_path, monkeypatch):
    first = cached(small(), tmp_path)
    monkeypatch.setattr(cache, "certify", lambda instance: pytest.fail("computed again"))
    again, fresh = cached(small(), tmp_path), certify(small())
    for name in ("kkt", "margin", "smallest", "objective", "bin"):
        assert (getattr(again, name) == getattr(first, name)).all()
        assert (getattr(again, name) == getattr(fresh, name)).all()
    assert (again.w["w"] == fresh.w["w"]).all()
    assert (again.pattern["w"] == fresh.pattern["w"]).all()


@pytest.mark.parametrize(
    "other", [small(lam=0.2), small(noise=0.1), small().repeat(2), Lasso(samples=20, dimension=6, active=2).instance([1, 3])]
)
def test_another_instance_has_another_name(other):
    assert cache.fingerprint(other) != cache.fingerprint(small())
    assert cache.fingerprint(small()) == cache.fingerprint(small())


def test_penalties_count_with_all_their_entries_and_digits():
    instance = Lasso(samples=20, dimension=1200, active=2).instance([1])
    weights = np.full(1200, 0.15)
    for place, change in ((600, 0.45), (600, 1e-12), (0, 1e-12)):
        other = weights.copy()
        other[place] += change
        names = {cache.fingerprint(replace(instance, blocks={"w": L1(lam)})) for lam in (weights, other)}
        assert len(names) == 2, (place, change)


def test_the_text_of_the_users_own_class_counts(tmp_path):
    file, seen = tmp_path / "own.py", set()
    for factor in (1, 3):
        file.write_text(
            f"from synthetic.problems.linear_model import LinearModel\nclass Own(LinearModel):\n    by = {factor}\n"
        )
        name = import_file(file)
        own = sys.modules[name].Own(**{field.name: getattr(small(), field.name) for field in fields(small())})
        seen |= {cache.fingerprint(own), cache.fingerprint(own)}
        del sys.modules[name]
    assert len(seen) == 2
    assert cache.fingerprint(own) != cache.fingerprint(own)  # a module whose text is not known is never taken for another


def test_another_code_has_another_name(monkeypatch):
    before = cache.fingerprint(small())
    monkeypatch.setattr(cache, "code_version", lambda: "another")
    assert cache.fingerprint(small()) != before


def test_killed_while_writing_leaves_no_reference(tmp_path, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(os, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            cached(small(), tmp_path)
    assert not list(tmp_path.glob("*.npz"))
    assert np.isfinite(cached(small(), tmp_path).objective).all()


@pytest.mark.parametrize("keep", [0, 30, 200, -1])
def test_a_damaged_reference_is_made_again(tmp_path, keep):
    first = cached(small(), tmp_path)
    (file,) = tmp_path.iterdir()
    content = file.read_bytes()
    file.write_bytes(content[:keep])
    assert (cached(small(), tmp_path).objective == first.objective).all()
    file.write_bytes(content.replace(first.w["w"].tobytes(), np.zeros_like(first.w["w"]).tobytes()))
    assert (cached(small(), tmp_path).w["w"] == first.w["w"]).all()
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [content]


def test_a_reference_is_on_the_disk_before_its_name(tmp_path, monkeypatch):
    done = []
    monkeypatch.setattr(os, "fsync", lambda handle, real=os.fsync: (done.append("flush"), real(handle)))
    monkeypatch.setattr(os, "replace", lambda *names, real=os.replace: (done.append("rename"), real(*names)))
    cached(small(), tmp_path)
    assert done[:2] == ["flush", "rename"]
