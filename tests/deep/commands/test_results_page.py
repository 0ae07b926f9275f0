"""The page of results as people see it, in a real headless Chromium."""

from __future__ import annotations

from contextlib import closing

import pytest

pytest.importorskip("torch", reason="the deep extra is not installed")

from tests.deep.commands.calls import call
from tests.verify.report.browser import Browser


@pytest.fixture
def browser(one, tmp_path):
    """The page of a run with a setting of its own, which is said beside its name."""
    page = tmp_path / "results.html"
    assert call("train", one, "--out", tmp_path / "runs", "--set", "label_smoothing=0.125") == 0
    assert call("results", tmp_path / "runs", "--page", page) == 0
    with closing(Browser()) as window:
        window.visit(page.as_uri())
        yield window


def test_on_a_phone_the_table_scrolls_and_the_page_does_not(browser):
    browser.emulate("DeviceMetricsOverride", width=390, height=780, deviceScaleFactor=1, mobile=True)
    browser.run("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert browser.run("innerWidth") == 390
    assert browser.run("document.documentElement.scrollWidth") <= 390
    box = "document.querySelector('table').parentElement"
    assert browser.run(f"{box}.scrollWidth > {box}.clientWidth")
    browser.run(f"{box}.scrollLeft = 1000")
    assert browser.run("document.querySelector('th:last-child').getBoundingClientRect().right") <= 390
