"""JUnit XML and Markdown of a comparison that has a change of every kind."""

from xml.etree import ElementTree

import pytest

from benchmark.verdicts.comparison import Change, Comparison
from benchmark.verdicts.junit import write_junit
from benchmark.verdicts.markdown import claims_markdown
from benchmark.verdicts.report import ClaimReport, ClaimResult
from benchmark.verdicts.settled import Settled

CHANGES = [
    Change("t", "data", "google-2019", "28ea81b9", "d8c48af8", "its numbers are compared unpaired"),
    Change("t", "verdict", "a", "REPRODUCED", "NOT_REPRODUCED"),
    Change("t", "verdict", "gone", "REPRODUCED", ""),
    Change("t", "method", "mlp", "F1@val 0.4310", "0.3921", "12 numbers differ, adjusted p 2e-06"),
    Change("t", "bytes", "gat", "0.5", "0.25", "seed 0 of the first; 1 number differs in some byte: n", ("n",)),
]
UNSETTLED = [Change("t", "verdict", "b", "WITHIN_NOISE", "NOT_REPRODUCED")]


@pytest.fixture
def reports():
    verdicts = {"a": "NOT_REPRODUCED", "b": "NOT_REPRODUCED", "c": "NOT_TESTABLE"}
    results = [
        ClaimResult(
            "t", claim, "value", "here", "x", "t/table1", "0.5", "0.4", "all, val", verdict, f"why {claim} | so"
        )
        for claim, verdict in verdicts.items()
    ]
    settled = Settled(id="window", sentence="s", place="p", taken="One row.", untried="Two | rows.")
    return [ClaimReport("t", results, settled=(settled,)), ClaimReport("u")]


@pytest.fixture
def comparison():
    return Comparison(CHANGES, UNSETTLED, [], [], 12, {"mlp": 12}, ["torch 2.6.0 → 2.7.0"])


def test_changes_in_words(comparison):
    assert [str(change) for change in comparison.changes] == [
        "t: data google-2019: 28ea81b9 → d8c48af8 (its numbers are compared unpaired)",
        "t: verdict of a: REPRODUCED → NOT_REPRODUCED",
        "t: verdict of gone: REPRODUCED → none",
        "t: method mlp: F1@val 0.4310 → 0.3921 (12 numbers differ, adjusted p 2e-06)",
        "t: bytes of gat: 0.5 → 0.25 (seed 0 of the first; 1 number differs in some byte: n)",
    ]


def test_every_change_is_a_failed_case_and_an_unsettled_verdict_is_none(reports, comparison, tmp_path):
    write_junit(reports, comparison, tmp_path / "out.xml")
    suite, empty = ElementTree.parse(tmp_path / "out.xml").getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("7", "5", "1")
    assert (empty.get("tests"), empty.get("failures")) == ("0", "0")
    failed = {case.get("name"): case.find("failure") for case in suite if case.find("failure") is not None}
    assert set(failed) == {"a", "google-2019", "gone", "mlp", "gat"}
    assert failed["mlp"].get("message") == "F1@val 0.4310 → 0.3921"
    assert failed["mlp"].text == "12 numbers differ, adjusted p 2e-06"
    unsettled = next(case for case in suite if case.get("name") == "b")
    assert unsettled.find("system-out").text.endswith("unsettled: recorded WITHIN_NOISE")


def test_the_summary_lists_the_outcome_the_changes_and_every_claim(reports, comparison):
    text = claims_markdown(reports, comparison, "compared by statistics", "twin data, profile smoke")
    blocks = text.split("\n\n")
    assert blocks[:2] == ["## Replication verdicts, twin data, profile smoke", "compared by statistics"]
    assert "| NOT_REPRODUCED | 2 |" in text
    changed = blocks[blocks.index("### Changed against the record") + 1]
    assert changed.splitlines() == [f"- {change}" for change in CHANGES]
    assert "### Unsettled" in blocks
    assert "| claim | published | measured | verdict | look | reading | power | reason |" in text
    assert "| a | 0.5 | 0.4 | NOT_REPRODUCED |  | all, val |  | why a \\| so |" in text
    assert blocks[blocks.index("### No readings of t") + 1] == "- window: One row. Not tried: Two \\| rows."
    assert "### No readings of u" not in blocks
    assert "Nothing changed" in claims_markdown(reports, Comparison(), "", "")
