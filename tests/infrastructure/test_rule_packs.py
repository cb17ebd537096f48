"""What others think of the templates: cdk-nag, cfn-lint, checkov. None open, each answer met."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import aws_cdk as cdk
import cdk_nag
import pytest

from stacks import compliance
from stacks.application import Application
from stacks.settings import StageSettings
from tests.infrastructure.synthesis import (
    CONTEXT,
    REPOSITORY,
    STAGES,
    StubCode,
    Templates,
    new_app,
)

BIN = Path(sys.executable).parent
CHECKOV = REPOSITORY / "build" / "checkov-venv" / "bin" / "checkov"
Finding = tuple[str, str]


def application(folder: Path, stage: str, values: Mapping[str, object] = {}) -> cdk.App:
    app = new_app(folder)
    settings = StageSettings.of(stage, {**CONTEXT["stages"][stage], **values})
    Application(app, settings, StubCode(folder / "code"))
    return app


def report(app: cdk.App, folder: Path) -> dict[str, dict]:
    """Synthesise and return cdk-nag's report, by pack."""
    with suppress(RuntimeError):  # how findings that are open end a synthesis
        app.synth()
    content = json.loads((folder / "out" / "validation-report.json").read_text())
    return {pack["pluginName"]: pack for pack in content["pluginReports"]}


def findings(violations: list[dict]) -> set[Finding]:
    return {
        (place["constructPath"].removesuffix("/Resource"), violation["ruleName"])
        for violation in violations
        for place in violation["violatingConstructs"]
    }


@pytest.fixture
def acknowledged(monkeypatch: pytest.MonkeyPatch) -> dict[Finding, str]:
    """The acknowledgements the stacks make, as they make them, with their reasons."""
    seen: dict[Finding, str] = {}
    acknowledge = compliance.acknowledge

    def record(construct, rule: str, reason: str) -> None:
        seen[construct.node.path, f"AwsSolutions-{rule}"] = reason
        acknowledge(construct, rule, reason)

    monkeypatch.setattr(compliance, "acknowledge", record)
    return seen


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("values", [{}, {"model_source": "s3", "warm_keeping": "schedule"}])
def test_aws_solutions_has_nothing_open_and_every_acknowledgement_is_met(
    tmp_path: Path, acknowledged: dict[Finding, str], stage: str, values: dict
) -> None:
    app = application(tmp_path, stage, values)
    compliance.add_rule_packs(app)
    pack = report(app, tmp_path)["AwsSolutions"]
    assert pack["conclusion"] == "success"
    assert pack["violations"] == []
    met = {
        (violation["acknowledgedAt"], violation["ruleName"])
        for violation in pack["suppressedViolations"]
    }
    assert met == set(acknowledged)
    assert all(len(reason.split()) >= 6 for reason in acknowledged.values())


def test_acknowledgements_are_for_two_rules_on_roles_and_functions(
    tmp_path: Path, acknowledged: dict[Finding, str]
) -> None:
    application(tmp_path, "dev")
    assert {(path, rule.partition("[")[0]) for path, rule in acknowledged} == {
        ("vss-dev-network/FlowLogs/Role", "AwsSolutions-IAM5"),
        ("vss-dev-inference/Default/Role", "AwsSolutions-IAM5"),
        ("vss-dev-inference/Default/Surveillance", "AwsSolutions-L1"),
        ("vss-dev-inference/Enrolment/Role", "AwsSolutions-IAM5"),
        ("vss-dev-inference/Enrolment/Enrolment", "AwsSolutions-L1"),
    }


def test_without_acknowledgements_the_findings_appear_and_synthesis_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_out: set[Finding] = set()
    monkeypatch.setattr(
        compliance,
        "acknowledge",
        lambda construct, rule, _reason: left_out.add(
            (construct.node.path, f"AwsSolutions-{rule}")
        ),
    )
    app = application(tmp_path, "dev")
    compliance.add_rule_packs(app)
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
    content = json.loads((tmp_path / "out" / "validation-report.json").read_text())
    (pack,) = content["pluginReports"]
    assert findings(pack["violations"]) == left_out
    assert len(left_out) == 16


