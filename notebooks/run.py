"""Run the notebooks from top to bottom, each in a kernel of its own. ``--save`` writes what they show into the files.

    python notebooks/run.py [--save] [NOTEBOOK.ipynb ...]

Exits with 1 if a cell of any of them raises, after all have run.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbclient.output_widget import OutputWidget

FOLDER = Path(__file__).parent
SLIDERS = "application/vnd.jupyter.widget-view+json"
STILL = "Sliders: they appear when this cell runs in Jupyter (make notebooks)."
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


class Silent(OutputWidget):
    """The place where a slider's picture goes, without its answers to the kernel: they share a socket with the wait for the
    reply of a cell, which now and then was missed until the time limit."""

    def sync_state(self) -> None:
        pass


def run(path: Path) -> Any:
    """The notebook with the outputs of a fresh run. Raises CellExecutionError."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    quiet = ["--log-level=ERROR"]
    there = {"metadata": {"path": str(FOLDER)}}
    client = NotebookClient(notebook, timeout=300, record_timing=False, extra_arguments=quiet, resources=there)
    client.widget_registry = {"@jupyter-widgets/output": {"OutputModel": Silent}}
    client.execute()
    return notebook


def still(notebook: Any) -> Any:
    """The notebook as it is kept: the same on every machine, and a line of text where sliders were, since they move only in a
    running Jupyter."""
    notebook.metadata = METADATA
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if SLIDERS in output.get("data", {}):
                output["data"] = {"text/plain": STILL}
                output["metadata"] = {}
    return notebook


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebooks", nargs="*", type=Path, help="which ones; all of this folder by default")
    parser.add_argument("--save", action="store_true", help="write the outputs into the files")
    chosen = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    failed = 0
    for path in chosen.notebooks or sorted(FOLDER.glob("*.ipynb")):
        print(f"{path.stem:<20}", end="", flush=True)
        start = time.perf_counter()
        try:
            done = run(path)
        except CellExecutionError as error:
            failed += 1
            print(f"failed\n{error}")
            continue
        print(f"{time.perf_counter() - start:6.1f} s", flush=True)
        if chosen.save:
            temporary = path.with_suffix(".part")
            nbformat.write(still(done), temporary)
            temporary.replace(path)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
