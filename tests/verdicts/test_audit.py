from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

import benchmark.papers.crl_bsad
import benchmark.papers.gan_uq
from benchmark.artifacts.published import Names, PublishedTable, read_published
from benchmark.verdicts.audit import _check_one_test_set, audit, implied_share
from benchmark.verdicts.interval import Interval

GAN_UQ = Path(benchmark.papers.gan_uq.__file__).parent
CRL_BSAD = Path(benchmark.papers.crl_bsad.__file__).parent

# Least and greatest share of anomalies of each row of GAN-UQ's Table 1, to four decimals.
SHARES = {
    "XGBoost": (0.3828, 0.3837),
    "Random Forest": (0.3982, 0.3991),
    "MLP": (0.4021, 0.4032),
    "GAT": (0.4124, 0.4139),
    "GNN": (0.4057, 0.4073),
    "Ours": (0.3805, 0.3824),
}


def findings(folder, table, check):
    return [one for one in audit(read_published(folder)) if (one.table, one.check) == (table, check)]


def table(columns, **rows):
    return {"table1": PublishedTable(place="here", columns=columns, rows=rows)}


@pytest.mark.parametrize("row", SHARES)
def test_the_share_of_each_row_equals_that_of_a_search_over_all_roundings(row):
    """Brute force: each number moves over a grid of 21 values that are printed alike, in plain floating point."""
    printed = read_published(GAN_UQ)["table1"].rows[row]
    grids = [[float(text) + step * 5e-6 for step in range(-10, 11)] for text in printed[:3]]
    shares = []
    for accuracy, precision, recall in product(*grids):
        # Errors per anomaly: missed, and false alarms for each that is found.
        errors = (1 - recall) + recall * (1 - precision) / precision
        shares.append((1 - accuracy) / errors)
    (found,) = [one for one in findings(GAN_UQ, "table1", "share") if one.rows == (row,)]
    assert float(found.implied.low) == pytest.approx(min(shares), abs=1e-12)
    assert float(found.implied.high) == pytest.approx(max(shares), abs=1e-12)
    assert (round(float(found.implied.low), 4), round(float(found.implied.high), 4)) == SHARES[row]


def test_rows_of_gan_uq_cannot_share_one_test_set():
    (found,) = findings(GAN_UQ, "table1", "one test set")
    assert found.outcome == "inconsistent"
    assert f"{float(found.implied.low):.3f}" == "0.381"
    assert "Ours needs at most 0.38237, GAT at least 0.41240" in found.text


def test_shares_as_printed_run_from_381_to_413():
    texts = [one.text for one in findings(GAN_UQ, "table1", "share")]
    middles = [text.partition("anomalies of ")[2].partition(",")[0] for text in texts]
    assert (min(middles), max(middles)) == ("0.3814", "0.4131")


def test_neither_averaging_makes_one_test_set_possible():
    """Of the anomalous class the shares run from .381 to .414, as means of both classes from .257 to .294."""
    (found,) = findings(GAN_UQ, "table1", "one test set, macro")
    assert found.outcome == "inconsistent"
    assert (f"{float(found.implied.low):.3f}", f"{float(found.implied.high):.3f}") == ("0.257", "0.294")
    assert "Ours needs at most 0.25851, GAT at least 0.29192" in found.text
    outcomes = {one.rows[0]: one.outcome for one in findings(GAN_UQ, "table1", "macro f1")}
    assert [row for row, outcome in outcomes.items() if outcome == "note"] == ["XGBoost", "Random Forest", "MLP"]


def test_weighted_means_are_impossible_where_recall_is_not_accuracy():
    (found,) = findings(GAN_UQ, "table1", "weighted")
    assert found.outcome == "note"
    assert "in 6 of 6 rows" in found.text
    assert findings(CRL_BSAD, "table1", "weighted") == []
    equal = audit(table(("Acc", "Precision", "Recall"), a=("0.90", "0.80", "0.90")))
    assert "weighted" not in {one.check for one in equal}


def test_rows_that_cite_another_method_are_named():
    found = {one.rows[0]: one for one in findings(GAN_UQ, "table1", "reference")}
    assert {one.outcome for one in found.values()} == {"inconsistent"}
    assert "[11], Deng and Hooi 2021" in found["GAT"].text
    assert "GDN" in found["GAT"].text
    assert "TraceGra" in found["GNN"].text
    assert {one.rows[0] for one in findings(CRL_BSAD, "table1", "reference")} == {"DCdetector", "MST-GAT", "DDMT"}


@pytest.mark.parametrize("folder", [GAN_UQ, CRL_BSAD])
def test_references_are_those_of_the_paper(folder, paper_texts):
    """The number and the title of each reference stand in the list of the paper's text."""
    text = " ".join((paper_texts / f"{folder.name.replace('_', '-')}.txt").read_text(encoding="utf-8").split())
    references = read_published(folder)["table1"].names.references
    for reference in references.values():
        title = reference.source.partition(", ")[2].split(":")[0]
        listed = text[text.rindex("## References") :].partition(f"{reference.number} ")[2].partition("- [")[0]
        assert title.lower() in listed.replace("-", " ").lower() or title.lower() in listed.lower()


def test_a_reference_to_the_same_method_is_consistent():
    names = Names(references={"a": {"number": "[1]", "source": "A 2020, B", "method": "a", "same": True}})
    tables = {"t": PublishedTable(place="x", columns=("Recall",), rows={"a": ("0.5",)}, names=names)}
    assert [(one.check, one.outcome) for one in audit(tables)] == [("reference", "consistent")]


