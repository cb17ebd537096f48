"""The commands ``vss workflow check | plan``: what they print and how they end."""

from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from tests.fdl_documents import WORKFLOWS, in_aws
from vss.cli import app

PAPER = WORKFLOWS / "paper_mask_detection.yaml"
CHAIN = WORKFLOWS / "examples" / "several_producers.yaml"


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["workflow", *map(str, words)])


def test_a_valid_file_is_counted() -> None:
    result = run("check", CHAIN)
    assert result.exit_code == 0
    assert result.stdout == f"{CHAIN} is valid: 4 functions, 3 storage edges, 0 warnings\n"
    assert result.stderr == ""


def test_warnings_are_told_and_do_no_harm() -> None:
    result = run("check", PAPER)
    assert result.exit_code == 0
    assert result.stdout.endswith("is valid: 2 functions, 1 storage edge, 5 warnings\n")
    lines = result.stderr.splitlines()
    assert len(lines) == 5
    assert all(line.startswith(f"warning: {PAPER}:") for line in lines)
    assert "xxxxxx" not in result.output


@pytest.mark.parametrize("command", ["check", "plan"])
def test_an_invalid_file_ends_with_2_and_each_error_on_a_line(command: str, tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    path.write_text(in_aws("memory: 1", "timeout: 0"))
    result = run(command, path)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert [line.partition(": functions")[0] for line in result.stderr.splitlines()] == [
        f"{path}:5:15",
        f"{path}:6:16",
    ]


def test_a_file_that_is_not_there_ends_with_2(tmp_path: Path) -> None:
    result = run("check", tmp_path / "absent.yaml")
    assert result.exit_code == 2
    assert "absent.yaml:1:1: cannot be read" in result.stderr


def test_defaults_are_laid_under_the_file(tmp_path: Path) -> None:
    (tmp_path / "defaults.yaml").write_text("aws: {lambda: {memory: 2048}}")
    result = run("plan", CHAIN, "--defaults", tmp_path / "defaults.yaml")
    assert result.exit_code == 0
    assert "2048 MB, 300 s" in result.stdout


def test_the_plan_shows_functions_triggers_and_resources() -> None:
    lines = run("plan", PAPER).stdout.splitlines()
    text = "\n".join(lines)
    assert lines[0] == "paper_mask_detection.yaml  1 in AWS, 1 at the edge, 1 storage edge"
    assert text.index("OSCAR cluster my_oscar") < text.index("AWS Lambda, us-east-1")
    for part in (
        "reads   minio oscar-anon-and-split/input  each file put there",
        "writes  s3.my_s3 scar-mask-detector/intermediate  → aws/scar-mask-detector",
        "reads   s3 scar-mask-detector/intermediate  each file, from my_oscar/oscar-anon-and-split",
        "writes  s3 scar-mask-detector/result  a result",
        "runs    mask-detector.sh",
        "dead-letter queue vss-dev-wf-scar-mask-detector-dlq",
        "s3.my_s3: scar-mask-detector (vss-dev-wf-scar-mask-detector-<account>-<region>)",
        "stack in AWS: vss-dev-workflow-paper-mask-detection",
    ):
        assert part in text.replace("\n│       ", "")


def test_names_are_those_of_the_stage_and_refusals_are_told(tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    path.write_text(in_aws("execution_mode: batch"))
    result = run("plan", path, "--stage", "prod")
    assert result.exit_code == 0
    assert "stack in AWS: vss-prod-workflow-w" in result.stdout
    assert f"apply refuses {path}:5:23" in result.stdout.replace("\n", "")


def test_the_plan_is_drawn(tmp_path: Path) -> None:
    target = tmp_path / "pictures" / "plan.png"
    result = run("plan", PAPER, "--draw", target)
    assert result.exit_code == 0
    assert result.stdout.endswith(f"drawn: {target}\n")
    assert target.read_bytes().startswith(b"\x89PNG")


def test_an_unknown_format_of_a_picture_ends_with_2(tmp_path: Path) -> None:
    result = run("plan", PAPER, "--draw", tmp_path / "plan.gif")
    assert result.exit_code == 2
    assert "plan.gif has no format; allowed: .png, .svg" in result.stderr
