"""A file of the user's own with the modules beside it: one digest, that of what is run."""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path

import pytest

import verify.methods.rmda
from verify.user_files import digest_of, import_file
from verify.user_imports import digest

FILES = {
    "project/own.py": "import math\nfrom rule import step\nfrom kit import lazy as later\n",
    "project/rule.py": "from kit.deep.inner import depth\ndef step():\n    import late\n",
    "project/late.py": "",
    "project/kit/__init__.py": "",
    "project/kit/lazy.py": "from . import near\nfrom .deep import inner\n",
    "project/kit/near.py": "",
    "project/kit/deep/__init__.py": "",
    "project/kit/deep/inner.py": "from ..far import *\nimport rule\ndepth = 2\n",
    "project/kit/far.py": "import project.above\n",
    "project/above.py": "import top\n",
    "top.py": "",
    "project/another.py": "import rule\n",
    "project/text.txt": "",
}
STRANGERS = {"project/another.py", "project/text.txt"}


@pytest.fixture
def folder(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def found(folder: Path) -> str:
    own = folder / "project" / "own.py"
    return digest(own, own.read_bytes())


@pytest.mark.parametrize("name", FILES)
def test_what_a_file_imports_counts_and_nothing_else(folder, name):
    before = found(folder)
    (folder / name).write_text(f"{FILES[name]}# edited\n")
    assert (found(folder) == before) == (name in STRANGERS)
    (folder / name).write_text(FILES[name])
    assert found(folder) == before


def test_a_folder_that_is_moved_keeps_its_digest_and_a_module_that_is_renamed_does_not(folder, tmp_path):
    before = found(folder)
    (folder / "project").rename(folder / "project2")
    (folder / "project2").rename(folder / "project")
    assert found(folder) == before
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    for name in ("project", "top.py"):
        (folder / name).rename(moved / name)
    assert found(moved) == before
    (moved / "project" / "late.py").rename(moved / "project" / "later.py")
    rule = moved / "project" / "rule.py"
    rule.write_text(rule.read_text().replace("late", "later"))
    assert found(moved) != before


@pytest.mark.parametrize(
    "text",
    [
        "import math, numpy, verify.penalties\nfrom verify.methods import *\n",
        "def (\n",
        "from ... import x",
        f"import {300 * 'a'}",
    ],
)
def test_without_modules_beside_it_the_digest_is_that_of_the_text(tmp_path, text):
    path = tmp_path / "alone.py"
    assert digest(path, text.encode()) == sha256(text.encode()).hexdigest()


def test_our_own_code_is_not_the_users(monkeypatch):
    root = Path(verify.__file__).parents[1]
    text = b"import verify.penalties, deep.models, synthetic.run"
    assert digest(root / "own.py", text) == sha256(text).hexdigest()
    assert import_file(Path(verify.methods.rmda.__file__)) == "verify.methods.rmda"
    assert digest_of(Path(verify.methods.rmda.__file__)) == ""


def test_a_module_beside_a_file_is_imported_wherever_python_was_begun_and_not_edited_meanwhile(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "beside_it.py").write_text("STEP = 1\n")
    own = tmp_path / "own.py"
    own.write_text("from beside_it import STEP\n")
    assert sys.modules[import_file(own)].STEP == 1
    assert digest_of(own) == digest(own, own.read_bytes()) == sys.modules[import_file(own)].__digest__
    (tmp_path / "beside_it.py").write_text("STEP = 2\n")
    with pytest.raises(RuntimeError, match=r"own\.py, or a module beside it, was edited after this process"):
        import_file(own)
    assert digest_of(own) != digest(own, own.read_bytes())


def test_a_module_beside_a_file_is_not_mixed_up_with_one_of_its_name(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "of_one_name.py").write_text(f"NAME = {name!r}\n")
        (tmp_path / name / "queue.py").write_text("")
        (tmp_path / name / "own.py").write_text("import queue\nfrom of_one_name import NAME\nqueue.Queue\n")
    assert sys.modules[import_file(tmp_path / "first" / "own.py")].NAME == "first"
    other, beside = (tmp_path / name / "of_one_name.py" for name in ("first", "second"))
    with pytest.raises(ImportError, match=f"of_one_name is {other} here, and not {beside}: give that another name"):
        import_file(tmp_path / "second" / "own.py")


def test_a_module_that_was_edited_between_two_files_that_import_it_is_not_taken_for_its_new_text(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    beside, first, second, wrong = (tmp_path / f"{name}.py" for name in ("beside_two", "one", "two", "wrong"))
    beside.write_text("STEP = 1\n")
    first.write_text("from beside_two import STEP\n")
    second.write_text("from beside_two import STEP\n")
    wrong.write_text("import beside_two\n1 / 0\n")
    with pytest.raises(ZeroDivisionError):
        import_file(wrong)
    beside.write_text("STEP = 2\n")
    for path in (first, second):
        with pytest.raises(RuntimeError, match=r"beside_two\.py was edited after this process imported it: start again"):
            import_file(path)
    beside.write_text("STEP = 1\n")
    assert sys.modules[import_file(first)].STEP == 1


def test_modules_of_one_name_that_functions_import_are_not_mixed_up_either(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "later.py").write_text(f"NAME = {name!r}\n")
        (tmp_path / name / "own.py").write_text("def name():\n    from later import NAME\n    return NAME\n")
    assert sys.modules[import_file(tmp_path / "first" / "own.py")].name() == "first"
    del sys.modules["later"]
    with pytest.raises(ImportError, match="give that another name"):
        import_file(tmp_path / "second" / "own.py")
