"""A recipe as plain data: its digest, its settings, and how its schedules and rounds are shortened."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import numpy as np
import pytest

from deep.recipes import Recipe, Reported, find, matching, quickstart
from deep.recipes.schedules import Constant, Stages
from verify.penalties import L1, GroupL2, GroupMCP

SMALL = Recipe(
    name="small",
    place="none",
    data="digits",
    model="logistic",
    optimizer="RMDA",
    epochs=40,
    options={"momentum": 0.1},
    penalty=GroupL2(1e-3),
    by="channel",
    schedules={"lr": Stages(0.1, 0.1, 10, floor=1e-3)},
    restarts=(10, 20),
)


def test_what_is_shown_beside_the_numbers_does_not_change_the_key():
    shown = replace(SMALL, name="other", place="elsewhere", reported={"accuracy": Reported(1.0)}, choices=("a",), claims=("b",))
    assert shown.key(0, "code") == SMALL.key(0, "code")


def test_the_key_is_that_of_plain_data_in_any_order():
    assert json.loads(json.dumps(SMALL.computed())) == SMALL.computed()
    a, b = (replace(SMALL, options=options) for options in ({"x": 1, "y": 2}, {"y": 2, "x": 1}))
    assert a.key(0, "code") == b.key(0, "code") != SMALL.key(0, "code")


@pytest.mark.parametrize(
    "settings", [{"epochs": 41}, {"lam": 2e-3}, {"lr": 0.1}, {"momentum": 0.2}, {"model": "mlp7"}], ids=str
)
def test_every_setting_changes_the_key(settings):
    changed = SMALL.changed(settings)
    assert changed.key(0, "code") != SMALL.key(0, "code")
    assert SMALL.key(1, "code") != SMALL.key(0, "code") != SMALL.key(0, "other code")


def test_settings_may_be_text_as_on_a_command_line():
    changed = SMALL.changed({"lam": "2e-3", "epochs": "4", "by": "filter", "lr": "1"})
    assert changed.penalty == GroupL2(2e-3) and changed.epochs == 4 and changed.by == "filter"
    assert changed.schedules == {"lr": Constant(1.0)}


def test_a_setting_of_penalties_by_layer_changes_each_of_them():
    layers = replace(SMALL, penalty={"a": GroupMCP(1.0, 2.0), "b": GroupMCP(1.0, 3.0)})
    assert layers.changed({"lam": 5.0}).penalty == {"a": GroupMCP(5.0, 2.0), "b": GroupMCP(5.0, 3.0)}
    mixed = replace(SMALL, penalty={"a": GroupL2(1.0), "b": GroupMCP(1.0, 3.0)})
    assert mixed.changed({"gamma": 4.0}).penalty == {"a": GroupL2(1.0), "b": GroupMCP(1.0, 4.0)}


def test_an_unknown_setting_is_refused_with_those_that_there_are():
    with pytest.raises(ValueError, match=r"small: there is no setting 'lambda'; settings: augment, batch, .*lam, lr"):
        SMALL.changed({"lambda": 1.0})
    with pytest.raises(ValueError, match="lam"):
        replace(SMALL, penalty=None).changed({"lam": 1.0})


def test_a_value_of_another_kind_is_refused():
    with pytest.raises(ValueError, match="small: model must be text; got 3"):
        SMALL.changed({"model": 3})
    with pytest.raises(ValueError, match="small: momentum must be a finite number; got 'fast'"):
        SMALL.changed({"momentum": "fast"})
    with pytest.raises(ValueError, match="lam"):
        SMALL.changed({"lam": -1.0})


@pytest.mark.parametrize("name", ["epochs", "batch", "shorten", "subset"])
@pytest.mark.parametrize("value", [0, -3, 12.5, True, "many"])
def test_what_is_counted_is_an_integer_of_at_least_1(name, value):
    with pytest.raises(ValueError, match=rf"small: {name} must be (None or )?an integer of at least 1; got {value!r}"):
        SMALL.changed({name: value})
    with pytest.raises(ValueError, match=f"small: {name}"):
        replace(SMALL, **{name: value})


@pytest.mark.parametrize(
    "settings",
    [
        {"label_smoothing": 5},
        {"label_smoothing": -0.1},
        {"augment": 1},
        {"normalise": 0},
        {"epochs": None},
        {"lr": [1]},
        {"lr": "nan"},
        {"lr": 20_000 * "-" + "1"},
        {"precision": "float64"},
    ],
)
def test_other_bad_values_are_refused(settings):
    with pytest.raises(ValueError, match=f"small: {next(iter(settings))} must be"):
        SMALL.changed(settings)
    assert SMALL.changed({"subset": None, "by": None}).by is None


@pytest.mark.parametrize("value", ["false", "no", "maybe", 0, 1])
def test_an_option_that_is_true_or_false_takes_no_other_value(value):
    """Text is true, "false" too."""
    dense = find("rmda.table2.resnet50-cifar10.dense")
    assert dense.options["nesterov"] is True
    with pytest.raises(ValueError, match="nesterov must be True or False; got"):
        dense.changed({"nesterov": value})
    assert dense.changed({"nesterov": "False"}).options["nesterov"] is False


@pytest.mark.parametrize("value", ["1e39", "-1e39", 10**400])
def test_a_number_that_float32_does_not_have_is_refused(value):
    with pytest.raises(ValueError, match=r"small: lr must be at most 3\.4e\+38 in size; got"):
        SMALL.changed({"lr": value})


def test_a_shortened_recipe_has_the_same_numbers_and_rounds_in_a_part_of_the_epochs():
    short = SMALL.changed({"shorten": 5})
    assert short.length == 8
    assert [short.numbers(e)["lr"] for e in range(8)] == [SMALL.numbers(5 * e)["lr"] for e in range(8)]
    assert [e for e in range(8) if short.begins_round(e)] == [2, 4]
    assert [e for e in range(40) if SMALL.begins_round(e)] == [10, 20]


def test_an_unknown_name_is_refused_with_names_near_it():
    with pytest.raises(
        ValueError, match=r"no recipe is called 'rmda.table1.logistik.rmda'; did you mean rmda.table1.logistic.rmda"
    ):
        find("rmda.table1.logistik.rmda")
    with pytest.raises(ValueError, match=r"'rmda\.table1\.\*' means \d+ recipes"):
        find("rmda.table1.*")


def test_a_file_of_ones_own_is_read(tmp_path):
    path = tmp_path / "own.py"
    path.write_text("from deep.recipes import find\nRECIPES = [find('rmda.table1.logistic.rmda')]\n")
    assert [recipe.name for recipe in matching(str(path))] == ["rmda.table1.logistic.rmda"]
    path.write_text("RECIPES = []\n")
    with pytest.raises(ValueError, match=r"own\.py cannot be imported: RuntimeError: .* was edited after"):
        matching(str(path))
    empty = tmp_path / "empty.py"
    empty.write_text("RECIPES = []\n")
    with pytest.raises(ValueError, match="has no list RECIPES"):
        matching(str(empty))
    with pytest.raises(ValueError, match="there is no file"):
        matching(str(tmp_path / "absent.py"))


def test_two_recipes_of_one_name_in_a_file_are_refused(tmp_path):
    path = tmp_path / "twice.py"
    path.write_text(
        "from dataclasses import replace\nfrom deep.recipes import find\n"
        "RECIPES = [replace(find('quickstart'), name='own', epochs=epochs) for epochs in (1, 2)]\n"
    )
    with pytest.raises(ValueError, match=r"twice\.py has 2 recipes called own: give each a name of its own"):
        matching(str(path))


OWN_SCHEDULE = """
from __future__ import annotations
from dataclasses import dataclass, replace
from deep.recipes import find

