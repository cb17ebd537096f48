"""From FDL to the design of the stack: what is taken over, refused, noted."""

from __future__ import annotations

from pathlib import Path

import pytest

from stacks.workflow_design import Folder, ImageRuntime, PlainRuntime, ProjectRuntime
from tests.fdl_documents import MARK, services
from tests.workflow_files import CHAIN, PAPER, chain, paper, write_workflow
from vss.continuum.cloud.design import read_design
from vss.continuum.fdl.errors import FdlError


def test_paper_workflow_is_one_function_of_an_image(tmp_path: Path) -> None:
    design = paper(tmp_path)
    (function,) = design.functions
    assert design.name == "paper-mask-detection"
    assert design.buckets == ("scar-mask-detector",)
    assert function.runtime == ImageRuntime("grycap/mask-detector-yolo", "mini", "x86_64")
    assert (function.memory_mb, function.timeout_s) == (1024, 300)
    assert function.inputs == (Folder("scar-mask-detector", "intermediate/"),)
    assert [output.folder.prefix for output in function.outputs] == ["result/"]
    assert design.arrivals == (Folder("scar-mask-detector", "intermediate/"),)
    assert design.anonymised_only == ()


def test_chain_has_a_script_and_a_function_of_this_project(tmp_path: Path) -> None:
    design = chain(tmp_path)
    copy, masks = design.functions
    assert (copy.runtime, masks.runtime) == (PlainRuntime(), ProjectRuntime("mask_detection"))
    assert copy.script == tmp_path / "copy.sh"
    assert copy.outputs[0].suffixes == (".jpg",)
    images = Folder("videos", "images/")
    assert (design.arrivals, design.anonymised_only) == ((images,), (images,))
    assert design.buckets == ("results", "videos")


ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/scan"


@pytest.mark.parametrize(
    ("image", "repository", "version"),
    [
        ("grycap/scan:mini", "grycap/scan", "mini"),
        ("scan", "scan", "latest"),
        (f"a/b@sha256:{'0' * 64}", "a/b", f"sha256:{'0' * 64}"),
        (f"{ECR}:2", "arn:aws:ecr:eu-west-1:123456789012:repository/team/scan", "2"),
        (
            f"{ECR.replace('amazonaws.com', 'amazonaws.com.cn')}:2",
            "arn:aws-cn:ecr:eu-west-1:123456789012:repository/team/scan",
            "2",
        ),
    ],
)
def test_image_is_found_in_ecr(tmp_path: Path, image: str, repository: str, version: str) -> None:
    text = PAPER.read_text().replace("grycap/mask-detector-yolo:mini", f"'{image}'")
    (function,) = read_design(write_workflow(tmp_path, text)).functions
    assert function.runtime == ImageRuntime(repository, version, "x86_64")


REFUSED = {
    "batch": ("memory: 512", "execution_mode: batch", "is 'batch'; allowed: lambda"),
    "lambda-batch": ("memory: 512", "execution_mode: lambda-batch", "is 'lambda-batch'; allowed"),
    "no time": ("timeout: 60", "timeout: 10", "is 10 s; allowed: more than 10 s"),
    "payload": ("memory: 512", "extra_payload: copy.sh", "is not shipped"),
    "efs": (
        "memory: 512",
        "file_system: [{Arn: 'arn:aws:elasticfilesystem:eu-west-1:123456789012:a/b', "
        "LocalMountPath: /mnt/a}]",
        "asks for EFS",
    ),
    "arm": ("memory: 512", "architectures: [arm64]", "is arm64; allowed without an image: x86_64"),
    "no script": ("init_script: copy.sh", "log_level: INFO", "has no script"),
    "absent script": ("init_script: copy.sh", "init_script: gone.sh", "names 'gone.sh', which is"),
    "secret": ("{GREETING: hello}", "{API_TOKEN: xyzzy}", "is a secret by its name"),
    "secret by reference": ("{GREETING: hello}", "{API_TOKEN: 'env:T'}", "is a secret by its name"),
    "our variable": ("{GREETING: hello}", "{FUNCTION_CONFIG: x}", "allowed: another name"),
    "other keys": (
        "{storage_provider: s3, path: results/masks}",
        "{storage_provider: s3.mine, path: results/masks}",
        "is 's3.mine'; allowed in AWS: s3",
    ),
    "other store": (
        "{storage_provider: s3, path: results/masks}",
        "{storage_provider: minio.here, path: results/masks}",
        "is 'minio.here'; allowed in AWS: s3",
    ),
    "other package": (
        "vss/mask_detection",
        "vss/surveillance",
        "is vss/surveillance; allowed of ours: vss/mask_detection",
    ),
    "package and script": (
        "container: {image: vss/mask_detection}",
        "container: {image: vss/mask_detection}\n      init_script: copy.sh",
        "is given beside vss/mask_detection; allowed: none",
    ),
    "package of a bare bucket": (
        "path: results/masks",
        "path: results",
        "of vss/mask_detection must be one folder of a bucket",
    ),
    "image and layer": (
        "memory: 512",
        "container: {image: a/b}\n"
        "      layers: ['arn:aws:lambda:eu-west-1:123456789012:layer:mine:1']",
        "is given beside an image",
    ),
    "overlap": (
        "path: videos/copies}\n      output",
        "path: videos/images/fine}\n      output",
        "which overlaps",
    ),
}


@pytest.mark.parametrize(("old", "new", "message"), REFUSED.values(), ids=list(REFUSED))
def test_what_cannot_be_made_is_refused_with_its_place(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert CHAIN.count(old) == 1
    path = write_workflow(tmp_path, CHAIN.replace(old, new))
    with pytest.raises(FdlError) as refused:
        read_design(path)
    told = str(refused.value)
    assert message in told
    assert told.startswith(f"{path}:")
    assert "functions.aws[" in told
    assert "xyzzy" not in told


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (services(("edge", "a", ["minio b/in"], ["s3 b/out"])), "has none below aws"),
        (services(("aws", "a", [], ["s3 bbb/out"])), "has no input"),
    ],
)
def test_a_workflow_that_nothing_starts_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = write_workflow(tmp_path, text.replace(" b/", " bbb/").replace(MARK, ""))
    with pytest.raises(FdlError, match=message):
        read_design(path)


def test_nobody_else_writes_where_only_anonymised_objects_may_be_put(tmp_path: Path) -> None:
    other = """
  - local:
      name: plain
      image: any
      script: copy.sh
      input:
      - {storage_provider: minio.here, path: videos/other}
      output:
      - {storage_provider: s3, path: videos/images/plain}
storage_providers:
"""
    path = write_workflow(tmp_path, CHAIN.replace("\nstorage_providers:\n", other))
    with pytest.raises(FdlError, match="where only anonymised objects may be put") as refused:
        read_design(path)
    assert "functions.oscar[1].local.output[0].path" in str(refused.value)


def test_what_has_no_effect_is_noted_with_its_place(tmp_path: Path) -> None:
    given = "memory: 512\n      runtime: python3.9\n      region: eu-west-1\n      preheat: true"
    text = CHAIN.replace("memory: 512", given)
    design = chain(tmp_path, text)
    keys = [note.partition(": ")[0].rpartition(".")[2] for note in design.notes]
    assert sorted(keys) == ["preheat", "region", "runtime"]
    assert all("is not used: " in note for note in design.notes)
    assert chain(tmp_path).notes == ()
