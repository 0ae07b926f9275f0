"""What the pages say about adding something: their own files, saved where they say, do what they say."""

from __future__ import annotations

import json
import re

from tests.docs.pages import DOCS, User, checkout, files


def test_a_penalty_is_one_file_and_its_claims_come_into_being(tmp_path):
    user = User("add/penalty.md", checkout(tmp_path), tmp_path)
    assert "Huber: lam x^2/(2 delta)" in user.run("proxproof list penalties")
    found = user.run("proxproof verify 'PROX.Huber*'")
    assert re.search(r"PROX\.Huber +unrefuted +as pinned", found)
    assert re.search(r"PROX\.Huber\.subdifferential +unrefuted +as pinned", found)


def test_the_classical_mistake_in_it_is_refuted_in_the_words_shown(tmp_path):
    user = User("add/penalty.md", checkout(tmp_path), tmp_path)
    user.edit("verify/penalties/huber.py", "xp.abs(z) <= self.delta + shift", "xp.abs(z) <= self.delta")
    told = re.search(r"```text\n(.*?)\n```", (DOCS / "add/penalty.md").read_text(), re.DOTALL)
    assert told
    printed = user.run_anyway("proxproof verify PROX.Huber", 1)
    assert told[1] in printed and "mend what is wrong in huber.py" in printed and "pin it" not in printed


def test_with_the_line_shown_it_is_proved(tmp_path):
    user = User("add/penalty.md", checkout(tmp_path), tmp_path)
    shown = re.search(r"```python\n(def huber.*?)```", (DOCS / "add/penalty.md").read_text(), re.DOTALL)
    assert shown
    direct = tmp_path / "verify/claims/prox/direct.py"
    direct.write_text(direct.read_text() + "\nfrom verify.penalties.huber import Huber\n\n" + shown[1])
    user.edit("verify/claims/prox/chains.py", '    "Box": direct.box,', '    "Box": direct.box,\n    "Huber": direct.huber,')
    assert re.search(r"PROX\.Huber +proved +as pinned", user.run_anyway("proxproof verify PROX.Huber"))


def test_a_method_is_one_file_with_a_claim_a_solver_and_an_optimizer(tmp_path):
    user = User("add/method.md", checkout(tmp_path), tmp_path)
    assert "ProxEvery: Gradient steps" in user.run_anyway("proxproof list methods")
    assert re.search(r"MY\.every +proved +as pinned", user.run("proxproof verify every_claim.py"))
    bench = user.run("proxproof bench every_solver.py Lasso --methods Seldom,ProxSGD --seeds 4 --epochs 20 --out seldom")
    assert re.search(r"Seldom +4 ", bench)
    printed = user.run("python every_optimizer.py")
    assert f"```text\n{printed}```" in (DOCS / "add/method.md").read_text()
    user.edit("verify/methods/prox_every.py", "hyper.every * hyper.alpha", "hyper.alpha")
    assert "found refuted" in user.run_anyway("proxproof verify every_claim.py", 1)


def test_a_claim_is_checked_and_its_hypothesis_is_needed(tmp_path):
    user = User("add/claim.md", tmp_path)
    assert re.search(r"MY\.mcp\.lipschitz +proved +as pinned", user.run("proxproof verify my_claim.py"))
    assert re.search(r"small_step.*needed", user.run("proxproof show my_claim.py"))


def test_a_wrong_claim_turns_red_with_a_counterexample_to_replay(tmp_path):
    user = User("add/claim.md", tmp_path)
    user.edit("my_claim.py", 'xp.abs(c["gamma"] - c["t"]) - gap', 'xp.abs(c["gamma"] + c["t"]) - gap')
    assert "counterexample" in user.run("proxproof show my_claim.py", 1)
    assert "margin" in user.run("proxproof replay my_claim.py", 1)


def test_a_theorem_is_asked_about_one_case_and_checked_with_constants_of_ones_own(tmp_path):
    user = User("add/claim.md", tmp_path)
    printed = user.run("python own_numbers.py")
    assert re.search(r"^two .* \[ True\]\n", printed, re.MULTILINE) and re.search(r"^margin: \[\d", printed, re.MULTILINE)
    assert re.search(r"MY\.mono +unrefuted +as pinned", user.run("proxproof verify own_numbers.py"))


def test_the_example_claim_is_about_thirty_lines():
    assert len([line for line in files("add/claim.md")["my_claim.py"].splitlines() if line.strip()]) <= 36


def test_a_problem_is_certified_where_algebra_says_and_methods_run_on_it(tmp_path):
    user = User("add/problem.md", checkout(tmp_path), tmp_path)
    certified = user.run("python shrinkage.py")
    assert certified.startswith("certified: clear clear clear")
    assert float(certified.split()[-1]) < 1e-12
    assert "RMDA" in user.run("proxproof bench shrinkage.py --methods RMDA,RDA,ProxSGD --seeds 6 --epochs 40 --out shrinkage")


def test_a_loss_is_five_members_of_a_class(tmp_path):
    user = User("add/problem.md", checkout(tmp_path), tmp_path)
    printed = user.run("proxproof bench huber_lasso.py --methods RMDA,RDA,ProxSGD --seeds 4 --epochs 20 --out huber")
    assert re.search(r"RDA point=iterate +4 ", printed) and "3 jobs, 3 run now; table" in printed


def test_an_experiment_is_one_file_with_the_shares_that_the_page_tells(tmp_path):
    user = User("add/problem.md", checkout(tmp_path), tmp_path)
    printed = user.run("proxproof bench margins.py --seeds 6 --out margins")
    large, middle, small = map(int, re.findall(r"RMDA point=iterate +6 +(\d+) ", printed))
    assert large == 100 and 0 <= small <= middle < large


def test_a_recipe_is_one_file_that_trains(tmp_path):
    user = User("add/recipe.md", tmp_path)
    assert "zero_groups" in user.run("python -m deep train my_recipe.py --epochs 2")
    (result,) = tmp_path.glob("runs/my-digits/*/result.json")
    assert json.loads(result.read_text())["reported"]["accuracy"]["value"] == 95


def test_data_of_ones_own_are_four_arrays_and_a_name(tmp_path):
    user = User("add/recipe.md", tmp_path)
    assert "500 images to train and 100 to test with" in user.run("python -m deep train my_data.py --dry-run")
    user.run("python -m deep train my_data.py")
    user.edit("my_data.py", "rng.integers(0, 2, 600)", "rng.integers(0, 2, 600)[::-1]")
    user.run("python -m deep train my_data.py")
    results = [json.loads(path.read_text()) for path in tmp_path.glob("runs/my-stripes/*/result.json")]
    assert [made["final"]["accuracy"] > 95 for made in results] == [True, True]
