"""`cdk synth` by the stock CLI: the same bytes twice, nothing asked of the outside, quickly."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.factories import KNOWS, file_item, filler_items, network_item, set_item, write_manifest
from tests.infrastructure.synthesis import REPOSITORY
from tests.workflow_files import CHAIN, write_workflow
from vss.continuum.cloud.deployment import WorkflowStack

CDK = REPOSITORY / "node_modules" / ".bin" / "cdk"
BIN = Path(sys.executable).parent
ALLOWED_SECONDS = 10
# What is built takes minutes; tests/integration/test_built_layers.py looks at that.
SOURCES = ("--build", "true", "-c", "layers=source")

pytestmark = pytest.mark.skipif(
    not CDK.exists(), reason="the CDK CLI is not installed: `make setup` installs it"
)


def can_leave_the_network() -> bool:
    try:
        done = subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False)
    except FileNotFoundError:
        return False
    return done.returncode == 0


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A manifest of networks of a few bytes, which lie beside it."""
    return write_tiny_manifest(tmp_path_factory.mktemp("networks"))


def write_tiny_manifest(folder: Path) -> Path:
    def network(name: str, **about: str | None) -> dict[str, Any]:
        contents = ((f"{name}.xml", b"<net/>"), (f"{name}.bin", b"weights"))
        files = [file_item(folder, path, content) | about for path, content in contents]
        return network_item(files, name=name, role="body_pose")

    tiny, pulled = network("tiny"), network("pulled", source="https://example.org/pulled")
    others = filler_items(folder, [tiny])
    sets = {"demo": set_item([tiny, *others], KNOWS), "omz": set_item([pulled, *others])}
    return write_manifest(folder, [tiny, pulled, *others], sets)


def synth(
    out: Path, *arguments: str | Path, before: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "HOME": os.environ.get("HOME", "/"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "NO_COLOR": "1",
    }
    return subprocess.run(
        [*before, CDK, "synth", "--quiet", "--output", out, *SOURCES, *arguments],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="session")
def first(
    manifest: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, subprocess.CompletedProcess[str], float]:
    """A first synthesis: its folder, what it said, the seconds of processor time it took."""
    out = tmp_path_factory.mktemp("synth") / "out"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = synth(out, "-c", f"manifest={manifest}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stderr
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return out, done, used


def test_synthesis_takes_ten_seconds_of_processor_time_at_most(first) -> None:
    assert first[2] <= ALLOWED_SECONDS


def test_user_is_told_that_layers_hold_sources_only(first) -> None:
    said = first[1].stderr + first[1].stdout
    assert "third-party packages are not in them" in said


def test_user_is_told_how_little_the_demo_networks_know_and_how_to_get_others(first) -> None:
    said = " ".join((first[1].stderr + first[1].stdout).split())
    assert "Model set demo knows rendered people only;" in said
    assert """`vss models pull`, then -c settings='{"model_set": "omz"}'""" in said


def test_second_synthesis_gives_the_same_bytes(first, manifest: Path, tmp_path: Path) -> None:
    out = first[0]
    done = synth(tmp_path / "out", "-c", f"manifest={manifest}")
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path / "out") == contents(out)
    assert len(list(out.glob("*.template.json"))) == 4


def test_a_workflow_is_synthesised_over_its_defaults(manifest: Path, tmp_path: Path) -> None:
    (tmp_path / "defaults.yaml").write_text("aws: {lambda: {timeout: 33}}\n")
    text = CHAIN.replace("      timeout: 60\n", "").replace(
        "      container: {image: vss/mask_detection}\n", "      init_script: copy.sh\n"
    )
    path = write_workflow(tmp_path, text)
    stack = WorkflowStack.read(path, "dev", True, tmp_path / "defaults.yaml")
    done = synth(tmp_path / "out", "-c", f"manifest={manifest}", *stack.context)
    assert done.returncode == 0, done.stderr
    template = json.loads((tmp_path / "out" / f"{stack.name}.template.json").read_text())
    functions = [
        one["Properties"]
        for one in template["Resources"].values()
        if one["Type"] == "AWS::Lambda::Function"
    ]
    assert {one["FunctionName"]: one["Timeout"] for one in functions} == {
        "vss-dev-wf-copy": 33,
        "vss-dev-wf-masks": 33,
    }


@pytest.mark.skipif(
    not can_leave_the_network(), reason="a network namespace of one's own takes root and unshare"
)
def test_synthesis_needs_no_network(first, manifest: Path, tmp_path: Path) -> None:
    done = synth(tmp_path / "out", "-c", f"manifest={manifest}", before=("unshare", "-n"))
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path / "out") == contents(first[0])


def test_networks_lie_beside_the_code_of_their_layer(first) -> None:
    template = json.loads((first[0] / "vss-dev-inference.template.json").read_text())
    assets = {
        body["Properties"]["LayerName"]: body["Properties"]["Content"]["S3Key"]
        for body in template["Resources"].values()
        if body["Type"] == "AWS::Lambda::LayerVersion"
    }
    key = assets["vss-dev-deep-learning"].removesuffix(".zip")
    layer = contents(first[0] / f"asset.{key}")
    assert {"models/manifest.json", "models/tiny.xml", "models/tiny.bin"} <= set(layer)
    assert "models/pulled.bin" not in layer
    assert "python/deep_learning/catalogue.py" in layer
    assert not any(name.endswith(".pyc") for name in layer)


OTHER_NETWORK = '"identification_network": "ffffffffffffffff"'


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-c", "stage=moon"), "vss: stage is 'moon'; allowed: dev, prod"),
        (
            ("-c", 'settings={"timeout": 3}'),
            "vss: setting timeout is unknown; allowed: runtime, memory_mb, timeout_s,",
        ),
        (
            ("-c", 'settings={"model_set": "zoo"}'),
            "manifest.json has no model set 'zoo'; allowed: ",
        ),
        (
            ("-c", 'settings={"model_set": "The Zoo"}'),
            "vss: setting model_set of stage dev is 'The Zoo'; allowed: the name of a set",
        ),
        (
            ("-c", f'settings={{"identification_threshold": 0.4, {OTHER_NETWORK}}}'),
            "vss: identification_threshold 0.4 was calibrated for network ffffffffffffffff…, but ",
        ),
        (("-c", "layers=wheels"), "vss: context layers is 'wheels'; allowed: built, source"),
        (("-c", "manifest=/nowhere.json"), "vss: model manifest /nowhere.json cannot be read"),
    ],
)
def test_user_is_told_what_is_wrong(
    tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    done = synth(tmp_path / "out", *arguments)
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_missing_network_is_named_with_the_command_that_fetches_it(tmp_path: Path) -> None:
    path = write_tiny_manifest(tmp_path)
    (tmp_path / "pulled.bin").unlink()
    chosen = ("-c", f"manifest={path}", "-c", 'settings={"model_set": "omz"}')
    done = synth(tmp_path / "out", *chosen)
    assert done.returncode == 1
    assert f"{tmp_path}/pulled.bin is missing; `vss models pull` fetches it" in done.stderr
