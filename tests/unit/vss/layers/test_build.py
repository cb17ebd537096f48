import json
import stat
import threading
from pathlib import Path

import pytest
from deep_learning.errors import ConfigurationError

from tests.unit.vss.layers.wheel_files import pin, write_wheel
from vss.layers.build import BudgetError, BuiltPart, Place, build, check_budgets, current
from vss.layers.contents import DISTRIBUTIONS
from vss.layers.opencv import MODULE, recipe
from vss.layers.parts import BUDGETS, Part
from vss.layers.runtimes import Runtime

TARGET = Runtime(3, 13)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A repository with tiny sources and distributions; OpenCV is there already."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "mirror"))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return new_place(tmp_path, "repository")


def new_place(tmp_path: Path, name: str) -> Place:
    place = Place(tmp_path / name, tmp_path / name / "build")
    for part in Part:
        package = "surveillance" if part is Part.FUNCTION else part.value
        root = "lambda_src" if part is Part.FUNCTION else f"layers/{part}/python"
        source = place.repository / root / package / "__init__.py"
        source.parent.mkdir(parents=True)
        source.write_text(f"NAME = '{package}'\n")
    for part, names in DISTRIBUTIONS.items():
        lines = []
        for distribution in sorted(names):
            module = distribution.replace("-", "_")
            files = {f"{module}/__init__.py": f"NAME = '{module}'\n"}
            wheel = write_wheel(tmp_path / "mirror", distribution, "1.0", files)
            lines.append(pin(wheel, distribution, "1.0"))
        place.requirements(part).write_text("".join(lines))
    module = place.folder / "cache" / f"opencv-{recipe(place.requirements(Part.DEEP_LEARNING))}"
    module.mkdir(parents=True)
    (module / MODULE).write_bytes(b"built before")
    return place


def quiet(_line: str) -> None:
    """Nobody looks."""


def test_each_part_holds_sources_and_distributions_as_lambda_sees_them(place: Place) -> None:
    built = build(TARGET, place, force=False, say=quiet)
    layer = built.path(Part.DEEP_LEARNING) / "python"
    assert (layer / "deep_learning" / "__init__.py").exists()
    assert (layer / "openvino" / "__init__.py").exists()
    assert (layer / MODULE).read_bytes() == b"built before"
    assert (built.path(Part.BUSINESS_LOGIC) / "python" / "boto3" / "__init__.py").exists()
    assert (built.path(Part.FUNCTION) / "surveillance" / "__init__.py").exists()
    modes = {stat.S_IMODE(path.stat().st_mode) for path in layer.rglob("*") if path.is_file()}
    assert modes == {0o644}


def test_two_folders_give_equal_hashes(place: Place, tmp_path: Path) -> None:
    first = build(TARGET, place, force=False, say=quiet)
    second = build(TARGET, new_place(tmp_path, "elsewhere"), force=False, say=quiet)
    assert first.parts == second.parts
    assert first.inputs == second.inputs


def test_what_is_up_to_date_is_not_built_again(place: Place) -> None:
    first = build(TARGET, place, force=False, say=quiet)
    (first.path(Part.FUNCTION) / "mark").touch()
    again = build(TARGET, place, force=False, say=quiet)
    assert again == first
    assert (again.path(Part.FUNCTION) / "mark").exists()
    forced = build(TARGET, place, force=True, say=quiet)
    assert forced.parts == first.parts
    assert not (forced.path(Part.FUNCTION) / "mark").exists()


def test_a_changed_source_makes_a_build_outdated(place: Place) -> None:
    first = build(TARGET, place, force=False, say=quiet)
    source = place.repository / "lambda_src" / "surveillance" / "__init__.py"
    source.write_text("NAME = 'other'\n")
    assert current(TARGET, place) is None
    second = build(TARGET, place, force=False, say=quiet)
    changed = {part for part in Part if first.parts[part] != second.parts[part]}
    assert changed == {Part.FUNCTION}


def test_an_interrupted_build_leaves_nothing_that_looks_whole(place: Place) -> None:
    def interrupt(line: str) -> None:
        if "business_logic" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(TARGET, place, force=False, say=interrupt)
    assert current(TARGET, place) is None
    assert build(TARGET, place, force=False, say=quiet).parts.keys() == set(Part)
    assert not list(place.folder.glob(".python*"))


def test_a_damaged_note_counts_as_none(place: Place) -> None:
    built = build(TARGET, place, force=False, say=quiet)
    (built.folder / "build.json").write_text("{")
    assert current(TARGET, place) is None


def test_builds_side_by_side_wait_for_each_other(place: Place) -> None:
    said: list[str] = []
    builds = [
        threading.Thread(target=build, args=(TARGET, place, False, said.append)) for _ in range(3)
    ]
    for thread in builds:
        thread.start()
    for thread in builds:
        thread.join()
    assert sum(line == "putting function together" for line in said) == 1
    assert current(TARGET, place) is not None


def test_an_undecided_distribution_stops_the_build(place: Place) -> None:
    path = place.requirements(Part.BUSINESS_LOGIC)
    path.write_text(path.read_text() + "surprise==1 --hash=sha256:" + 64 * "0" + "\n")
    with pytest.raises(ConfigurationError, match="names surprise, and vss/layers/contents"):
        build(TARGET, place, force=False, say=quiet)


def test_note_says_what_was_built(place: Place) -> None:
    built = build(TARGET, place, force=False, say=quiet)
    note = json.loads((built.folder / "build.json").read_text())
    assert note["parts"].keys() == set(Part)
    assert note["compiled"] is (TARGET.interpreter() is not None)
    assert all(part["bytes"] > 0 for part in note["parts"].values())


def test_a_part_over_its_budget_is_named() -> None:
    parts = {part: BuiltPart("", budget) for part, budget in BUDGETS.items()}
    check_budgets(parts)
    parts[Part.FUNCTION] = BuiltPart("", BUDGETS[Part.FUNCTION] + 1)
    with pytest.raises(BudgetError, match="function has 500,001 bytes, its budget is 500,000"):
        check_budgets(parts)
