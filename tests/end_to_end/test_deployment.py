"""What a deployment leaves behind: every resource, every output; failures that are failures."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.end_to_end.frames import jpeg
from vss.local.cdk import CLI, local_environment
from vss.local.deployment import Running, check


def test_every_resource_exists_and_every_output_has_a_value(running: Running) -> None:
    check(running.state)
    assert all(running.deployment.outputs.values())
    wanted = {"FramesBucket", "ResultsBucket", "FramesQueueUrl", "SurveillanceAliasArn", "VpcId"}
    wanted |= {"EnrolmentQueueUrl", "EnrolmentDeadLetterQueueUrl", "EnrolmentAliasArn"}
    assert wanted <= set(running.deployment.outputs)


def test_a_template_that_cannot_be_deployed_makes_the_cli_fail(
    running: Running, tmp_path: Path
) -> None:
    stack = {
        "Resources": {
            "Rule": {
                "Type": "AWS::SQS::Queue",
                "Properties": {"VisibilityTimeout": {"Fn::ImportValue": "nobody-exports-this"}},
            }
        }
    }
    assembly = tmp_path / "cdk.out"
    assembly.mkdir()
    (assembly / "broken.template.json").write_text(json.dumps(stack))
    manifest = {
        "version": "36.0.0",
        "artifacts": {
            "broken": {
                "type": "aws:cloudformation:stack",
                "environment": "aws://123456789012/eu-west-1",
                "properties": {"templateFile": "broken.template.json"},
            }
        },
    }
    (assembly / "manifest.json").write_text(json.dumps(manifest))
    done = subprocess.run(
        [str(CLI), "deploy", "broken", "--app", str(assembly), "--require-approval", "never"],
        env=local_environment(running.state),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "nobody-exports-this" in done.stdout + done.stderr


def test_the_command_line_reaches_the_deployment(running: Running, tmp_path: Path) -> None:
    """`vss put --wait` and `vss traces` as a user calls them, on the session's local AWS."""
    (tmp_path / "frame.jpg").write_bytes(jpeg(5))
    (tmp_path / "state").mkdir()
    running.state.write(tmp_path / "state")
    environment = {**os.environ, "VSS_LOCAL_FOLDER": str(tmp_path / "state"), "COLUMNS": "150"}

    def vss(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "vss", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "analysed" in vss("put", str(tmp_path / "frame.jpg"), "--camera", "cli", "--wait", "60")
    assert "frame.jpg" in vss("results", "--camera", "cli")
    record = json.loads(vss("results", "--camera", "cli", "--json").splitlines()[0])
    picture = tmp_path / "trace.png"
    waterfall = vss("traces", record["trace_id"], "--draw", str(picture))
    for stage in ("decode", "camera_cover", "body_pose"):
        assert stage in waterfall
    assert picture.stat().st_size > 10_000
    status = vss("local", "status")
    assert "frames queue 0 messages" in status
    assert "enrolment queue 0 messages" in status
