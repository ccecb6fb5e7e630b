"""The files of the CloudTrail folder, with their addresses."""

from __future__ import annotations

from benchmark.data.checksums import remote_file
from benchmark.interfaces.metadata import RemoteFile

FOLDER = "cloudtrail"
INVICTUS, VENDOR_TESTS = "invictus/events.jsonl.gz", "panther-tests/tests.jsonl.gz"

TECHNIQUES = (
    "aws.credential-access.ec2-get-password-data",
    "aws.credential-access.ec2-steal-instance-credentials",
    "aws.credential-access.secretsmanager-batch-retrieve-secrets",
    "aws.credential-access.secretsmanager-retrieve-secrets",
    "aws.credential-access.ssm-retrieve-securestring-parameters",
    "aws.defense-evasion.cloudtrail-delete",
    "aws.defense-evasion.cloudtrail-event-selectors",
    "aws.defense-evasion.cloudtrail-stop",
    "aws.defense-evasion.dns-delete-logs",
    "aws.defense-evasion.organizations-leave",
    "aws.defense-evasion.vpc-remove-flow-logs",
    "aws.discovery.ec2-download-user-data",
    "aws.execution.ec2-launch-unusual-instances",
    "aws.execution.ec2-user-data",
    "aws.execution.ssm-send-command",
    "aws.execution.ssm-start-session",
    "aws.exfiltration.ec2-security-group-open-port-22-ingress",
    "aws.exfiltration.ec2-share-ami",
    "aws.exfiltration.ec2-share-ebs-snapshot",
    "aws.exfiltration.rds-share-snapshot",
    "aws.impact.bedrock-invoke-model",
    "aws.initial-access.console-login-without-mfa",
    "aws.lateral-movement.ec2-instance-connect",
    "aws.lateral-movement.ec2-serial-console-send-ssh-public-key",
    "aws.persistence.iam-backdoor-role",
    "aws.persistence.iam-backdoor-user",
    "aws.persistence.iam-create-admin-user",
    "aws.persistence.iam-create-backdoor-role",
    "aws.persistence.iam-create-user-login-profile",
    "aws.persistence.lambda-backdoor-function",
    "aws.persistence.lambda-layer-extension",
    "aws.persistence.lambda-overwrite-code",
    "aws.persistence.rolesanywhere-create-trust-anchor",
    "aws.persistence.sts-federation-token",
    "aws.privilege-escalation.iam-update-user-login-profile",
)
"""The 35 techniques of Stratus Red Team whose log is published, one file each."""

_STRATUS = "https://raw.githubusercontent.com/DataDog/stratus-red-team/7c9a7a5/docs/detonation-logs"


def published_files() -> tuple[RemoteFile, ...]:
    """Describe the files that `data fetch` looks for.

    The logs of the techniques have an address and no checksum, since the copies that ours are compared with have one
    user name replaced. Events and tests were put together from many published files, so that they have no address.
    """
    logs = (remote_file(f"{FOLDER}/stratus/{name}.json", f"{_STRATUS}/{name}.json") for name in TECHNIQUES)
    return (remote_file(f"{FOLDER}/{INVICTUS}"), *logs, remote_file(f"{FOLDER}/{VENDOR_TESTS}"))


LOGIN = (
    "put together from public repositories, below cloudtrail/ in the data folder: invictus/events.jsonl.gz holds the "
    "records of all files of invictus-ir/aws_dataset@4667aa9:CloudTrail, in order of time, one a line, with tokens "
    "masked; panther-tests/tests.jsonl.gz holds the tests of the AWS CloudTrail rules of "
    "panther-labs/panther-analysis@daa10c8, one object of rule, expected and event a line. Rules (optional): "
    "SigmaHQ/sigma@8eaafff:rules/cloud/aws/cloudtrail to sigma-aws/, Yamato-Security/suzaku-rules@53068ef:suzaku/aws "
    "as suzaku-rules/suzaku-aws-cloudtrail.tar.gz"
)
