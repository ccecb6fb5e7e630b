"""The detector of rules written by hand."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from baselines.rules.detector import FOLDER, Rules, rules_for, sigma_rules
from baselines.rules.handwritten import CallRule, ConnectionRule, call_rules, connection_rules
from baselines.rules.sigma import LEVELS
from benchmark.data.adfa_ld.calls import CALLS
from benchmark.data.nsl_kdd.reader import NslKdd
from benchmark.data.nsl_kdd.schema import CATEGORIES, CHANNELS
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.raw import Categorical, Ragged, Raw
from benchmark.interfaces.recording import Recording


def recording(raw: Raw) -> Recording:
    return Recording("r", np.zeros((len(raw), 1), np.float32), ("c",), sequential=False, raw=raw)


def events(*found: dict[str, Any]) -> Recording:
    texts = [np.frombuffer(json.dumps(event).encode(), np.uint8) for event in found]
    return recording(Raw(documents=Ragged.of(texts, np.uint8)))


def processes(*traces: str) -> Recording:
    calls = [np.array([CALLS.index(name) for name in trace.split()], np.int16) for trace in traces]
    return recording(Raw(sequences=Ragged.of(calls, np.int16), alphabet=CALLS))


def connections(*rows: dict[str, Any]) -> Recording:
    numbers = {name: np.array([row.get(name, 0) for row in rows], np.float32) for name in CHANNELS}
    categories = {}
    for name in CATEGORIES:
        names, codes = np.unique([row.get(name, "usual") for row in rows], return_inverse=True)
        categories[name] = Categorical(codes.astype(np.int16), tuple(map(str, names)))
    return recording(Raw(numbers, categories))


def fitted(train: Recording, **parameters: Any) -> Rules:
    detector = Rules(**parameters)
    detector.fit(train, train)
    return detector


STOP = {"eventSource": "cloudtrail.amazonaws.com", "eventName": "StopLogging"}
BENIGN = {"eventSource": "ec2.amazonaws.com", "eventName": "DescribeInstances"}


def test_every_sigma_rule_of_the_package_runs_and_keeps_its_author() -> None:
    rules = sigma_rules()
    assert len(rules) == len(list(FOLDER.glob("*.yml"))) == 57
    assert all(rule.author and rule.identifier and rule.level in LEVELS for rule in rules)
    assert "Detection Rule License" in (FOLDER / "LICENSE.Detection.Rules.md").read_text(encoding="utf-8")


def test_events_get_the_level_of_the_rule_that_matches() -> None:
    test = events(BENIGN, STOP)
    assert fitted(test).score(test).tolist() == [0, LEVELS["medium"]]
    assert fitted(test).hits(test)["aws_cloudtrail_disable_logging"].tolist() == [False, True]


def test_more_rules_of_a_level_score_higher_and_a_higher_level_outweighs_them() -> None:
    flood = {"flag": "S0", "count": 200, "serror_rate": 1}
    slow = {"dst_host_serror_rate": 1, "dst_host_count": 255}
    test = connections({}, {"urgent": 1}, {"urgent": 1, "su_attempted": 1}, flood, flood | slow, {"land": 1})
    scores = fitted(test).score(test)
    assert scores.tolist() == [0, 3, 3.5, 4, 4.5, 5]
    assert scores.dtype == np.float32


def test_a_bound_of_a_rate_is_met_by_the_rate_as_the_file_has_it() -> None:
    flood = {"flag": "S0", "count": 50, "serror_rate": 0.7}
    test = connections(flood, flood | {"serror_rate": 0.69}, flood | {"flag": "SF"})
    assert fitted(test).hits(test)["syn-flood"].tolist() == [True, False, False]


def test_calls_match_where_one_occurs_or_a_run_lies_close_together() -> None:
    shell = "socketcall read dup2 close dup2 execve"
    far = shell.replace("close", "close " * 40)
    test = processes("open read", "open ptrace", shell, far, "dup2 dup2 execve socketcall", "socketcall dup2 execve")
    hits = fitted(test).hits(test)
    assert hits["trace of another process"].tolist() == [False, True, False, False, False, False]
    assert hits["shell on a socket"].tolist() == [False, False, True, False, False, False]


def test_a_run_does_not_reach_into_the_next_process() -> None:
    test = processes("socketcall dup2", "dup2 execve", "open")
    assert not fitted(test).hits(test)["shell on a socket"].any()


def test_calls_can_be_counted() -> None:
    rule = CallRule("many", "low", "", any=("open", "read"), times=3)
    raw = processes("open read", "open close read open").raw
    assert raw is not None
    assert rule.matches(raw).tolist() == [False, True]


def test_rows_are_scored_one_by_one_and_twice_alike() -> None:
    _, test = NslKdd(twin_rows=2_000).read_twin()
    detector, rows = fitted(test), np.arange(0, len(test), 3)
    scores = detector.score(test.unlabelled())
    assert scores.shape == (len(test),)
    assert np.isfinite(scores).all()
    assert scores.tobytes() == detector.score(test).tobytes()
    assert detector.score(test.take(rows)).tobytes() == scores[rows].tobytes()


def test_matches_of_each_rule_are_further_scores() -> None:
    test = events(BENIGN, STOP)
    assert fitted(test).extra_scores() == ()
    detector = fitted(test, each=True)
    assert len(detector.extra_scores()) == 57
    assert detector.extra_score("AWS CloudTrail Important Change (vitaliy0x1)", test).tolist() == [0, 1]
    assert detector.diagnostics(test) == {"rules": 57, "rules that match": 1, "matched share": 0.5}


def test_points_without_rules_are_refused() -> None:
    plain = Recording("noise", np.zeros((3, 1), np.float32), ("c",))
    with pytest.raises(DataError, match=r"noise: there are rules for events \(cloudtrail\)"):
        fitted(plain).score(plain)


def test_a_rule_whose_column_or_call_is_missing_is_named() -> None:
    raw = Raw({"bytes": np.zeros(1, np.float32)}, {"service": Categorical(np.zeros(1, np.int16), ("http",))})
    with pytest.raises(DataError, match=r"column 'flag'.*'syn-flood'"):
        fitted(recording(raw)).score(recording(raw))
    other = recording(Raw(sequences=Ragged.of([np.zeros(1, np.int16)], np.int16), alphabet=("open",)))
    with pytest.raises(DataError, match="no call 'create_module'"):
        fitted(other).score(other)


def test_the_file_of_rules_has_a_level_and_a_reason_for_each_and_no_name_twice() -> None:
    for rules in (connection_rules(), call_rules()):
        assert len({rule.name for rule in rules}) == len(rules) > 0
        assert all(rule.level in LEVELS and rule.why for rule in rules)
    assert all(bool(rule.any) != bool(rule.run) for rule in call_rules())
    assert isinstance(rules_for(connections({}))[0], ConnectionRule)
