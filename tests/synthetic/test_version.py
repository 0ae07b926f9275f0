"""What computes imports nothing that is left out of the version."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from synthetic import version


def test_what_computes_imports_only_what_the_version_covers():
    ours = "m.__file__ for n, m in sys.modules.items() if n.startswith(('synthetic', 'verify'))"
    code = f"import sys, synthetic.run; print(*({ours}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=version.ROOT)
    loaded = {Path(file) for file in done.stdout.split()}
    assert len(loaded) > 40
    change_no_number = ("__init__.py", "files.py", "names.py", "options.py")
    assert loaded - set(version.sources()) == {version.ROOT / "verify" / name for name in change_no_number}
