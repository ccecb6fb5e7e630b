import pytest

from benchmark.artifacts.published import read_published
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Result
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.profiles import PROFILES
from benchmark.papers.crl_bsad.artifacts import CrlBsadPaper
from benchmark.papers.gan_uq.artifacts import GanUqPaper
from benchmark.papers.gan_uq.sweeps import SAMPLES
from benchmark.protocols.google_2019.load import LEVELS
from benchmark.verdicts.audit import audit
from benchmark.verdicts.claims import read_claims
from benchmark.verdicts.report import judge_claims

PAPERS = [GanUqPaper(), CrlBsadPaper()]


class MadeUp(dict):
    """A result with some number for whatever is asked."""

    def __missing__(self, key):
        if key == "subgroups":
            return {"load": {level: MadeUp(self) for level in LEVELS}}
        if key == "extra_scores":
            return {f"samples={number}": MadeUp(self) for number in SAMPLES}
        if key in ("points", "anomalous"):
            return {"points": 100, "anomalous": 10}[key]
        return self["some"]

    def get(self, key, default=None):
        return self[key]


class Seconds(dict):
    def __missing__(self, key):
        return 1.0


def ledger(paper, variant="real"):
    setting = Setting(variant, PROFILES["default"])
    claims, tables = read_claims(paper.folder), read_published(paper.folder)
    named = {claim.artifact for claim in claims.claim if claim.kind != "consistent"}
    numbers = {}
    for artifact in paper.artifacts():
        if artifact.name in named:
            results = {
                cell: Result("OK", rows=[MadeUp(some=0.5 + cell.seed / 100)], seconds=Seconds())
                for cell in artifact.cells(setting)
            }
            numbers[artifact.name] = artifact.numbers(results, setting)
    return judge_claims(paper.name, claims, tables, audit(tables), numbers, variant)


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_claim_finds_its_numbers_in_the_artifacts(paper):
    found = ledger(paper)
    # Without a failed cell nothing but arithmetic may be left without a verdict.
    untested = [line for line in found.results if line.verdict == "NOT_TESTABLE" and line.kind != "consistent"]
    assert untested == []
    assert all(line.place and line.paraphrase and line.reason for line in found.results)
    assert len({line.key for line in found.results}) == len(found.results)


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_cell_of_both_tables_is_a_claim_in_each_scenario(paper):
    table = read_published(paper.folder)["table1"]
    found = {(line.claim, line.scenario) for line in ledger(paper).results}
    scenarios = {scenario for claim, scenario in found if claim.startswith("table1/")}
    assert len(scenarios) > 1
    for row in table.rows:
        for column in table.columns:
            assert {(f"table1/{row}/{column}", scenario) for scenario in scenarios} <= found


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_only_claims_of_arithmetic_are_judged_on_a_twin(paper):
    found = ledger(paper, "twin")
    assert {line.verdict for line in found.results if line.scenario} <= {"NOT_TESTABLE", "INCONSISTENT"}
    assert "INCONSISTENT" in {line.verdict for line in found.results}
    assert found.numbers


def test_the_known_claims_of_the_papers_are_present():
    gan_uq = {line.claim for line in ledger(PAPERS[0]).results}
    metrics = ("Accuracy@val", "Precision@val", "Recall@val", "F1@val")
    assert {f"{kind}/{metric}" for kind in ("best", "order") for metric in metrics} <= gan_uq
    assert {claim[:4] for claim in gan_uq} >= {"fig2", "fig3", "fig4", "fig5"}
    crl_bsad = {line.claim: line for line in ledger(PAPERS[1]).results if line.scenario != "rule"}
    printed = {line.published for claim, line in crl_bsad.items() if claim.startswith("fig2/")}
    text = "0.924 0.895 0.812 0.796 0.802 0.798 0.848 0.856 0.851 0.772 0.779 0.910 0.888"
    assert sorted(printed) == sorted(text.split(" "))
    assert {crl_bsad[f"fig2/{place}/F1-score"].verdict for place in "123"} == {"INCONSISTENT"}
    assert crl_bsad["fig2/0/F1-score"].verdict != "INCONSISTENT"


CLAIM = """
[[claim]]
id = "one"
place = "here"
paraphrase = "x"
kind = "peak-at"
artifact = "tiny/fig1"
scenarios = ["injected"]
metrics = ["F1@val"]
at = 3
"""


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (CLAIM.replace("peak-at", "peek-at"), "peek-at"),
        (CLAIM + "colour = 1\n", "colour"),
        (CLAIM.replace('scenarios = ["injected"]', "scenarios = []"), "scenarios"),
        (CLAIM.replace("at = 3", ""), "at"),
        (CLAIM + CLAIM, "given twice"),
        ("[[claim]", "cannot be read"),
    ],
)
def test_a_faulty_file_is_one_error(tmp_path, content, problem):
    (tmp_path / "claims.toml").write_text(content)
    with pytest.raises(DataError, match=problem) as caught:
        read_claims(tmp_path)
    assert "claims.toml" in str(caught.value)
    (tmp_path / "claims.toml").write_text(CLAIM)
    assert read_claims(tmp_path).claim[0].at == "3"
