from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from vss.models.cli import app

XML = "detector/FP16/detector.xml"
BIN = "detector/FP16/detector.bin"


@pytest.fixture
def models(networks):
    """Run ``vss models COMMAND`` on the manifest of the test."""

    def run(*arguments, **environment):
        command, *rest = arguments
        line = [command, "--manifest", str(networks.manifest), *rest]
        return CliRunner().invoke(app, line, env=environment)

    return run


def ours(precision, size):
    return [precision, "Apache-2.0", str(size), "in", "the", "repository"]


def test_list_shows_every_network_with_its_state(networks, models):
    lines = models("list").output.splitlines()
    assert [line.split() for line in lines] == [
        ["role", "network", "sets", "precision", "licence", "bytes", "state"],
        ["body_pose", "detector", "omz", "FP16", "Apache-2.0", "305,000", "missing"],
        ["body_pose", "sketch", "demo", *ours("FP16", 13)],
        ["camera_cover", "cover", "demo,", "omz", *ours("FP16", 13)],
        ["face_landmarks", "filler-face_landmarks", "demo,", "omz", *ours("FP32", 28)],
        ["face_embedding", "filler-face_embedding", "demo,", "omz", *ours("FP32", 28)],
    ]
    networks.place(XML, BIN)
    assert "present & verified" in models("list").output
    networks.target(XML).write_bytes(b"?")
    networks.target(BIN).unlink()
    result = models("list")
    assert "altered" in result.output
    assert result.exit_code == 0


def test_verify_names_each_file_and_its_problem(networks, models):
    networks.place(XML)
    networks.target(XML).write_bytes(b"?" * 5_000)
    (networks.manifest.parent / "cover/cover.bin").write_bytes(b"?")

    result = models("verify")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].startswith(f"altered             {XML}: ")
    assert "has SHA-384" in lines[0]
    assert lines[1] == f"missing             {BIN}: {networks.target(BIN)} is missing"
    assert lines[4] == "in the repository   cover/FP16/cover.xml"
    assert lines[5].endswith("cover.bin has 1 bytes, the manifest says 7")
    assert "3 of 10 files are not as" in result.stderr


def test_verify_of_a_set_asks_for_its_own_files_alone(networks, models):
    result = models("verify", "--model-set", "demo")
    assert result.exit_code == 0
    assert "all 8 files are as" in result.output
    assert "detector" not in result.output

    result = models("verify", "--model-set", "omz")
    assert result.exit_code == 1
    assert "2 of 8 files are not as" in result.stderr
    assert "sketch" not in result.output


def test_an_unknown_set_is_a_usage_error(models):
    result = models("verify", "--model-set", "zoo")
    assert result.exit_code == 2
    assert "no model set 'zoo'; allowed: demo, omz" in result.stderr


def test_verify_succeeds_when_all_is_in_place(networks, models):
    networks.place(XML, BIN)
    result = models("verify")
    assert result.exit_code == 0
    assert f"all 10 files are as {networks.manifest} says" in result.output


def test_pull_from_a_directory_ends_with_a_summary(networks, models, tmp_path):
    mirror = networks.mirror(tmp_path / "mirror")
    result = models("pull", "--mirror", str(mirror))
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert {line.split("  ")[0] for line in lines[:8]} == {"in the repository"}
    assert lines[8:10] == [
        f"fetched            {XML}  5,000 bytes",
        f"fetched            {BIN}  300,000 bytes",
    ]
    assert "fetched 2 of 10 files, 305,000 bytes in " in result.stdout
    assert f" s from {mirror}; 0 failed" in result.stdout
    assert "fetched 0 of 10 files, 0 bytes" in models("pull", "--mirror", str(mirror)).stdout


def test_the_environment_names_a_mirror_and_the_option_wins(networks, models, server, tmp_path):
    mirror = networks.mirror(tmp_path / "mirror")
    result = models("pull", "--mirror", str(mirror), VSS_MODEL_MIRROR=server.address)
    assert f"from {mirror};" in result.stdout
    assert server.requests == []

    networks.target(XML).unlink()
    result = models("pull", VSS_MODEL_MIRROR=server.address)
    assert f"from {server.address};" in result.stdout
    assert server.ranges(XML) == [None]


def test_a_tampered_mirror_is_refused_and_the_rest_is_fetched(networks, models, server):
    server.files[XML] = b"!" * 5_000
    result = models("pull", "--mirror", server.address)
    assert result.exit_code == 1
    assert f"refused            {XML}: has SHA-384 " in result.stderr
    assert f"fetched            {BIN}" in result.stdout
    assert "fetched 1 of 10 files" in result.stdout
    assert "1 failed" in result.stdout
    assert not networks.target(XML).exists()
    assert not networks.part(XML).exists()


@pytest.mark.parametrize("mirror", ["s3://bucket", "file:///srv", "/nowhere/at/all", ""])
def test_an_unusable_mirror_is_a_usage_error(models, mirror):
    result = models("pull", "--mirror", mirror)
    assert result.exit_code == 2
    assert "allowed is a directory" in result.stderr


def test_an_unknown_option_is_a_usage_error(models):
    assert models("pull", "--force").exit_code == 2


@pytest.mark.parametrize("command", ["list", "pull", "verify"])
def test_a_missing_manifest_is_a_usage_error(command, tmp_path):
    result = CliRunner().invoke(app, [command, "--manifest", str(tmp_path / "none.json")])
    assert result.exit_code == 2
    assert "none.json cannot be read" in result.stderr


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("path", "../../etc/passwd", "leaves the folder of the manifest"),
        ("path", "/etc/passwd", "leaves the folder of the manifest"),
        ("size", 0, "is no number of bytes above 0"),
        ("size", "12", "is no number of bytes above 0"),
        ("sha384", "abc", "is not 96 hexadecimal digits"),
    ],
)
def test_a_manifest_with_a_bad_file_is_a_usage_error(networks, models, key, value, words):
    content = json.loads(networks.manifest.read_text())
    content["networks"][0]["files"][0][key] = value
    networks.manifest.write_text(json.dumps(content))
    result = models("pull")
    assert result.exit_code == 2
    assert words in result.stderr


def test_an_interrupted_pull_keeps_what_came_and_goes_on_from_there(
    networks, models, server, answers
):
    networks.place(XML)
    server.plan(BIN, answers.gated)
    program = "from vss.models.cli import app; app()"
    arguments = ["pull", "--manifest", str(networks.manifest), "--mirror", server.address]
    # A shell's background job ignores interrupts, and hands that down to what it starts.
    command = ["env", "--default-signal=INT", sys.executable, "-c", program, *arguments]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 10
        part = networks.part(BIN)
        while not (part.exists() and part.stat().st_size) and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=10)
    assert process.returncode == 130
    assert "pull again to go on from there" in errors
    kept = part.stat().st_size
    assert 0 < kept <= 150_000
    assert not networks.target(BIN).exists()

    server.plan(BIN, answers.honest)
    result = models("pull", "--mirror", server.address)
    assert f"{300_000 - kept:,} bytes in" in result.stdout
    assert server.ranges(BIN)[-1] == f"bytes={kept}-"
    assert networks.target(BIN).read_bytes() == networks.files[BIN]


def test_the_commands_load_no_transfer_code_until_they_run():
    program = "import sys, vss.models.cli; print({'httpx', 'rich.progress'} & set(sys.modules))"
    found = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert found.stdout.strip() == "set()"
