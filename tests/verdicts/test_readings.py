import pytest

from benchmark.artifacts.published import read_published
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.profiles import PROFILES
from benchmark.papers.gan_uq.artifacts import GanUqPaper
from benchmark.verdicts.claims import read_claims
from benchmark.verdicts.readings import reading_results
from tests.verdicts.made_up import made_up_row, numbers_of

TABLE = "gan-uq/table1"


@pytest.fixture(scope="module")
def claims():
    folder = GanUqPaper().folder
    return {claim.id: claim for claim in read_claims(folder).expand(read_published(folder))}


@pytest.fixture(scope="module")
def numbers():
    """GAN-UQ is near its printed F1 at the labelled cut of the row split; a perfect score fails at val there."""

    def row(cell):
        made = made_up_row(cell, spread=0.002)
        if "scenario=row-split" in cell.protocol and "contamination" not in cell.protocol:
            made["F1@val"] = 0.1
        if cell.method.startswith("gan-uq[preset=corrected") and made["F1@val"] == 0.1:
            made["F1@labelled"] = 0.95 + cell.seed / 1000
            made["F1@oracle"] = 0.96 + cell.seed / 1000
        return made

    return numbers_of(GanUqPaper(), Setting("real", PROFILES["smoke"]), row)[TABLE]


def test_a_main_claim_has_a_result_in_every_reading(claims, numbers):
    found = reading_results(claims["table1/Ours/F1-Score"], numbers)
    names = ["label and split", "training", "implementation", "threshold", "averaging"]
    assert len(found) == 6 * 2 * 4 * 2
    assert {tuple(one.choices) for one in found} == {tuple(names)}
    assert len({tuple(one.choices.values()) for one in found}) == len(found)
    for one in found:
        assert 0 <= one.prediction_low <= one.low <= one.mean <= one.high <= one.prediction_high <= 1
        assert one.n == 2


def test_a_result_says_if_the_printed_number_fits_and_where_nothing_is_judged(claims, numbers):
    found = {tuple(one.choices.values()): one for one in reading_results(claims["table1/Ours/F1-Score"], numbers)}
    near = found["row-split", "all rows", "corrected", "labelled", "binary"]
    assert near.compatible
    assert near.refuted_p > 0.05
    untestable = found["row-split", "all rows", "corrected", "val", "binary"]
    assert "a perfect detector gets 0.100" in untestable.untestable
    assert not found["grouped", "all rows", "corrected", "labelled", "binary"].untestable
    bounded = {key for key, one in found.items() if one.bound is not None}
    assert bounded == {key for key in found if key[-1] == "binary"}


def test_a_row_that_the_choices_do_not_concern_has_fewer_readings(claims, numbers):
    assert len(reading_results(claims["table1/XGBoost/Acc"], numbers)) == 6 * 4
    assert len(reading_results(claims["table1/GAT/Acc"], numbers)) == 6 * 4 * 2
    assert reading_results(claims["table1/GAT/Acc"], []) == []


def test_a_low_bound_refutes_a_number_at_an_unsteady_cut():
    folder = GanUqPaper().folder
    claim = {one.id: one for one in read_claims(folder).expand(read_published(folder))}["table1/Ours/F1-Score"]

    def row(cell):
        made = made_up_row(cell, spread=0.002)
        made["F1@labelled"] = made["Macro-F1@labelled"] = 0.1 + 0.5 * (cell.seed % 2)
        made["F1@oracle"] = 0.6 + cell.seed / 1000
        return made

    setting = Setting("real", PROFILES["default"])
    found = {
        tuple(r.choices.values()): r for r in reading_results(claim, numbers_of(GanUqPaper(), setting, row)[TABLE])
    }
    for averaging in ("binary", "macro"):
        one = found["grouped", "all rows", "published", "labelled", averaging]
        assert one.prediction_high > 0.9523  # the cut alone would leave the number open
        assert one.refuted_p < 0.001
