"""What is imported when: the core needs NumPy alone."""

from __future__ import annotations

import subprocess
import sys

BLOCK = """
import sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition('.')[0] in 'scipy z3 mpmath matplotlib torch rich jinja2 click sympy latex2mathml'.split():
            raise ImportError(name + ' is blocked')
sys.meta_path.insert(0, Blocker())
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", BLOCK + code], capture_output=True, text=True, check=False)


def test_penalties_methods_and_losses_need_numpy_alone():
    done = run(
        "import verify.penalties, verify.methods, verify.losses; print(verify.penalties.REGISTRY['L1'](1.0).prox(3.0, 1.0))"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "2.0"


def test_a_star_brings_every_penalty_and_every_method():
    done = run("from verify.methods import *\nfrom verify.penalties import *\nprint(MCP.__name__, RMDA.__name__)")
    assert done.stdout == "MCP RMDA\n", done.stderr


def test_the_block_works():
    assert "blocked" in run("import scipy").stderr
