"""What others think of a workflow's stack: cdk-nag, cfn-lint, checkov. As for the stage's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cdk_nag
import pytest
from aws_cdk import Validations

from stacks import compliance
from stacks.workflow_design import CloudWorkflow
from tests.infrastructure.synthesis import STAGES, synthesise_workflow, workflow_app
from tests.infrastructure.test_rule_packs import (
    CHECKOV,
    REVIEWED,
    acknowledged,
    cfn_lint,
    report,
    scan,
    write_templates,
)
from tests.workflow_files import chain, paper

__all__ = ["acknowledged"]
WORKFLOWS = [chain, paper]
Read = Callable[[Path], CloudWorkflow]


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_aws_solutions_has_nothing_open_and_every_acknowledgement_is_met(
    tmp_path: Path, acknowledged: dict[tuple[str, str], str], stage: str, workflow: Read
) -> None:
    app = workflow_app(tmp_path, workflow(tmp_path), stage)
    compliance.add_rule_packs(app)
    pack = report(app, tmp_path)["AwsSolutions"]
    assert (pack["conclusion"], pack["violations"]) == ("success", [])
    met = {(one["acknowledgedAt"], one["ruleName"]) for one in pack["suppressedViolations"]}
    assert met == set(acknowledged)


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_findings_of_further_packs_are_among_the_reviewed_ones(
    tmp_path: Path, workflow: Read
) -> None:
    app = workflow_app(tmp_path, workflow(tmp_path))
    Validations.of(app).add_plugins(
        cdk_nag.ServerlessChecks(app),
        cdk_nag.NIST80053R5Checks(app),
        cdk_nag.HIPAASecurityChecks(app),
    )
    packs = report(app, tmp_path).values()
    left = {violation["ruleName"] for pack in packs for violation in pack["violations"]}
    assert left <= set(REVIEWED)


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_cfn_lint_has_nothing_to_say(tmp_path: Path, workflow: Read) -> None:
    templates = synthesise_workflow(tmp_path, workflow(tmp_path))
    done = cfn_lint(*templates.folder.glob("*workflow*.template.json"))
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.skipif(
    not CHECKOV.exists(), reason="checkov has its own environment: `make checkov` makes it"
)
def test_checkov_has_nothing_open(tmp_path: Path) -> None:
    for workflow in WORKFLOWS:
        folder = tmp_path / workflow.__name__
        folder.mkdir()
        templates = synthesise_workflow(folder, workflow(folder))
        write_templates(tmp_path / f"of-{workflow.__name__}", templates, with_skips=True)
    results = scan(tmp_path)
    open_ones = [
        (one["resource"], one["check_id"])
        for one in results["failed_checks"]
        if one["file_path"].strip("/").startswith("of-")
    ]
    assert open_ones == []
