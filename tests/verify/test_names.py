"""The hint after an unknown name."""

from __future__ import annotations

from verify.names import hint

KNOWN = ("ProxSGD", "ProxSSI", "ProxGEN", "ProxQuant", "RMDA")


def test_names_that_begin_alike_come_before_those_that_resemble():
    assert hint("rm", KNOWN) == "did you mean RMDA?"
    assert hint("PROX", KNOWN) == "did you mean ProxSGD or ProxSSI or ProxGEN?"
    assert hint("ProxSDG", KNOWN).startswith("did you mean ProxSGD")


def test_no_question_where_nothing_is_near():
    assert hint("Adam", KNOWN) == ""
