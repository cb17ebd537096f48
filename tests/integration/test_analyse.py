"""`vss analyse` as a user runs it: its own process, real networks, real photographs."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import jsonschema
import numpy as np
import pytest
from business_logic.record import SCHEMA_PATH, Json
from deep_learning.catalogue import Catalogue

from tests import accuracy
from tests.image_files import exif_block, jpeg, jpeg_segment, png_of, with_jpeg_segments
from tests.shared_material import IMAGES, REAL_SET, REPOSITORY, SHARED
from tests.tiny_networks import assemble_tiny_networks

# Less would mean that the networks were not loaded.
LEAST_MEMORY_MB = 100
MOST_MEMORY_MB = 300
MOST_SECONDS_A_FILE = 1.0

SCENE = np.random.default_rng(7).integers(0, 256, (200, 320, 3), np.uint8)
LARGE = np.zeros((5000, 8000, 3), np.uint8)


def rotated(orientation: int) -> bytes:
    return with_jpeg_segments(
        jpeg(SCENE), jpeg_segment(0xE1, b"Exif\0\0" + exif_block(orientation))
    )


# name: the content and the reason of the rejection, None where the image can be analysed
BAD_FILES: dict[str, tuple[Callable[[], bytes], str | None]] = {
    "empty.jpg": (lambda: b"", "empty"),
    "text.jpg": (lambda: b"no image at all\n" * 99, "unsupported_format"),
    "cut.jpg": (lambda: jpeg(SCENE)[:-900], "truncated"),
    "sixteen-bit.png": (lambda: png_of(SCENE.astype(np.uint16) * 257), None),
    "cmyk.jpg": (lambda: jpeg(SCENE, mode="CMYK"), None),
    "grey.jpg": (lambda: jpeg(SCENE, mode="L"), None),
    "forty-megapixels.jpg": (lambda: jpeg(LARGE), "too_many_pixels"),
} | {f"rotated-{turn}.jpg": (partial(rotated, turn), None) for turn in range(1, 9)}


@dataclass(frozen=True)
class Run:
    status: int
    output: str
    messages: str
    peak_mb: float

    @property
    def records(self) -> list[Json]:
        validator = jsonschema.Draft202012Validator(json.loads(SCHEMA_PATH.read_text()))
        records = [json.loads(line) for line in self.output.splitlines()]
        for record in records:
            validator.validate(record)
        return records


@pytest.fixture
def manifest(real_catalogue: Catalogue) -> Path:
    return real_catalogue.root / "manifest.json"


# The peak that wait4 gives a parent includes what the child was before exec: a copy of the parent.
# The kernel's high-water mark of the process's own memory does not.
PROGRAM = """
import atexit, re, runpy, sys
from pathlib import Path
target = Path(sys.argv.pop(1))
status = Path("/proc/self/status")
atexit.register(lambda: target.write_text(re.search(r"VmHWM:\\s+(\\d+) kB", status.read_text())[1]))
runpy.run_module("vss", run_name="__main__", alter_sys=True)
"""


def run(*arguments: object, manifest: Path) -> Run:
    with TemporaryDirectory() as folder:
        peak_kb = Path(folder) / "peak"
        command = [sys.executable, "-c", PROGRAM, peak_kb, "analyse", "--manifest", manifest]
        command += ["--model-set", REAL_SET]
        process = subprocess.run(
            [str(word) for word in (*command, *arguments)],
            capture_output=True,
            text=True,
            cwd=REPOSITORY,
            timeout=300,
            check=False,
        )
        peak_mb = int(peak_kb.read_text()) / 1024
    return Run(process.returncode, process.stdout, process.stderr, peak_mb)


@pytest.fixture
def references(tmp_path: Path) -> Path:
    for person in accuracy.PEOPLE:
        (tmp_path / "people" / person).mkdir(parents=True)
        for photograph in accuracy.reference_photographs(person):
            (tmp_path / "people" / person / photograph.name).symlink_to(photograph)
    return tmp_path / "people"


def test_people_are_named_from_reference_photographs(manifest: Path, references: Path) -> None:
    photographs = [IMAGES / "faces" / "two_people.jpg", IMAGES / "faces" / "lin-manuel-miranda.png"]
    result = run(*photographs, "--json", "--reference", references, manifest=manifest)
    named = [
        {person["face"]["person_id"] for person in record["persons"]} for record in result.records
    ]
    assert named == [{"biden", "obama"}, {None}]
    assert result.status == 0


def test_without_references_every_face_is_unknown(manifest: Path) -> None:
    result = run(IMAGES / "faces" / "two_people.jpg", "--json", manifest=manifest)
    (record,) = result.records
    assert [person["face"]["status"] for person in record["persons"]] == ["unknown", "unknown"]


def test_the_table_names_people_and_statuses(manifest: Path, references: Path) -> None:
    photographs = [IMAGES / "faces" / "biden.jpg", SHARED / "hostile" / "generated" / "empty.jpg"]
    result = run(*photographs, "--reference", references, manifest=manifest)
    assert "biden 0." in result.output
    assert "rejected" in result.output
    assert "empty" in result.output
    assert result.status == 1


def test_drawings_keep_the_photograph_and_mark_the_people(manifest: Path, tmp_path: Path) -> None:
    photograph = IMAGES / "people" / "humans_1.jpg"
    result = run(photograph, photograph, "--draw", tmp_path / "drawn", manifest=manifest)
    assert result.status == 0
    assert sorted(path.name for path in (tmp_path / "drawn").iterdir()) == ["humans_1.jpg"]
    image = cv2.imread(str(photograph)).astype(int)
    drawn = cv2.imread(str(tmp_path / "drawn" / "humans_1.jpg")).astype(int)
    strip = drawn.shape[0] - image.shape[0]
    assert 10 < strip < 60
    changed = np.abs(drawn[strip:] - image).max(2) > 60
    assert 0.01 < changed.mean() < 0.3


def test_peak_memory_with_all_four_networks(manifest: Path) -> None:
    photographs = [IMAGES / "faces" / "obama-1080p.jpg", IMAGES / "people" / "humans_5.jpg"]
    result = run(*photographs, manifest=manifest)
    assert result.status == 0
    assert LEAST_MEMORY_MB < result.peak_mb <= MOST_MEMORY_MB


def test_every_bad_file_ends_as_a_record_in_time_and_memory(manifest: Path, tmp_path: Path) -> None:
    for name, (content, _) in BAD_FILES.items():
        (tmp_path / name).write_bytes(content())
    made = [tmp_path / name for name in BAD_FILES]
    hostile = sorted(path for path in (SHARED / "hostile").rglob("*") if path.is_file())
    result = run(*made, *hostile, "--json", "--threads", 1, manifest=manifest)
    records = result.records
    assert [record["frame"]["key"] for record in records] == [str(path) for path in made + hostile]
    found = {Path(record["frame"]["key"]).name: record["reason"] for record in records}
    assert {name: found[name] for name in BAD_FILES} == {
        name: reason for name, (_, reason) in BAD_FILES.items()
    }
    slowest = max(records, key=lambda record: sum(record["timings_ms"].values()))
    assert sum(slowest["timings_ms"].values()) <= 1000 * MOST_SECONDS_A_FILE, slowest["frame"]
    idle = run(IMAGES / "people" / "humans_8.jpg", "--threads", 1, manifest=manifest)
    assert result.peak_mb - idle.peak_mb <= MOST_MEMORY_MB


def test_who_reads_records_of_the_demo_networks_is_told_how_little_they_know(
    tmp_path: Path,
) -> None:
    manifest = assemble_tiny_networks(tmp_path / "networks")
    (tmp_path / "frame.jpg").write_bytes(jpeg(SCENE))
    notice = "Model set demo knows rendered people only;"
    result = run(tmp_path / "frame.jpg", "--json", "--model-set", "demo", manifest=manifest)
    (record,) = result.records
    assert record["model_set"] == {"name": "demo", "knows": "rendered people only"}
    assert notice in result.messages
    result = run(tmp_path / "frame.jpg", "--model-set", "demo", manifest=manifest)
    assert notice in result.output


def test_networks_that_are_not_there_are_named_with_the_remedy(tmp_path: Path) -> None:
    assets = REPOSITORY / "model_assets"
    bare = tmp_path / "manifest.json"
    bare.write_bytes((assets / "manifest.json").read_bytes())
    shutil.copytree(assets / "camera_cover", tmp_path / "camera_cover")
    result = run(REPOSITORY / "README.md", manifest=bare)
    assert result.status == 2
    assert "human-pose-estimation-0001.xml is missing" in result.messages.replace("\n", "")
    assert "vss models pull" in result.messages


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["/nowhere/[door].jpg"], "/nowhere/[door].jpg is neither a file nor a folder"),
        ([REPOSITORY / "layers"], "holds no image (.jpg, .jpeg, .png)"),
        ([REPOSITORY / "README.md", "--threads", "0"], "threads is 0; allowed are 1 to 64"),
        ([REPOSITORY / "README.md", "--threads", "65"], "threads is 65; allowed are 1 to 64"),
        ([REPOSITORY / "README.md", "--model-set", "zoo"], "no model set 'zoo'; allowed: "),
    ],
)
def test_wrong_usage_is_named(manifest: Path, arguments: list[object], message: str) -> None:
    result = run(*arguments, manifest=manifest)
    assert result.status == 2
    assert message in result.messages
