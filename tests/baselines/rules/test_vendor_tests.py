"""The engine on 461 test events of a vendor's rules, and on every other real event.

The vendor's verdicts are of its own rules: Python programs, which the data do not hold. So a verdict can be compared
only where a Sigma rule describes the same action. `SAME` says where, by reading the names of the vendor's rules, the
calls of their test events, and the Sigma rules; never by their verdicts. Where the two differ, `DIFFERENT` gives the
sentence of the Sigma rule, or of the event, that makes them differ.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from baselines.rules.detector import FOLDER, Rules, sigma_rules
from benchmark.data.cloudtrail.reader import CloudTrail
from benchmark.interfaces.recording import Recording

SAME: Mapping[str, tuple[str, ...]] = {
    "AWS.Bedrock.GuardrailUpdateDelete": (
        "aws_cloudtrail_bedrock_guardrail_deleted",
        "aws_cloudtrail_bedrock_guardrail_updated",
    ),
    "AWS.CloudTrail.EnableRegion": ("aws_cloudtrail_region_enabled",),
    "AWS.CloudTrail.IMDSCredentialExfiltration": ("aws_cloudtrail_imds_malicious_usage",),
    "AWS.CloudTrail.LoginProfileCreatedOrModified": ("aws_update_login_profile",),
    "AWS.CloudTrail.SnapshotMadePublic": ("aws_snapshot_backup_exfiltration",),
    "AWS.CloudTrail.Stopped": ("aws_cloudtrail_disable_logging",),
    "AWS.ConfigService.DisabledDeleted": ("aws_config_disable_recording",),
    "AWS.Console.GetSigninToken.Abuse": ("aws_console_getsignintoken",),
    "AWS.Console.LoginWithoutMFA": ("aws_cloudtrail_console_login_success_without_mfa",),
    "AWS.EC2.EBS.Encryption.Disabled": ("aws_ec2_disable_encryption",),
    "AWS.EC2.NetworkACLModified": ("aws_cloudtrail_new_acl_entries",),
    "AWS.EC2.RouteTableModified": ("aws_cloudtrail_new_route_added",),
    "AWS.EC2.SecurityGroupModified": ("aws_cloudtrail_security_group_change_ingress_egress",),
    "AWS.EC2.Startup.Script.Change": ("aws_ec2_startup_script_change",),
    "AWS.IAM.Backdoor.User.Keys": ("aws_iam_backdoor_users_keys",),
    "AWS.IPSet.Modified": ("aws_guardduty_disruption",),
    "AWS.RDS.MasterPasswordUpdated": ("aws_rds_change_master_password",),
    "AWS.RDS.PublicRestore": ("aws_rds_public_db_restore",),
    "AWS.RDS.SecurityGroupIngressAuthorized": ("aws_cloudtrail_security_group_change_rds",),
    "AWS.Root.Activity": ("aws_root_account_usage",),
    "AWS.S3.BucketDeleted": ("aws_cloudtrail_bucket_deleted",),
    "AWS.S3.SuspendVersioning": ("aws_disable_bucket_versioning",),
    "AWS.SSM.DistributedCommand": ("aws_cloudtrail_ssm_malicious_usage",),
    "AWS.STS.GetCallerIdentity.TruffleHog": ("aws_sts_getcalleridentity_trufflehog",),
    "AWS.STS.GetSessionToken.Misuse": ("aws_sts_getsessiontoken_misuse",),
    "AWS.SecurityHub.Finding.Evasion": ("aws_securityhub_finding_evasion",),
    "AWS.Suspicious.SAML.Activity": ("aws_susp_saml_activity", "aws_delete_saml_provider"),
    "AWS.User.Login.Profile.Modified": ("aws_update_login_profile",),
    "AWS.VPCFlow.LogsDeleted": ("aws_cloudtrail_vpc_flow_logs_deleted",),
}
"""Sigma rules of the same action, by the vendor's rule."""

FAILED = "The vendor leaves calls out that failed; the Sigma rule does not ask for the error code."
LOGIN = "The vendor leaves out log-ins by SAML, by single sign-on and into roles; the Sigma rule takes every log-in."
OWN = "The Sigma rule compares the user name with the whole identifier of the caller, which are never equal."
LOWER = "The vendor's file has the field names in lower case."
INSTANCE = "The Sigma rule is about roles of AWS itself (assumed-role/aws:), the vendor's about those of instances."
ROOT = "The vendor leaves out reading, failed log-ins and a service's role; the Sigma rule takes every call of root."

