from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from verify.evidence import CLAIMS, decide
from verify.report import write_report
from verify.user_files import import_file


@pytest.fixture(scope="package")
def report(tmp_path_factory):
    """The folder of a report on the demo claims."""
    folder = tmp_path_factory.mktemp("demo")
    before = dict(CLAIMS)
    shutil.copy(Path(__file__).parent / "demo_claims.py", folder)
    module = import_file(folder / "demo_claims.py")
    claims = [claim for claim in CLAIMS.values() if type(claim).__module__ == module]
    write_report(folder / "report", claims, [decide(claim) for claim in claims], budget="quick", seed=0, seconds=1.0)
    CLAIMS.clear()
    CLAIMS.update(before)
    return folder / "report"


@pytest.fixture(scope="package")
def data(report):
    return json.loads((report / "report.json").read_text())
