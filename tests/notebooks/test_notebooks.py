"""The notebooks as they are kept: executed, small, thin, without errors. ``make run-notebooks`` runs them."""

from __future__ import annotations

import json
import re
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import pytest

from verify import interactive
from verify.claims import load

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LARGEST, LONGEST = 300_000, 45  # bytes a file, lines a cell


def cells(path, kind):
    return [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == kind]


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return request.param


def test_there_is_a_tour_and_one_for_each_paper():
    assert {"00-start-here", "01-rvsm", "02-sr2", "03-proxgen", "04-mrda", "05-rmda", "06-smaller"} <= {
        path.stem for path in NOTEBOOKS
    }


def test_it_was_run_from_top_to_bottom_and_nothing_raised(notebook):
    code = cells(notebook, "code")
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    kinds = {output["output_type"] for cell in code for output in cell["outputs"]}
    assert kinds <= {"display_data", "execute_result", "stream"}
    assert not [o for cell in code for o in cell["outputs"] if o.get("name") == "stderr"]


def test_it_begins_with_a_picture_or_a_verdict_and_every_slider_stands_beside_a_still(notebook):
    code = cells(notebook, "code")
    shown = [{kind for output in cell["outputs"] for kind in output.get("data", {})} for cell in code]
    assert "image/png" in shown[0]
    sliders = sum("interact(" in "".join(cell["source"]) for cell in code)
    assert sum("image/png" in kinds for kinds in shown) >= sliders > 0


def test_every_verdict_is_the_pinned_one_but_for_the_guess_of_the_tour(notebook):
    shown = [output.get("data", {}).get("text/markdown") for cell in cells(notebook, "code") for output in cell["outputs"]]
    said = ["".join(text) for text in shown if text]
    odd = [text for text in said if "pinned as" in text]
    assert len(said) >= 4
    assert all("MY." in text for text in odd)


def test_its_cards_say_of_a_claim_what_is_said_of_it_now(notebook):
    """But for the evidence, which ``make run-notebooks`` finds anew: cards went on with errata that were withdrawn."""
    claims, cards = load(), list(stored_cards(notebook))
    assert cards
    for id, text in cards:
        if id not in claims:  # it is defined in a cell
            assert id.startswith("MY.")
            continue
        claim = claims[id]
        pinned = SimpleNamespace(verdict=claim.expected, as_expected=True)
        blocks = text.split("\n\n")
        assert blocks[:2] == list(islice(interactive._blocks(claim, pinned), 2))
        corrected = [block for block in blocks if block.startswith("Corrected as")]
        assert corrected == ([f"Corrected as `{claim.fix}`."] if claim.fix else [])


def stored_cards(notebook):
    for cell in cells(notebook, "code"):
        for output in cell["outputs"]:
            for kind in ("text/markdown", "text/plain"):
                text = "".join(output.get("data", {}).get(kind, ""))
                if found := re.match(r"\*\*\S+ (?:proved|unrefuted|refuted|undecided)\*\* · `([^`]+)`", text):
                    yield found[1], text


def test_it_is_small_and_thin(notebook):
    assert notebook.stat().st_size < LARGEST
    assert max(len("".join(cell["source"]).splitlines()) for cell in cells(notebook, "code")) <= LONGEST


def test_nothing_in_it_is_of_one_machine(notebook):
    text = notebook.read_text(encoding="utf-8")
    assert not re.search(r"/(home|root|tmp|Users|usr|work)/|0x[0-9a-f]{8,}", text)
    assert "widget-view" not in text


def test_its_links_lead_somewhere(notebook):
    links = [link for cell in cells(notebook, "markdown") for link in re.findall(r"\]\(([^)#]+)", "".join(cell["source"]))]
    assert links
    assert [link for link in links if "://" not in link and not (notebook.parent / link).exists()] == []
