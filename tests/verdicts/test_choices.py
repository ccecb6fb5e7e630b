import pytest

from benchmark.interfaces.errors import DataError, UnknownNameError
from benchmark.papers.crl_bsad.artifacts import CrlBsadPaper
from benchmark.papers.gan_uq.artifacts import GanUqPaper
from benchmark.papers.threat_detection.artifacts import ThreatDetectionPaper
from benchmark.verdicts.choices import Choices, read_choices

CONTENT = """
ceilings = "p/table1"

[untestable]
"Rival" = "nobody knows it"

[[choice]]
id = "label"
sentence = "Data."
place = "1"
option = [{ id = "rule", text = "r" }, { id = "kinds", text = "k" }]

[[choice]]
id = "preset"
sentence = "Equations."
place = "2"
option = [
    { id = "printed", text = "p", rows = { "Ours" = "Ours, p" }, panel = "p" },
    { id = "mended", text = "m", rows = { "Ours" = "Ours, m" }, panel = "m" },
]

[[choice]]
id = "threshold"
sentence = "A threshold."
place = "3"
option = [{ id = "best", text = "b", cut = "labelled" }, { id = "tail", text = "t", cut = "pot" }]

[[choice]]
id = "average"
sentence = "Recall."
place = "4"
option = [{ id = "binary", text = "b" }, { id = "macro", text = "m", prefix = "Macro-" }]

[[section]]
name = "rule"
options = { label = "rule" }

[[section]]
name = "kinds"
options = { label = "kinds" }
"""


@pytest.fixture
def choices(tmp_path):
    return read(tmp_path, CONTENT)


def read(folder, content):
    (folder / "readings.toml").write_text(content)
    return read_choices(folder)


def readings(choices, rows=("Ours",), metrics=("Recall",), scenario="", panel="", fixed=None):
    return choices.readings(rows, metrics, scenario, panel, fixed or {})


def test_a_reading_is_one_option_of_each_choice_that_bears_on_the_claim(choices):
    found = readings(choices)
    assert len(found) == 2 * 2 * 2 * 2
    assert found[0].choices == {"label": "rule", "preset": "printed", "threshold": "best", "average": "binary"}
    assert found[0].name == "rule, printed, best, binary"
    assert {one.column("Recall") for one in found} == {
        f"{prefix}Recall@{cut}" for prefix in ("", "Macro-") for cut in ("labelled", "pot")
    }
    assert {(one.section, one.rows["Ours"]) for one in found} == {
        (section, label) for section in ("rule", "kinds") for label in ("Ours, p", "Ours, m")
    }


def test_what_changes_no_number_is_no_choice(choices):
    assert [list(one.choices) for one in readings(choices, metrics=("AUC-ROC",))] == [["label", "preset"]] * 4
    assert {tuple(one.choices) for one in readings(choices, metrics=("Accuracy",))} == {
        ("label", "preset", "threshold")
    }
    assert {tuple(one.choices) for one in readings(choices, rows=("Other",))} == {("label", "threshold", "average")}
    in_one = readings(choices, scenario="kinds")
    assert {one.section for one in in_one} == {"kinds"}
    assert "label" not in in_one[0].choices


def test_several_metrics_share_a_reading_and_each_takes_what_it_has(choices):
    found = readings(choices, metrics=("Accuracy", "Recall"))
    assert {(one.column("Accuracy"), one.column("Recall")) for one in found if one.cut == "pot"} == {
        ("Accuracy@pot", "Recall@pot"),
        ("Accuracy@pot", "Macro-Recall@pot"),
    }


def test_the_panel_of_a_figure_is_that_of_the_implementation(choices):
    found = readings(choices, rows=(), scenario="kinds", panel="{panel}, clean")
    assert {one.panel for one in found} == {"p, clean", "m, clean"}


WINDOW = """
[[choice]]
id = "window"
sentence = "A window."
place = "5"
option = [
    { id = "16", text = "s", rows = { "Ours" = "{}" } },
    { id = "64", text = "l", rows = { "Ours" = "{}, window of 64" } },
]

[[settled]]
id = "width"
sentence = "A width."
place = "6"
taken = "Eight."
untried = "Sixteen."

[[section]]
name = "rule"
"""


