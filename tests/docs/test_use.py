"""The pages about ways of use: what they show runs, and prints what they say."""

from __future__ import annotations

import re

import yaml

from tests.docs.pages import DOCS, User, files


def steps():
    jobs = yaml.safe_load((DOCS / "use/theorems.yml").read_text())["jobs"]
    return [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]


def test_the_workflow_is_green_for_a_true_theorem_and_red_for_a_false_one(tmp_path):
    user = User("use/ci.md", tmp_path)
    (tmp_path / "theorems").mkdir()
    (tmp_path / "theorems/my_claim.py").write_text(files("add/claim.md")["my_claim.py"])
    install, check, weekly = steps()
    assert install == 'pip install "$PROXPROOF"'
    user.run_anyway(check)
    assert (tmp_path / "report/junit.xml").is_file()
    user.run_anyway(weekly.replace("$GITHUB_RUN_NUMBER", "17"))
    user.edit("theorems/my_claim.py", 'xp.abs(c["gamma"] - c["t"]) - gap', 'xp.abs(c["gamma"] + c["t"]) - gap')
    user.run("proxproof verify theorems/*.py --out report", 1)


def test_the_prox_map_of_the_page_is_right_and_a_wrong_one_is_found(tmp_path):
    user = User("use/ci.md", tmp_path)
    user.run("python -m pytest test_my_prox.py")
    audit = "proxproof audit test_my_prox:my_prox --value test_my_prox:my_value --scalar"
    user.run(audit)
    user.edit("test_my_prox.py", "np.maximum(np.abs(z) - lam * t, 0)", "np.maximum(np.abs(z) - lam, 0)")
    user.run(audit, 1)


def test_one_definition_prints_what_the_page_shows(tmp_path):
    printed = User("one-definition.md", tmp_path).run("python one_definition.py")
    assert printed == files("one-definition.md")["output of one_definition.py"]


def test_the_page_on_verdicts_names_the_four_that_there_are():
    from verify.evidence.claim import VERDICTS

    assert re.findall(r"^\| \*\*(\w+)\*\* \|", (DOCS / "verdicts.md").read_text(), re.MULTILINE) == list(VERDICTS)


def test_the_training_loop_of_the_page_ends_sparse_and_accurate(tmp_path):
    printed = User("use/gpu.md", tmp_path).run("python sparse_digits.py")
    accuracy, *_ = re.findall(r"accuracy (\S+) %", printed)
    weights, *_ = re.findall(r"^total .*?(\S+)%", printed, re.MULTILINE)
    assert float(accuracy) > 90
    assert 40 < float(weights) < 95


def test_a_claim_is_asked_as_the_notebooks_ask_it(tmp_path):
    user = User("use/notebooks.md", tmp_path)
    assert "refuted" in user.run("python ask.py")