DIFFERENT: Mapping[tuple[str, int], str] = {
    ("AWS.CloudTrail.Stopped", 2): FAILED,
    ("AWS.CloudTrail.SnapshotMadePublic", 2): FAILED,
    ("AWS.ConfigService.DisabledDeleted", 2): FAILED,
    ("AWS.EC2.NetworkACLModified", 2): FAILED,
    ("AWS.EC2.RouteTableModified", 2): FAILED,
    ("AWS.EC2.SecurityGroupModified", 2): FAILED,
    ("AWS.IAM.Backdoor.User.Keys", 4): FAILED,
    ("AWS.RDS.SecurityGroupIngressAuthorized", 3): FAILED,
    ("AWS.S3.SuspendVersioning", 2): FAILED,
    ("AWS.STS.GetSessionToken.Misuse", 1): FAILED,
    ("AWS.CloudTrail.EnableRegion", 0): "The event is of cloudtrail, the Sigma rule is about account.",
    ("AWS.CloudTrail.IMDSCredentialExfiltration", 0): INSTANCE,
    ("AWS.CloudTrail.IMDSCredentialExfiltration", 9): INSTANCE,
    ("AWS.CloudTrail.LoginProfileCreatedOrModified", 0): OWN,
    ("AWS.User.Login.Profile.Modified", 0): OWN,
    ("AWS.User.Login.Profile.Modified", 2): "The vendor leaves out a password that must be changed at the next log-in.",
    ("AWS.CloudTrail.SnapshotMadePublic", 1): "The Sigma rule takes every change of the attribute, public or not.",
    ("AWS.Console.LoginWithoutMFA", 3): LOGIN,
    ("AWS.Console.LoginWithoutMFA", 7): "The same fields are a hit in test 0: the vendor's program also keeps a state.",
    ("AWS.Console.LoginWithoutMFA", 8): LOGIN,
    ("AWS.Console.LoginWithoutMFA", 9): LOGIN,
    ("AWS.Console.LoginWithoutMFA", 10): LOGIN,
    ("AWS.EC2.Startup.Script.Change", 1): "The Sigma rule asks for attribute=userData; the event has userData itself.",
    ("AWS.IAM.Backdoor.User.Keys", 0): "The filter of the Sigma rule is a literal text, so that it leaves out nothing.",
    ("AWS.IPSet.Modified", 0): LOWER,
    ("AWS.IPSet.Modified", 1): LOWER,
    ("AWS.RDS.SecurityGroupIngressAuthorized", 4): "The Sigma rule also names RevokeDBSecurityGroupIngress.",
    ("AWS.Root.Activity", 0): ROOT,
    ("AWS.Root.Activity", 3): ROOT,
    ("AWS.Root.Activity", 5): ROOT,
    ("AWS.S3.BucketDeleted", 0): "The error code is an empty text; the Sigma rule asks for none, or for Success.",
    ("AWS.S3.SuspendVersioning", 1): "The event has Disabled; the Sigma rule asks for Suspended.",
    ("AWS.SSM.DistributedCommand", 2): "The vendor asks for many instances; the Sigma rule takes every command.",
    ("AWS.Suspicious.SAML.Activity", 0): "No Sigma rule is about CreateSAMLProvider.",
    ("AWS.Suspicious.SAML.Activity", 1): "The Sigma rule asks for status=success, a field that events do not have.",
}
"""Why the verdicts differ, by rule and position of the test among the tests of the rule."""


@cache
def recording(source: str, root: Path) -> Recording:
    (found,) = CloudTrail(source=source).load("real", root)  # type: ignore[arg-type]
    return found


@cache
def hits(source: str, root: Path) -> dict[str, Any]:
    return Rules().hits(recording(source, root))


def events(source: str, root: Path) -> list[dict[str, Any]]:
    raw = recording(source, root).raw
    assert raw is not None
    return [json.loads(raw.text(point)) for point in range(len(raw))]


def of_rule(rule: str, root: Path) -> np.ndarray[Any, Any]:
    return np.flatnonzero(recording("vendor-tests", root).covariates["kind"] == rule)


