"""The page as people use it, in a real headless Chromium."""

from __future__ import annotations

import pytest
from browser import Browser

VISIBLE = "[...document.querySelectorAll('.claim')].filter(c => c.checkVisibility()).map(c => c.id)"
COLOURS = """[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('.picture text')).fill]
    .map(c => c.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0))"""
ALL = ["DEMO.L1", "DEMO.L1.fix", "DEMO.soft", "DEMO.E2", "OTHER.T1"]


@pytest.fixture(scope="module")
def window():
    browser = Browser()
    yield browser
    browser.close()


@pytest.fixture
def browser(window, report):
    window.visit("about:blank")
    window.errors()
    window.requests()
    window.visit((report / "index.html").as_uri())
    yield window
    assert window.errors() == []
    assert [url for url in window.requests() if not url.startswith(("file:", "data:"))] == []


def test_all_claims_are_shown_at_first(browser):
    assert browser.run(VISIBLE) == ALL
    assert browser.run("document.querySelector('#shown').textContent") == "5 claims"


def test_a_verdict_chip_hides_and_shows_its_claims(browser):
    browser.click(".chip[data-verdict=refuted]")
    assert browser.run(VISIBLE) == ["DEMO.L1.fix", "DEMO.E2"]
    assert browser.run("document.querySelector('#shown').textContent") == "2 of 5 claims"
    browser.click(".chip[data-verdict=refuted]")
    assert browser.run(VISIBLE) == ALL


def test_the_paper_filter_keeps_one_paper(browser):
    browser.type("#paper", "OTHER")
    assert browser.run(VISIBLE) == ["OTHER.T1"]


def test_search_looks_at_ids_places_and_statements(browser):
    browser.type("#search", "table accuracy")
    assert browser.run(VISIBLE) == ["OTHER.T1"]
    browser.type("#search", " nonsense")
    assert browser.run(VISIBLE) == []
    assert browser.run("document.querySelector('#nothing').checkVisibility()")


def test_errata_only(browser):
    browser.click("#errata")
    assert browser.run(VISIBLE) == ["DEMO.L1", "OTHER.T1"]


def test_the_link_to_a_fix_opens_it_and_links_back_even_when_filtered_out(browser):
    browser.click("#unfold")
    browser.click(".chip[data-verdict=proved]")
    browser.click("[id='DEMO.L1'] .links a")
    assert browser.run("location.hash") == "#DEMO.L1.fix"
    assert "DEMO.L1.fix" in browser.run(VISIBLE)
    assert browser.run("document.getElementById('DEMO.L1.fix').querySelector('details').open")
    assert browser.run("document.getElementById('DEMO.L1.fix').querySelector('.links a').hash") == "#DEMO.L1"


def test_formulas_and_pictures_are_drawn(browser):
    browser.click("#unfold")
    assert browser.run("document.querySelector('math mfrac').getBoundingClientRect().height") > 10
    assert browser.run("document.querySelector('.picture').getBoundingClientRect().width") > 200
    assert browser.run("document.querySelectorAll('.histogram rect').length") > 10


def test_a_phone_scrolls_in_one_direction_only(browser):
    browser.click("#unfold")
    browser.emulate("DeviceMetricsOverride", width=360, height=780, deviceScaleFactor=1, mobile=True)
    assert browser.run("innerWidth") == 360
    assert browser.run("document.documentElement.scrollWidth") <= 360
    browser.emulate("DeviceMetricsOverride", width=0, height=0, deviceScaleFactor=0, mobile=False)


def test_dark_mode_turns_the_page_and_its_pictures_dark(browser):
    browser.click("#unfold")
    colours = [browser.run(COLOURS)]
    browser.emulate("EmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    colours.append(browser.run(COLOURS))
    browser.emulate("EmulatedMedia", features=[])
    (light_page, light_text), (dark_page, dark_text) = colours
    assert light_text < 300 < light_page
    assert dark_page < 150 < dark_text


def test_without_chromium_the_test_fails_and_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(pytest.fail.Exception, match="apt install chromium"):
        Browser()
