"""The report as JUnit XML: one test case a claim, which fails when its verdict is not the pinned one."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(data: dict[str, Any]) -> str:
    """JUnit XML of a report's data, a suite a paper."""
    claims = data["claims"]
    root = ET.Element("testsuites", {"name": "proxproof"} | _totals(claims, data["seconds"]))
    for paper in dict.fromkeys(claim["paper"] for claim in claims):
        mine = [claim for claim in claims if claim["paper"] == paper]
        suite = ET.SubElement(root, "testsuite", {"name": paper} | _totals(mine, sum(claim["seconds"] for claim in mine)))
        for claim in mine:
            _case(suite, claim)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _totals(claims: list[dict[str, Any]], seconds: float) -> dict[str, str]:
    odd = sum(claim["verdict"] != claim["expected"] for claim in claims)
    return {"tests": str(len(claims)), "failures": str(odd), "errors": "0", "skipped": "0", "time": f"{seconds:.3f}"}


def _case(suite: ET.Element, claim: dict[str, Any]) -> None:
    case = ET.SubElement(suite, "testcase", classname=claim["paper"], name=claim["id"], time=f"{claim['seconds']:.3f}")
    said = _FORBIDDEN.sub("?", f"{claim['verdict']}: {claim['reason']}")
    if claim["verdict"] != claim["expected"]:
        failure = ET.SubElement(
            case, "failure", message=f"expected {claim['expected']}, found {claim['verdict']}", type="verdict"
        )
        failure.text = said
    ET.SubElement(case, "system-out").text = said
