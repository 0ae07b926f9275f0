"""The claim shown in CONTRIBUTING.md runs as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_example_claim_is_checked_by_the_command_shown(tmp_path):
    text = (ROOT / "CONTRIBUTING.md").read_text()
    block = re.search(r"<!-- my_claim.py -->\n```python\n(.*?)```", text, re.DOTALL)
    assert block
    (tmp_path / "my_claim.py").write_text(block.group(1))
    command = re.search(r"^    (proxproof verify my_claim.py)$", text, re.MULTILINE)
    assert command
    done = subprocess.run(
        [sys.executable, "-m", "verify", *command.group(1).split()[1:]],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "MY.mcp.lipschitz" in done.stdout
    assert "proved" in done.stdout


def test_the_example_is_about_thirty_lines():
    text = (ROOT / "CONTRIBUTING.md").read_text()
    block = re.search(r"<!-- my_claim.py -->\n```python\n(.*?)```", text, re.DOTALL)
    assert block
    assert len([line for line in block.group(1).splitlines() if line.strip()]) <= 36
