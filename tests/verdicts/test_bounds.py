"""A claim that a number keeps a stated bound: in its own unit where it has a range, else as a share of the bound."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from benchmark.interfaces.errors import DataError
from benchmark.interfaces.numbers import Number
from benchmark.stats.comparisons import holm
from benchmark.verdicts.bounds import Bound, BoundsClaim
from benchmark.verdicts.choices import Choices
from benchmark.verdicts.claims import read_claims
from benchmark.verdicts.evidence import Sample, bound_evidence, decide
from benchmark.verdicts.numbers import ClaimNumbers, Measured

LATENCY, RATE, RECALL = "latency: p99 ms", "latency: events per second", "Recall@val"
FAST = Bound(metric=LATENCY, at_most=1000, because="a second")
OFTEN = Bound(metric=RATE, at_least=110, because="the busiest second")


def number(label: str, metric: str, values: list[float], status: str = "OK", timed: bool = True) -> Number:
    found = dict(enumerate(values))
    reason = "" if status == "OK" else "why"
    return Number("s", "", f"method-{label}", label, metric, status, reason, found, (), timed=timed)


def judged(bounds: tuple[Bound, ...], *numbers: Number, row: str = "a", choices: Choices | None = None):
    written = BoundsClaim(
        id="c", kind="bounds", place="p", paraphrase="x", artifact="t/table", scenario="s", rows=(row,), bounds=bounds
    )
    (claim,) = written.expand({}, {})
    assert isinstance(claim, BoundsClaim)
    assert (claim.id, claim.family) == (f"c/{row}", "c")
    claim = claim.bound(choices or Choices(), {})
    case = claim.case(ClaimNumbers(claim.id, claim.artifact, Measured({"t/table": numbers})), {})
    return case.judge(case.refuted)


def test_a_number_far_on_the_allowed_side_keeps_its_bound():
    found = judged((FAST,), number("a", LATENCY, [2.0, 3.0, 2.5]))
    assert found.verdict == "REPRODUCED"
    assert found.measured == "latency: p99 ms 2.5 ± 1.2, on the machine of the run (at most 1000)"
    assert "room of 0.02: power" in found.power
    assert judged((OFTEN,), number("a", RATE, [2000.0, 1900.0])).verdict == "REPRODUCED"


@pytest.mark.parametrize("bounds", [(FAST, OFTEN), (OFTEN, FAST)])
def test_every_bound_has_to_be_kept_and_one_that_is_missed_refutes(bounds):
    fast, slow = number("a", LATENCY, [2.0, 3.0, 2.5]), number("a", RATE, [11.0, 12.0, 10.5])
    found = judged(bounds, fast, slow)
    assert found.verdict == "NOT_REPRODUCED"
    assert "latency: events per second 11.17 ± 1.9, on the machine of the run (at least 110)" in found.reason
    assert judged(bounds, fast, number("a", RATE, [911.0, 912.0])).verdict == "REPRODUCED"


def test_a_spread_across_the_bound_shows_nothing():
    assert judged((FAST,), number("a", LATENCY, [200.0, 2500.0, 900.0])).verdict == "UNDECIDABLE"
    near = [979.0, 1001.0, 1003.0, 999.0, 1000.0, 998.0, 1001.5, 1002.0]
    assert judged((FAST,), number("a", LATENCY, near)).verdict == "DIRECTION_ONLY"
    assert judged((FAST,), number("a", LATENCY, [2000 - value for value in near])).verdict == "WITHIN_NOISE"


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (0.5, "REPRODUCED"),
        (0.6, "REPRODUCED"),
        (0.49, "WITHIN_NOISE"),
        (0.48, "NOT_REPRODUCED"),
        (0.1, "NOT_REPRODUCED"),
    ],
)
def test_a_number_that_never_varies_keeps_its_bound_exactly_too(value, verdict):
    half = Bound(metric=RECALL, at_least=0.5, because="half")
    assert judged((half,), number("a", RECALL, [value] * 3, timed=False)).verdict == verdict


def test_room_is_a_share_of_the_bound_unless_the_metric_has_a_range():
    assert FAST.room(250.0) == pytest.approx(0.75)
    assert OFTEN.room(55.0) == pytest.approx(-0.5)
    assert OFTEN.room(1100.0, timed=True) == pytest.approx(2.302585)
    assert FAST.room(250.0, timed=True) == pytest.approx(1.386294)
    assert Bound(metric="Recall", at_least=0.5, because="").room(0.75) == pytest.approx(0.25)
    assert Bound(metric="False-Alarm-Rate@val", at_most=0.0, because="").room(0.1) == pytest.approx(-0.1)


def test_a_bound_has_one_side_and_a_scale():
    for fields in ({}, {"at_least": 1, "at_most": 2}, {"at_least": 0}):
        with pytest.raises(ValidationError, match="latency: p99 ms: "):
            Bound(metric=LATENCY, because="", **fields)


def test_a_failed_number_leaves_the_others_to_refute():
    failed = number("a", RATE, [], "TIMEOUT")
    assert judged((FAST, OFTEN), number("a", LATENCY, [2.0, 3.0]), failed).verdict == "NOT_TESTABLE"
    assert judged((FAST, OFTEN), number("a", LATENCY, [2000.0, 2100.0]), failed).verdict == "NOT_REPRODUCED"


def test_an_undefined_number_a_single_seed_and_an_untestable_row_judge_nothing():
    assert "undefined" not in judged((FAST,), number("a", LATENCY, [], "UNDEFINED")).verdict
    for found in (
        judged((FAST,), number("a", LATENCY, [], "UNDEFINED")),
        judged((FAST,), number("a", LATENCY, [2.0])),
        judged((FAST,), number("a", LATENCY, [2.0, 3.0]), choices=Choices(untestable={"a": "no code"})),
    ):
        assert found.verdict == "NOT_TESTABLE"


def test_a_perfect_row_without_the_number_judges_nothing_away():
    """A perfect score has no latency: that leaves no section out."""
    choices = Choices(ceilings="t/table")
    perfect = (number("perfect", LATENCY, [], "UNDEFINED"), number("perfect", "Recall@val", [1.0, 1.0], timed=False))
    chance = number("chance", LATENCY, [0.1, 0.1])
    found = judged((FAST,), number("a", LATENCY, [2.0, 3.0]), *perfect, chance, choices=choices)
    assert found.verdict == "REPRODUCED"


def test_both_error_rates_are_at_most_five_percent_at_the_bound():
    generator = np.random.default_rng(0)
    values = generator.normal(1.0, 0.1, size=(4000, 1, 2, 5))
    evidence = bound_evidence(Sample.of(values - 1.0), 1)
    verdicts = decide(evidence, evidence.refuted_everywhere)
    assert np.mean(verdicts == "NOT_REPRODUCED") < 0.06
    assert np.mean(verdicts == "REPRODUCED") < 0.06
    one = bound_evidence(Sample.of(values[..., :1, :] - 1.0), 1)
    assert np.mean(decide(one, one.refuted_everywhere) == "REPRODUCED") == pytest.approx(0.05, abs=0.015)
    assert holm([0.04, 0.03]).max() == pytest.approx(0.06)


TOML = """
[[claim]]
id = "real-time"
place = "here"
paraphrase = "x"
kind = "bounds"
artifact = "t/table"
scenario = "s"
rows = ["a", "b"]
bounds = [{ metric = "latency: p99 ms", at-most = 1000, because = "a second" }]
"""


def test_it_is_read_from_the_file_of_claims_one_for_each_row(tmp_path):
    (tmp_path / "claims.toml").write_text(TOML)
    claims = read_claims(tmp_path)
    assert [claim.id for claim in claims.expand({})] == ["real-time/a", "real-time/b"]
    (tmp_path / "claims.toml").write_text(TOML.replace("at-most", "at-last"))
    with pytest.raises(DataError, match="at-last"):
        read_claims(tmp_path)
