"""The check of links finds what leads nowhere; links of the files that are read unbuilt lead somewhere."""

from __future__ import annotations

import re

import pytest

from docs.links import broken
from tests.docs.pages import ROOT

READ_UNBUILT = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]


def site(folder, body):
    (folder / "picture.png").touch()
    (folder / "other.html").write_text('<p id="here">text</p>')
    (folder / "index.html").write_text(f'<html><body id="top">{body}</body></html>')
    return broken(folder)


@pytest.mark.parametrize(
    "body",
    [
        '<a href="other.html#here">x</a>',
        '<a href="#top">x</a>',
        '<img src="picture.png">',
        '<a href="https://example.org/nowhere">another site is not followed</a>',
        '<img src="data:image/png;base64,AA==">',
    ],
)
def test_what_leads_somewhere_is_no_fault(tmp_path, body):
    assert site(tmp_path, body) == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('<a href="gone.html">x</a>', "no such file"),
        ('<a href="other.html#gone">x</a>', "no such anchor"),
        ('<a href="#gone">x</a>', "no such anchor"),
        ('<img src="gone.png">', "no such file"),
        ('<script src="https://example.org/a.js"></script>', "loaded from another site"),
        ('<link rel="stylesheet" href="//example.org/a.css">', "loaded from another site"),
    ],
)
def test_what_leads_nowhere_is_named(tmp_path, body, fault):
    (found,) = site(tmp_path, body)
    assert found.startswith("index.html: ")
    assert fault in found


def slugs(text):
    """The anchors that a forge makes of headings."""
    titles = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("name", READ_UNBUILT)
def test_links_of_files_read_unbuilt_lead_somewhere(name):
    for target in re.findall(r"\]\(([^)\s]+)\)", (ROOT / name).read_text()):
        if target.startswith("http"):
            continue
        path, _, anchor = target.partition("#")
        file = ROOT / path if path else ROOT / name
        assert file.exists(), f"{name}: {target}"
        assert not anchor or anchor in slugs(file.read_text()), f"{name}: {target}"