def test_every_rule_runs_on_every_test_event(real_data: Path) -> None:
    vendor = recording("vendor-tests", real_data)
    matched = np.stack(list(hits("vendor-tests", real_data).values())).any(axis=0)
    assert (len(hits("vendor-tests", real_data)), len(matched)) == (57, 461)
    assert vendor.labels is not None
    assert int(vendor.labels.sum()) == 211
    assert len(set(vendor.covariates["kind"].tolist())) == 135


def test_verdicts_on_the_same_action_agree_but_for_the_differences_that_are_named(real_data: Path) -> None:
    labels, found = recording("vendor-tests", real_data).labels, hits("vendor-tests", real_data)
    assert labels is not None
    differing, compared = set(), 0
    for rule, sigma in SAME.items():
        for position, test in enumerate(of_rule(rule, real_data).tolist()):
            compared += 1
            if any(found[name][test] for name in sigma) != labels[test]:
                differing.add((rule, position))
    assert (len(SAME), compared, len(differing)) == (29, 112, 35)
    assert differing == set(DIFFERENT)


def test_the_events_bear_the_named_differences_out(real_data: Path) -> None:
    every = events("vendor-tests", real_data)
    for (rule, position), why in DIFFERENT.items():
        event = every[of_rule(rule, real_data)[position]]
        identity = event.get("userIdentity") or {}
        holds = {
            FAILED: bool(event.get("errorCode")),
            LOGIN: "SamlProviderArn" in (event.get("additionalEventData") or {})
            or identity.get("type") == "AssumedRole",
            OWN: identity.get("arn", "").endswith(f"/{(event.get('requestParameters') or {}).get('userName')}"),
            LOWER: "eventName" not in event and "eventname" in event,
            INSTANCE: "/i-" in identity.get("arn", ""),
            ROOT: identity.get("type") == "Root",
        }
        assert holds.get(why, True), (rule, position)


def plain_rules() -> dict[str, list[dict[str, Any]]]:
    """Rules that only compare whole fields, as the conditions of their one or more selections that must all hold."""
    found = {}
    for path in FOLDER.glob("*.yml"):
        detection = yaml.safe_load(path.read_text(encoding="utf-8"))["detection"]
        selections = [part for name, part in detection.items() if name != "condition"]
        whole = [part for part in selections if isinstance(part, dict) and not any("|" in key for key in part)]
        if len(selections) == 1 and len(whole) == 1 and detection["condition"] in detection:
            found[path.stem] = whole
    return found


def looked_up(event: dict[str, Any], path: str) -> Any:
    for part in path.split("."):
        event = event.get(part) if isinstance(event, dict) else None  # type: ignore[assignment]
    return event


def test_plain_rules_match_what_a_look_up_of_their_fields_finds(real_data: Path) -> None:
    rules, matched = plain_rules(), 0
    assert len(rules) >= 30
    for source in ("invictus", "stratus", "vendor-tests"):
        found = hits(source, real_data)
        for point, event in enumerate(events(source, real_data)):
            for name, selections in rules.items():
                expected = all(
                    str(looked_up(event, key)).lower() in {str(one).lower() for one in np.atleast_1d(wanted).tolist()}
                    for selection in selections
                    for key, wanted in selection.items()
                )
                assert found[name][point] == expected, (source, point, name)
                matched += expected
    assert matched > 100


def test_the_rules_cover_18_of_35_techniques_and_6_of_them_by_a_rule_on_any_call(real_data: Path) -> None:
    kinds, found = recording("stratus", real_data).covariates["kind"], hits("stratus", real_data)
    covered = {
        kind: {name for name, mask in found.items() if mask[kinds == kind].any()} for kind in set(kinds.tolist())
    }
    assert (len(covered), sum(map(bool, covered.values()))) == (35, 18)
    assert sum(rules == {"aws_sts_assumerole_misuse"} for rules in covered.values()) == 6
    (rule,) = (rule for rule in sigma_rules() if rule.name == "aws_sts_assumerole_misuse")
    role = {"type": "AssumedRole", "sessionContext": {"sessionIssuer": {"type": "Role"}}}
    assert rule.matches({"eventName": "AnyCall", "userIdentity": role})


@pytest.mark.parametrize("rule", sorted(SAME))
def test_pairs_name_rules_that_exist(rule: str) -> None:
    assert set(SAME[rule]) <= {one.name for one in sigma_rules()}
