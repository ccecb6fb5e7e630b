from benchmark.interfaces.registry import PAPERS
from benchmark.report.claims import records
from benchmark.report.findings import order, read_findings, shown
from benchmark.verdicts.record import Record


def test_the_findings_are_five_and_carried_by_artifacts_and_claims_that_exist():
    papers = order([PAPERS.load(name)() for name in PAPERS.names()])
    artifacts = {artifact.name for paper in papers for artifact in paper.artifacts()}
    recorded = {paper.name: record for paper in papers if (record := records(paper)["real"]) is not None}
    assert len(read_findings()) == 5
    for one in read_findings():
        assert one.figure in artifacts
        for claim in one.claims:
            paper, _, name = claim.partition(": ")
            assert name in recorded[paper].verdicts, claim
    assert [paper.name for paper in papers[:2]] == ["gan-uq", "crl-bsad"]


def test_a_finding_shows_the_recorded_verdict_and_not_one_of_its_own():
    papers = [PAPERS.load("gan-uq")()]
    claim = read_findings()[0].claims[0].partition(": ")[2]
    record = Record({claim: "UNDECIDABLE"}, {})
    (finding,) = shown(papers, {"gan-uq": record}, {"gan-uq": {claim: "in words"}})
    assert (finding.name, finding.verdicts) == ("gan-uq-readings", (("in words", "UNDECIDABLE"),))