@pytest.mark.parametrize("folder", [GAN_UQ, CRL_BSAD])
def test_f1_of_both_tables_fits_precision_and_recall(folder):
    found = findings(folder, "table1", "f1")
    assert len(found) == len(read_published(folder)["table1"].rows)
    assert {one.outcome for one in found} == {"consistent"}


def test_three_f1_of_the_second_figure_of_crl_bsad_are_impossible():
    found = {one.rows[0]: one for one in findings(CRL_BSAD, "fig2", "f1")}
    assert {row: one.outcome for row, one in found.items()} == {
        "0": "consistent", "1": "inconsistent", "2": "inconsistent", "3": "inconsistent"
    }  # fmt: skip
    # At .7715 and .8475, the least that the text allows, F1 is .8077; the greatest printed beyond the first is .802.
    least = 2 * 0.7715 * 0.8475 / (0.7715 + 0.8475)
    assert float(found["1"].implied.low) == pytest.approx(least)
    assert least > 0.8025


def test_adr_that_is_not_recall_is_noted_as_undefined():
    found = findings(CRL_BSAD, "table1", "adr")
    assert len(found) == 4
    assert all("ADR undefined in the paper" in one.text for one in found)


def test_without_accuracy_the_test_set_is_not_checked():
    (found,) = findings(CRL_BSAD, "table1", "one test set")
    assert found.outcome == "not checkable"


def confusion(share, precision, recall, digits=4):
    """Accuracy, precision, recall and F1 of one test set, rounded."""
    accuracy = 1 - share * (1 - recall) - share * recall * (1 - precision) / precision
    f1 = 2 * precision * recall / (precision + recall)
    return tuple(f"{one:.{digits}f}" for one in (accuracy, precision, recall, f1))


def test_rows_of_one_test_set_pass():
    columns = ("Acc", "Precision", "Recall", "F1")
    rows = {"a": confusion(0.2, 0.9, 0.8), "b": confusion(0.2, 0.6, 0.95), "c": confusion(0.2, 0.3, 0.4)}
    found = audit(table(columns, **rows))
    assert {one.outcome for one in found if one.check in ("f1", "share", "one test set")} == {"consistent"}
    (shared,) = [one for one in found if one.check == "one test set"]
    assert shared.implied.low <= Fraction(1, 5) <= shared.implied.high


def test_rows_whose_shares_touch_can_be_of_one_test_set():
    """The share that both ends name is the only one that fits."""
    parts = [Interval(Fraction(1, 10), Fraction(1, 5)), Interval(Fraction(1, 5), Fraction(3, 10))]
    found = _check_one_test_set("t", dict(zip("ab", parts, strict=True)), "one test set")
    assert (found.outcome, found.rows, found.implied) == (
        "consistent",
        ("a", "b"),
        Interval(parts[0].high, parts[0].high),
    )
    apart = Interval(Fraction(21, 100), Fraction(3, 10))
    found = _check_one_test_set("t", {"a": parts[0], "b": apart}, "one test set")
    assert (found.outcome, found.implied) == ("inconsistent", Interval(parts[0].low, apart.high))
    assert "a needs at most 0.20000, b at least 0.21000" in found.text


@pytest.mark.parametrize(("accuracy", "noted"), [("0.80", False), ("0.81", False), ("0.82", True), ("0.78", True)])
def test_recall_that_rounding_allows_to_be_accuracy_is_no_note(accuracy, noted):
    """0.80 and 0.81 can both be 0.805."""
    rows = {"a": (accuracy, "0.70", "0.80"), "b": ("0.90", "0.70", "0.90")}
    found = [one for one in audit(table(("Acc", "Precision", "Recall"), **rows)) if one.check == "weighted"]
    assert [one.rows for one in found] == ([("a",)] if noted else [])
    assert all("in 1 of 2 rows" in one.text for one in found)


@pytest.mark.parametrize(("adr", "noted"), [("0.80", False), ("0.81", False), ("0.79", False), ("0.82", True)])
def test_adr_that_rounding_allows_to_be_recall_is_no_note(adr, noted):
    found = [one for one in audit(table(("Recall", "ADR"), a=("0.80", adr))) if one.check == "adr"]
    assert [(one.rows, one.column) for one in found] == ([(("a",), "ADR")] if noted else [])


def test_a_wrong_digit_of_f1_is_found():
    accuracy, precision, recall, f1 = confusion(0.2, 0.9, 0.8)
    wrong = f"{float(f1) + 0.0002:.4f}"
    found = audit(table(("Acc", "Precision", "Recall", "F1"), a=(accuracy, precision, recall, wrong)))
    assert [one.outcome for one in found if one.check == "f1"] == ["inconsistent"]


def test_accuracy_that_no_share_gives_is_found():
    found = audit(table(("Acc", "Precision", "Recall"), a=("0.1000", "0.9000", "0.9000")))
    assert [one.outcome for one in found if one.check == "share"] == ["inconsistent"]


def test_a_perfect_row_leaves_the_share_open():
    one = Interval(Fraction(1), Fraction(1))
    assert implied_share(one, one, one) is None
    found = audit(table(("Acc", "Precision", "Recall"), a=("1.0000", "1.0000", "1.0000")))
    assert [one.outcome for one in found if one.check == "share"] == ["not checkable"]
