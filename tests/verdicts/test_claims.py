import pytest

from benchmark.artifacts.published import read_published
from benchmark.interfaces.errors import DataError, UnknownNameError
from benchmark.papers.crl_bsad.artifacts import CrlBsadPaper
from benchmark.papers.gan_uq.artifacts import GanUqPaper
from benchmark.verdicts.claims import read_claims
from tests.verdicts.made_up import ledger

PAPERS = {paper.name: paper for paper in (GanUqPaper(), CrlBsadPaper())}
SETTLED = {"gan-uq": {"noise-stability", "fig5-fluctuates"}, "crl-bsad": {"table1-one-test-set"}}
"""Claims that no number of ours can judge."""


@pytest.fixture(scope="module")
def ledgers():
    """Made-up numbers under three seeds, since ten have the same claims."""
    return {
        (name, variant): ledger(paper, variant, seeds=3)
        for name, paper in PAPERS.items()
        for variant in ("real", "twin")
    }


@pytest.mark.parametrize("paper", PAPERS)
def test_every_claim_finds_its_numbers_in_the_artifacts(ledgers, paper):
    found = ledgers[paper, "real"]
    # Without a failed cell only what is declared untestable may be left without a verdict.
    untested = {line.claim for line in found.results if line.verdict == "NOT_TESTABLE" and "MST-GAT" not in line.reason
                and "reconstruction" not in line.reason}  # fmt: skip
    assert untested == SETTLED[paper]
    assert all(line.place and line.paraphrase and line.reason for line in found.results)
    assert len({line.claim for line in found.results}) == len(found.results)
    tested = [line for line in found.results if line.verdict not in ("NOT_TESTABLE", "INCONSISTENT", "CONSISTENT")]
    assert all(line.reading for line in tested)
    assert all(line.power for line in tested if "the other rows" not in line.reason)


@pytest.mark.parametrize("paper", PAPERS)
def test_every_number_of_both_tables_is_one_claim(ledgers, paper):
    table = read_published(PAPERS[paper].folder)["table1"]
    found = [line.claim for line in ledgers[paper, "real"].results if line.claim.startswith("table1/")]
    assert sorted(found) == sorted(f"table1/{row}/{column}" for row in table.rows for column in table.columns)
    assert len(found) == {"gan-uq": 24, "crl-bsad": 20}[paper]


@pytest.mark.parametrize("paper", PAPERS)
def test_only_claims_of_arithmetic_are_judged_on_a_twin(ledgers, paper):
    found = ledgers[paper, "twin"]
    assert {line.verdict for line in found.results if line.artifact} <= {"NOT_TESTABLE", "INCONSISTENT"}
    assert "INCONSISTENT" in {line.verdict for line in found.results}
    assert found.numbers


def test_the_known_claims_of_the_papers_are_present(ledgers):
    gan_uq = {line.claim for line in ledgers["gan-uq", "real"].results}
    metrics = ("Accuracy", "Precision", "Recall", "F1")
    assert {f"{kind}/{metric}" for kind in ("best", "order") for metric in metrics} <= gan_uq
    assert {"fig4-turn", "fig5-low-start", "confidence-errors/error", "uncertainty-misses/Recall"} <= gan_uq
    assert {claim[:4] for claim in gan_uq} >= {"fig2", "fig3", "fig4", "fig5"}
    crl_bsad = {line.claim: line for line in ledgers["crl-bsad", "real"].results}
    assert {"fig2-recall-hill", "fig2-precision-stable"} <= set(crl_bsad)
    printed = {line.published for claim, line in crl_bsad.items() if claim.startswith("fig2/")}
    text = "0.924 0.895 0.812 0.796 0.802 0.798 0.848 0.856 0.851 0.772 0.779 0.910 0.888"
    assert sorted(printed) == sorted(text.split(" "))
    assert {crl_bsad[f"fig2/{place}/F1-score"].verdict for place in "123"} == {"INCONSISTENT"}
    assert crl_bsad["fig2/0/F1-score"].verdict != "INCONSISTENT"


def test_all_readings_of_the_paper_are_tried(ledgers):
    """With a perfect score at its maximum everywhere, no reading is left out."""
    reasons = {line.claim: line.reason for line in ledgers["gan-uq", "real"].results}
    assert "refuted in 96 readings" in reasons["table1/Ours/F1-Score"]
    reasons = {line.claim: line.reason for line in ledgers["crl-bsad", "real"].results}
    assert "refuted in 144 readings" in reasons["table1/Ours/F1-score"]


CLAIM = """
[[claim]]
id = "one"
place = "here"
paraphrase = "x"
kind = "peak-at"
artifact = "tiny/fig1"
scenario = "injected"
metrics = ["F1"]
at = 3
"""


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (CLAIM.replace("peak-at", "peek-at"), "peek-at"),
        (CLAIM + "colour = 1\n", "colour"),
        (CLAIM.replace("at = 3", ""), "at"),
        (CLAIM.replace('scenario = "injected"', ""), "needs a scenario"),
        (CLAIM + CLAIM, "given twice"),
        (CLAIM + "[rows]\n", "belongs in published.toml"),
        ("[[claim]", "cannot be read"),
    ],
)
def test_a_faulty_file_is_one_error(tmp_path, content, problem):
    (tmp_path / "claims.toml").write_text(content)
    with pytest.raises(DataError, match=problem) as caught:
        read_claims(tmp_path)
    assert "claims.toml" in str(caught.value)
    (tmp_path / "claims.toml").write_text(CLAIM)
    assert read_claims(tmp_path).claim[0].at == ("3",)


def test_a_label_that_published_does_not_have_is_an_error(tmp_path):
    (tmp_path / "claims.toml").write_text(CLAIM)
    (tmp_path / "published.toml").write_text('[rows]\n"Ours" = ["Ours, published"]\n')
    option = '{ id = "p", text = "t", rows = { "Ours" = "Ours, publish" } }'
    content = f'[[choice]]\nid = "preset"\nsentence = "s"\nplace = "p"\noption = [{option}]\n'
    (tmp_path / "readings.toml").write_text(content)
    with pytest.raises(DataError, match=r"'Ours' has no label 'Ours, publish'; published\.toml has: Ours, published"):
        read_claims(tmp_path)


def test_a_label_that_goes_on_must_be_known_with_each_earlier_one(tmp_path):
    (tmp_path / "claims.toml").write_text(CLAIM)
    (tmp_path / "published.toml").write_text('[rows]\n"Ours" = ["Ours, p", "Ours, m", "Ours, p, long"]\n')
    options = [f'{{ id = "{one}", text = "t", rows = {{ "Ours" = "Ours, {one}" }} }}' for one in "pm"]
    longer = '{ id = "long", text = "t", rows = { "Ours" = "{}, long" } }'
    content = (
        f'[[choice]]\nid = "preset"\nsentence = "s"\nplace = "p"\noption = [{", ".join(options)}]\n'
        f'[[choice]]\nid = "window"\nsentence = "s"\nplace = "p"\noption = [{longer}]\n'
    )
    (tmp_path / "readings.toml").write_text(content)
    with pytest.raises(DataError, match="'Ours' has no label 'Ours, m, long'"):
        read_claims(tmp_path)


def test_a_single_claim_is_found_by_its_id():
    folder = PAPERS["gan-uq"].folder
    claims, tables = read_claims(folder), read_published(folder)
    assert claims.named("best/F1", tables).choices.ceilings == "gan-uq/table1"
    with pytest.raises(UnknownNameError, match="did you mean"):
        claims.named("best/F2", tables)