@dataclass(frozen=True)
class Falling:
    start: float

    def __call__(self, epochs: float) -> float:
        return self.start / (1 + epochs)

RECIPES = [replace(find("quickstart"), name="own", schedules={"lr": Falling(1.0)})]
"""


def test_a_file_of_ones_own_may_have_a_schedule_whose_text_is_part_of_the_key(tmp_path):
    paths = [tmp_path / name for name in ("one.py", "other.py", "same.py")]
    for path, text in zip(paths, (OWN_SCHEDULE, OWN_SCHEDULE.replace("1 + epochs", "2 + epochs"), OWN_SCHEDULE), strict=True):
        path.write_text(text)
    one, other, same = (matching(str(path))[0] for path in paths)
    assert [recipe.numbers(1)["lr"] for recipe in (one, other)] == [1 / 2, 1 / 3]
    assert one.key(0, "code") == same.key(0, "code") != other.key(0, "code")


def test_the_code_of_a_file_and_of_what_it_imports_from_beside_it_is_part_of_the_key_of_each_of_its_recipes(
    tmp_path, monkeypatch
):
    path = list(sys.path)
    own = "from dataclasses import replace\nfrom deep.recipes import find\nfrom width_beside import WIDTH\n"
    own += "RECIPES = [replace(find('quickstart'), name=name, model='mine') for name in ('a', 'b')]\n"

    def keys(folder, own, beside):  # as in a process of its own
        monkeypatch.setattr(sys, "path", list(path))
        monkeypatch.delitem(sys.modules, "width_beside", raising=False)
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "width_beside.py").write_text(beside)
        (tmp_path / folder / "own.py").write_text(own)
        return [recipe.changed({"lam": 1e-3}).key(0, "code") for recipe in matching(str(tmp_path / folder / "own.py"))]

    first = keys("first", own, "WIDTH = 8\n")
    assert keys("same", own, "WIDTH = 8\n") == first
    for other in (keys("beside", own, "WIDTH = 64\n"), keys("itself", f"{own}# Tanh\n", "WIDTH = 8\n")):
        assert not {*other} & {*first}


def test_a_file_of_the_papers_recipes_gives_their_own_keys():
    assert "code" not in find("quickstart").computed()
    assert {r.name: r.key(0, "code") for r in matching(quickstart.__file__)} == {
        r.name: r.key(0, "code") for r in matching("quickstart*")
    }


def test_what_has_no_digest_is_refused():
    with pytest.raises(ValueError, match=r"small: <function .*> is no plain data"):
        replace(SMALL, schedules={"lr": lambda epochs: 0.1})
    long = [replace(SMALL, by=None, penalty=L1(np.linspace(1.0, end, 2000))) for end in (2.0, 3.0)]
    assert long[0].key(0, "code") != long[1].key(0, "code")


def test_elementwise_penalties_have_settings_too():
    assert replace(SMALL, penalty=L1(1.0), by=None).changed({"lam": 2}).penalty == L1(2)


@pytest.mark.parametrize("changes", [
    {"name": "a/../../b"}, {"name": ".."}, {"reported": {"accuracy": 95.0}}, {"schedules": {"lr": 0.1}}, {"point": "end"},
    {"choices": "one"}, {"restarts": 3}, {"options": [1]},
], ids=str)  # fmt: skip
def test_a_mistake_in_ones_own_recipe_is_said_before_anything_runs(changes):
    (name,) = changes
    with pytest.raises(ValueError, match=f": {name} must be "):
        replace(find("quickstart"), **changes)
