"""Running the notebooks: one that raises is told, and sliders are kept as a line of text."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat", reason="needs the notebooks extra")
pytest.importorskip("nbclient", reason="needs the notebooks extra")
pytest.importorskip("ipykernel", reason="needs the notebooks extra")

RUN = Path(__file__).parents[2] / "notebooks" / "run.py"


def notebook(path, *sources):
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources]), path)
    return path


def test_a_cell_that_raises_fails_the_run_and_the_file_stays_as_it_was(tmp_path):
    fine, broken = notebook(tmp_path / "fine.ipynb", "6 * 7"), notebook(tmp_path / "broken.ipynb", "1 / 0")
    before = broken.read_bytes()
    done = subprocess.run([sys.executable, RUN, "--save", broken, fine], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stdout
    assert broken.read_bytes() == before
    assert nbformat.read(fine, 4).cells[0].outputs[0].data["text/plain"] == "42"


def test_sliders_are_kept_as_a_line_of_text(tmp_path):
    pytest.importorskip("ipywidgets")
    path = notebook(tmp_path / "slider.ipynb", "from ipywidgets import interact", "interact(lambda x: x, x=(0, 3));")
    subprocess.run([sys.executable, RUN, "--save", path], check=True, capture_output=True)
    (output,) = nbformat.read(path, 4).cells[1].outputs
    assert list(output.data) == ["text/plain"]
    assert "Sliders" in output.data["text/plain"]
    assert "widgets" not in nbformat.read(path, 4).metadata