# Packs that are read, not obeyed: what each leaves, and why it stays.
DLQ_OF_QUEUE = "the source is a queue: its own dead-letter queue takes what fails"
INLINE = "one inline policy keeps a role from ever existing without its limits"
REPLICATION = "frames and templates are to be forgotten, not multiplied; results can be made again"
ACCESS_LOGS_SSE_S3 = "S3 delivers access logs into no bucket with a KMS default"
CONCURRENCY = "the mapping's maximum concurrency is the limit"
DEFAULT_GROUP = "closing it takes a custom resource; nothing is in it, nothing leaves the subnets"
REVIEWED = {
    "Serverless-SQSRedrivePolicy": "it is on the dead-letter queue, the end of the way",
    "Serverless-LambdaStarPermissions": "as AwsSolutions-IAM5, acknowledged one by one there",
    "Serverless-LambdaDLQ": DLQ_OF_QUEUE,
    "Serverless-LambdaLatestVersion": "as AwsSolutions-L1",
    "Serverless-LambdaEventSourceMappingDestination": "queues take no on-failure destination",
    "Serverless-EventBusDLQ": "an alert is an object first; the message only points to it",
    "NIST.800.53.R5-VPCDefaultSecurityGroupClosed": DEFAULT_GROUP,
    "NIST.800.53.R5-IAMNoInlinePolicy": INLINE,
    "NIST.800.53.R5-S3BucketReplicationEnabled": REPLICATION,
    "NIST.800.53.R5-S3DefaultEncryptionKMS": ACCESS_LOGS_SSE_S3,
    "NIST.800.53.R5-LambdaDLQ": DLQ_OF_QUEUE,
    "HIPAA.Security-VPCDefaultSecurityGroupClosed": DEFAULT_GROUP,
    "HIPAA.Security-IAMNoInlinePolicy": INLINE,
    "HIPAA.Security-S3BucketReplicationEnabled": REPLICATION,
    "HIPAA.Security-S3DefaultEncryptionKMS": ACCESS_LOGS_SSE_S3,
    "HIPAA.Security-LambdaDLQ": DLQ_OF_QUEUE,
    "NIST.800.53.R5-LambdaConcurrency": CONCURRENCY,
    "HIPAA.Security-LambdaConcurrency": CONCURRENCY,
}


@pytest.mark.parametrize("stage", STAGES)
def test_findings_of_further_packs_are_the_reviewed_ones(tmp_path: Path, stage: str) -> None:
    app = application(tmp_path, stage)
    cdk.Validations.of(app).add_plugins(
        cdk_nag.ServerlessChecks(app),
        cdk_nag.NIST80053R5Checks(app),
        cdk_nag.HIPAASecurityChecks(app),
    )
    packs = report(app, tmp_path).values()
    assert len(packs) == 3
    left = {violation["ruleName"] for pack in packs for violation in pack["violations"]}
    assert left == set(REVIEWED)


def cfn_lint(*paths: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([BIN / "cfn-lint", *paths], capture_output=True, text=True, check=False)


def test_cfn_lint_has_nothing_to_say(both: dict[str, Templates]) -> None:
    paths = [path for t in both.values() for path in sorted(t.folder.glob("*.template.json"))]
    assert len(paths) == 8
    done = cfn_lint(*paths)
    assert (done.returncode, done.stdout) == (0, "")


def test_cfn_lint_does_look(dev: Templates, tmp_path: Path) -> None:
    template = dict(dev.template("inference"))
    function = next(r for r in template["Resources"].values() if r["Type"].endswith("::Function"))
    function["Properties"]["MemorySize"] = 64
    path = tmp_path / "broken.template.json"
    path.write_text(json.dumps(template))
    assert cfn_lint(path).stdout.startswith("E3034 64 is less than the minimum of 128")


def scan(folder: Path) -> dict[str, dict[str, list[dict]]]:
    done = subprocess.run(
        [CHECKOV, "--framework", "cloudformation", "--skip-download", "-o", "json", "-d", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    results = json.loads(done.stdout)["results"]
    assert results["parsing_errors"] == []
    return results


def write_templates(folder: Path, templates: Templates, *, with_skips: bool) -> None:
    folder.mkdir()
    for concern in templates.concerns:
        template = dict(templates.template(concern))
        if not with_skips:
            for body in template["Resources"].values():
                body.get("Metadata", {}).pop("checkov", None)
        (folder / f"{concern}.template.json").write_text(json.dumps(template))


@pytest.mark.skipif(
    not CHECKOV.exists(), reason="checkov has its own environment: `make checkov` makes it"
)
def test_checkov_has_nothing_open_and_every_skip_is_met(
    both: dict[str, Templates], tmp_path: Path
) -> None:
    for stage, templates in both.items():
        write_templates(tmp_path / stage, templates, with_skips=True)
        write_templates(tmp_path / f"bare-{stage}", templates, with_skips=False)
    results = scan(tmp_path)

    def in_folder(kind: str, folder: str) -> dict[Finding, dict]:
        return {
            (check["resource"].split(".")[0], check["check_id"]): check["check_result"]
            for check in results[kind]
            if check["file_path"].strip("/").split("/")[0] == folder
        }

    skips = {
        ("AWS::S3::Bucket", "CKV_AWS_18"),
        ("AWS::IAM::Role", "CKV_AWS_111"),
        ("AWS::Lambda::Function", "CKV_AWS_116"),
        ("AWS::Lambda::Function", "CKV_AWS_115"),
    }
    for stage in STAGES:
        assert in_folder("failed_checks", stage) == {}
        assert len(in_folder("passed_checks", stage)) > 20
        skipped = in_folder("skipped_checks", stage)
        assert set(skipped) == skips
        assert all(len(result["suppress_comment"]) > 20 for result in skipped.values())
        assert set(in_folder("failed_checks", f"bare-{stage}")) == skips
