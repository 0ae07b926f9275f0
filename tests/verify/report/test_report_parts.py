"""The parts of the page: formulas, numbers, drawings."""

from __future__ import annotations

import pytest

from verify.commands.text import plain
from verify.report.drawings import histogram
from verify.report.mathematics import paragraphs, relations, text
from verify.report.numbers import count, full, short


def test_formulas_become_mathml_and_text_is_escaped():
    shown = text(r"a < b, $\frac{1}{2} \le |x|$, `code`, a lone \$ sign")
    assert "a &lt; b" in shown
    assert "<mfrac>" in shown
    assert "<code>code</code>" in shown
    assert "a lone $ sign" in shown
    assert "xmlns" not in shown


def test_no_line_ends_between_a_formula_and_the_signs_beside_it():
    unbroken = '<span style="white-space: nowrap">{}</span>'.format
    x = "<math><mrow><mi>x</mi></mrow></math>"
    assert (
        text("of $x$, and ($x$): $x$ < ($x$ too)")
        == f"of {unbroken(f'{x},')} and {unbroken(f'({x}):')} {x} &lt; {unbroken(f'({x}')} too)"
    )
    assert text("`x`, or x.") == "<code>x</code>, or x."


def test_a_formula_that_cannot_be_read_is_shown_as_it_stands():
    assert text(r"$\frac{$") == r"<code>\frac{</code>"


def test_an_unpaired_dollar_is_text():
    assert text("costs $5") == "costs $5"


def test_blank_lines_separate_paragraphs():
    assert paragraphs("one\ntwo\n\nthree") == "<p>one\ntwo</p><p>three</p>"


def test_plain_relations_are_set_outside_formulas_only():
    assert relations("x <= 1 and $y <= 2$") == "x ≤ 1 and $y <= 2$"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.5, "0.5"), (-2.5e-9, "−2.5·10<sup>−9</sup>"), (1e300, "1·10<sup>300</sup>"), (0.0, "0"), (None, "–")],
)
def test_short_numbers(value, shown):
    assert short(value) == shown


def test_full_numbers_keep_every_digit_and_cut_long_vectors():
    assert full([1.0, 0.1, [2, -3.5e-20]]) == "(1, 0.1, (2, -3.5e-20))"
    assert full(list(range(15))).endswith("11, … 3 more)")


def test_counts():
    assert (count(1, "lemma"), count(12000, "case")) == ("1 lemma", "12,000 cases")


@pytest.mark.parametrize("margins", [[], [0.0], [0.0] * 101, [0.999, 1.0]])
def test_no_histogram_of_one_value(margins):
    assert histogram(margins) is None


@pytest.mark.parametrize(
    "margins",
    [[-1.0, 0.0, 0.0, 1.0], [1e-300, 1.0], [-1e300, -1.0], [0.0, 0.0, 1e-12, 1e9], [5e-324, 1e-323], [-1e308, 1.7e308]],
)
def test_histograms_of_any_range_have_finite_coordinates(margins):
    drawing = histogram(margins)
    assert drawing is not None
    assert "nan" not in drawing
    assert "inf" not in drawing
    assert ("below" in drawing) == (margins[0] < 0)


def test_latex_on_a_terminal():
    shown = plain(r"if $\|w^{t}\| \le \frac{1}{\beta + L}$ then $\lambda \in \mathbb{R}$")
    assert shown == "if ‖w^t‖ <= 1/(β + L) then λ ∈ R"
