"""The label rule of the recorded attacks: which events are of an attack, decided without what a detector sees.

The attacks were carried out with Stratus Red Team, which writes its name and the number of its run into ``userAgent``.
The rule reads the user agent, the address, the credential and the second of an event. Detectors see none of these.

1. A *run* is all events of one number whose user agent begins with the tool's name. Where the name stands inside the
   user agent of Terraform, the tool prepares its target: ordinary infrastructure work, benign.
2. A run that only calls ``DescribeAccountAttributes`` is the tool's check of its connection: *set-up*.
3. Three or more other runs that begin in one second are the tool undoing what it did: *set-up*.
4. Every other run is an *execution* of an attack, and all its events are attacks.
5. A credential of an instance (its session is named ``i-…``) used from the address of the runs has been stolen: these
   events are attacks, an execution of their own for each credential.
6. Every other event is *benign*.

Set-up events are neither attack nor benign work, so they are left out. Rule 2 names a call, which a detector would see;
it decides only what is left out.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmark.data.cloudtrail.events import Event

TOOL = "stratus-red-team_"
CHECK = "DescribeAccountAttributes"
TOGETHER = 3
"""Runs that begin in one second from which on they are taken for undoing."""

_RUN = re.compile(rf"^\[?{TOOL}([0-9a-f-]+)")
_INSTANCE_SESSION = re.compile(r":assumed-role/[^/]+/i-[0-9a-f]+$")

DECISIVE: tuple[tuple[str, str], ...] = (
    ("GetPasswordData", "aws.credential-access.ec2-get-password-data"),
    ("GetCommandInvocation", "aws.credential-access.ec2-steal-instance-credentials"),
    ("DescribeInstances", "aws.credential-access.ec2-steal-instance-credentials"),
    ("GetSecretValue", "aws.credential-access.secretsmanager-retrieve-secrets"),
    ("GetParameters", "aws.credential-access.ssm-retrieve-securestring-parameters"),
    ("DeleteTrail", "aws.defense-evasion.cloudtrail-delete"),
    ("PutEventSelectors", "aws.defense-evasion.cloudtrail-event-selectors"),
    ("PutBucketLifecycle", "aws.defense-evasion.cloudtrail-lifecycle-rule"),
    ("StopLogging", "aws.defense-evasion.cloudtrail-stop"),
    ("LeaveOrganization", "aws.defense-evasion.organizations-leave"),
    ("DeleteFlowLogs", "aws.defense-evasion.vpc-remove-flow-logs"),
    ("DescribeInstanceAttribute", "aws.discovery.ec2-download-user-data"),
    ("SendCommand", "aws.discovery.ec2-enumerate-from-instance"),
    ("RunInstances", "aws.execution.ec2-launch-unusual-instances"),
    ("AuthorizeSecurityGroupIngress", "aws.exfiltration.ec2-security-group-open-port-22-ingress"),
    ("ModifyImageAttribute", "aws.exfiltration.ec2-share-ami"),
    ("ModifySnapshotAttribute", "aws.exfiltration.ec2-share-ebs-snapshot"),
    ("ModifyDBSnapshotAttribute", "aws.exfiltration.rds-share-snapshot"),
    ("PutBucketPolicy", "aws.exfiltration.s3-backdoor-bucket-policy"),
    ("ConsoleLogin", "aws.initial-access.console-login-without-mfa"),
    ("UpdateAssumeRolePolicy", "aws.persistence.iam-backdoor-role"),
    ("CreateUser", "aws.persistence.iam-create-admin-user"),
    ("CreateAccessKey", "aws.persistence.iam-backdoor-user"),
    ("CreateLoginProfile", "aws.persistence.iam-create-user-login-profile"),
    ("AddPermission20150331v2", "aws.persistence.lambda-backdoor-function"),
    ("UpdateFunctionCode20150331v2", "aws.persistence.lambda-overwrite-code"),
    ("CreateTrustAnchor", "aws.persistence.rolesanywhere-create-trust-anchor"),
)
"""Call by which the technique of an execution is recognised, the first that applies: it names the kind of an attack,
and never decides whether an event is one."""

UNKNOWN = "unknown technique"


@dataclass(frozen=True)
class Verdicts:
    """What the rule says of each event.

    Parameters
    ----------
    executions : dict of int to str
        Execution of each attack event, by its position; every position that is in neither is benign.
    set_up : frozenset of int
        Positions of set-up events.
    techniques : dict of str to str
        Technique of each execution.
    """

    executions: Mapping[int, str]
    set_up: frozenset[int]
    techniques: Mapping[str, str]


def judge(events: Sequence[Event]) -> Verdicts:
    """Apply the label rule to the events of one account, in order of time."""
    runs: dict[str, list[int]] = defaultdict(list)
    for position, event in enumerate(events):
        if match := _RUN.match(str(event.get("userAgent", ""))):
            runs[match[1]].append(position)
    checks = {run for run, places in runs.items() if all(events[p]["eventName"] == CHECK for p in places)}
    others = {run: places for run, places in runs.items() if run not in checks}
    seconds = Counter(events[places[0]]["eventTime"] for places in others.values())
    undoing = {run for run, places in others.items() if seconds[events[places[0]]["eventTime"]] >= TOGETHER}
    executions = {p: run for run, places in others.items() if run not in undoing for p in places}
    addresses = {events[p].get("sourceIPAddress") for places in runs.values() for p in places}
    for position, event in enumerate(events):
        identity = event["userIdentity"]
        own = _INSTANCE_SESSION.search(str(identity.get("arn", "")))
        if own and event.get("sourceIPAddress") in addresses and position not in executions:
            executions[position] = str(identity.get("accessKeyId", own[0]))
    left_out = frozenset(p for run in checks | undoing for p in runs[run])
    calls: dict[str, set[str]] = defaultdict(set)
    for position, execution in executions.items():
        calls[execution].add(events[position]["eventName"])
    return Verdicts(executions, left_out, {execution: technique(names) for execution, names in calls.items()})


def technique(calls: set[str]) -> str:
    """Technique of an execution that made these calls."""
    return next((name for call, name in DECISIVE if call in calls), UNKNOWN)
