"""The engine for Sigma rules."""

from __future__ import annotations

from typing import Any

import pytest

from baselines.rules.sigma import UnsupportedRuleError, compile_all, compile_rule

EVENT = {
    "eventName": "PutUserPolicy",
    "errorCode": None,
    "readOnly": False,
    "count": 12,
    "userIdentity": {"arn": "arn:aws:iam::1:user/Ann", "type": "IAMUser"},
    "requestParameters": {
        "userName": "arn:aws:iam::1:user/ann",
        "layers": ["one:layer", {"arn": "two"}],
        "path": r"a\b*",
    },
    "resources": [{"type": "AWS::S3::Bucket"}, {"type": "AWS::KMS::Key"}],
}


def rule(selection: str, condition: str = "selection") -> str:
    return f"title: T\nauthor: A\nlevel: high\ndetection:\n  selection:\n    {selection}\n  condition: {condition}\n"


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ("eventName: putuserpolicy", True),
        ("eventName|cased: putuserpolicy", False),
        ("eventName: PutUser", False),
        ("eventName: Put*y", True),
        ("eventName: PutUserPolic?", True),
        ("eventName: [Other, PutUserPolicy]", True),
        ("eventName|contains: userpol", True),
        ("eventName|contains|all: [put, policy]", True),
        ("eventName|contains|all: [put, delete]", False),
        ("eventName|startswith: put", True),
        ("eventName|startswith: user", False),
        ("eventName|endswith: policy", True),
        ("eventName|re: '^Put.+Policy$'", True),
        ("eventName|re: '^put'", False),
        ("eventName|re|i: '^put'", True),
        ("errorCode: null", True),
        ("missing: null", True),
        ("eventName: null", False),
        ("errorCode: [Success, null]", True),
        ("errorCode|contains: '*'", False),
        ("eventName|exists: true", True),
        ("missing|exists: true", False),
        ("readOnly: 'false'", True),
        ("readOnly: false", True),
        ("readOnly: true", False),
        ("count: 12", True),
        ("count: '1?'", True),
        ("userIdentity.type: IAMUser", True),
        ("userIdentity.arn|fieldref: requestParameters.userName", True),
        ("userIdentity.arn|fieldref: eventName", False),
        ("userIdentity.arn|fieldref: missing", False),
        ("requestParameters.layers|contains: layer", True),
        ("requestParameters.layers.arn: two", True),
        ("resources.type: AWS::KMS::Key", True),
        ("""requestParameters|contains: '"arn":"two"'""", True),
        (r"requestParameters.path: 'a\\b\*'", True),
        (r"requestParameters.path: 'a\\b\?'", False),
        ("- eventName: Other\n    - count: 12", True),
        ("- eventName: Other\n    - count: 13", False),
        ("eventName: PutUserPolicy\n    count: 13", False),
    ],
)
def test_a_selection_matches_as_sigma_says(selection: str, expected: bool) -> None:
    assert compile_rule("r", rule(selection)).matches(EVENT) is expected


def test_a_rule_keeps_its_name_its_author_and_its_level() -> None:
    compiled = compile_rule("file", rule("a: b"))
    assert (compiled.name, compiled.title, compiled.author, compiled.level) == ("file", "T", "A", "high")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (rule("eventName|base64offset: x"), "'base64offset' of 'eventName|base64offset' is not supported"),
        (rule("- word\n    - other"), "maps from fields"),
        (rule("eventName: x", "selection | count() > 3"), "not supported"),
        (rule("eventName: x", "selected"), "'selected', which is no selection"),
        (rule("eventName|re: '('"), "unterminated"),
        (rule("eventName: x").replace("high", "awful"), "'awful' is none of informational"),
        (rule("eventName: x") + "---\ncorrelation: {type: event_count}\n", "correlation of events"),
        (rule("eventName: x").replace("  condition", "  timeframe: 5m\n  condition"), "time frame"),
        ("detection: [", "not YAML"),
        ("- a", "one YAML document"),
        ("title: T", "one YAML document"),
    ],
)
def test_a_rule_that_cannot_run_is_named_with_the_reason(text: str, message: str) -> None:
    with pytest.raises(UnsupportedRuleError, match="'odd' cannot run") as caught:
        compile_rule("odd", text)
    assert message in str(caught.value)
    compiled, refused = compile_all([("good", rule("a: b")), ("odd", text)])
    assert [one.name for one in compiled] == ["good"]
    assert message in refused["odd"]


def test_a_path_through_a_scalar_or_an_empty_list_is_a_missing_field() -> None:
    events: list[dict[str, Any]] = [{"a": "text"}, {"a": []}, {"a": {"b": []}}, {}]
    assert all(compile_rule("r", rule("a.b: null")).matches(event) for event in events)
    assert not any(compile_rule("r", rule("a.b: x")).matches(event) for event in events)