def test_a_label_may_go_on_from_that_of_an_earlier_choice(tmp_path):
    choices = read(tmp_path, CONTENT.replace('[[section]]\nname = "rule"\n', WINDOW))
    assert {one.rows["Ours"] for one in readings(choices)} == {
        "Ours, p", "Ours, m", "Ours, p, window of 64", "Ours, m, window of 64"
    }  # fmt: skip
    assert "window" not in readings(choices, rows=("Other",))[0].choices


def test_what_is_settled_is_named_and_makes_no_readings(tmp_path):
    choices = read(tmp_path, CONTENT.replace('[[section]]\nname = "rule"\n', WINDOW))
    (settled,) = choices.settled
    assert str(settled) == "width: Eight. Not tried: Sixteen."
    assert "width" not in readings(choices)[0].choices


def test_a_claim_may_fix_a_choice(choices):
    assert {one.prefix for one in readings(choices, fixed={"average": "binary"})} == {""}
    with pytest.raises(UnknownNameError, match="did you mean average"):
        readings(choices, fixed={"averages": "binary"})
    with pytest.raises(UnknownNameError, match="option of 'average' 'binari'"):
        readings(choices, fixed={"average": "binari"})


def test_without_a_file_nothing_is_open(tmp_path):
    assert read_choices(tmp_path) == Choices()
    (only,) = readings(Choices(), scenario="native", metrics=("F1@val",))
    assert (only.choices, only.section, only.column("F1@val"), only.name) == ({}, "native", "F1@val", "native")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("[untestable]", "[untestable", "cannot be read"),
        ('id = "label"\n', 'id = "label"\ncolour = 1\n', "colour: Extra inputs"),
        ('id = "average"', 'id = "label"', "choice 'label' is given twice"),
        ('id = "tail", text', 'id = "best", text', "option 'best' is given twice"),
        ('name = "kinds"', 'name = "rule"', "section 'rule' is given twice"),
        ('options = { label = "kinds" }', 'options = { labels = "kinds" }', "there is no choice 'labels'"),
        ('options = { label = "kinds" }', 'options = { label = "kind" }', "'label' has no option 'kind'"),
        ('cut = "pot"', 'cut = "pods"', "there is no cut 'pods'"),
        (', cut = "pot"', "", "option 'tail' sets nothing"),
        ('{ id = "rule", text = "r" }', '{ id = "rule", text = "r", cut = "val" }', "may set nothing else"),
    ],
)
def test_a_fault_is_one_error_that_names_the_file(tmp_path, old, new, problem):
    with pytest.raises(DataError, match=problem) as caught:
        read(tmp_path, CONTENT.replace(old, new))
    assert "readings.toml" in str(caught.value)


@pytest.mark.parametrize("paper", [GanUqPaper(), CrlBsadPaper()], ids=lambda paper: paper.name)
def test_every_choice_of_a_paper_has_its_sentence_and_no_reading_is_the_oracle(paper):
    choices = read_choices(paper.folder)
    assert all(choice.sentence and choice.place for choice in choices.choice)
    assert all(option.text for choice in choices.choice for option in choice.option)
    assert all(one.sentence and one.place and one.taken and one.untried for one in choices.settled)
    assert "best setting" in {one.id for one in choices.settled}
    assert "window" in {one.id for one in (*choices.choice, *choices.settled)}
    assert "oracle" not in {option.cut for choice in choices.choice for option in choice.option}
    assert {option.cut for choice in choices.choice for option in choice.option if option.cut} == {
        "labelled", "share", "val", "pot"
    }  # fmt: skip


def test_a_budget_of_false_alarms_is_a_cut(tmp_path):
    content = CONTENT.replace('cut = "labelled"', 'cut = "1%"').replace('cut = "pot"', 'cut = "0.1%-test"')
    found = read(tmp_path, content).readings(["Ours"], ["Recall"], "rule", "", {"average": "binary"})
    assert {one.column("Recall") for one in found} == {"Recall@1%", "Recall@0.1%-test"}
    assert {one.column("AUC-ROC") for one in found} == {"AUC-ROC"}


def test_every_choice_of_the_abstract_has_its_sentence():
    choices = read_choices(ThreatDetectionPaper().folder)
    assert all(choice.sentence and choice.place for choice in choices.choice)
    assert all(option.text for choice in choices.choice for option in choice.option)
    assert {option.cut for choice in choices.choice for option in choice.option if option.cut} == {
        "1%", "5%", "1%-test", "5%-test"
    }  # fmt: skip
