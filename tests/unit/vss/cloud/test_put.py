"""Images dropped into the frames bucket."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from deep_learning.errors import ConfigurationError

from vss.cloud.deployment import Deployment, DeploymentError
from vss.cloud.put import Dropped, frame_key, image_paths, put_images

NOON = datetime(2026, 11, 22, 12, 0, 5, tzinfo=UTC)


def test_a_frame_lies_under_its_camera_and_sorts_by_time() -> None:
    key = frame_key("door-1", Path("x/a b+ä.jpg"), NOON)
    assert key == "incoming/door-1/2026/11/22/120005-a b+ä.jpg"


def test_a_name_that_is_too_long_for_s3_is_refused_by_its_length() -> None:
    with pytest.raises(ConfigurationError, match="1024"):
        frame_key("door", Path("ü" * 600), NOON)


def test_dropped_images_arrive_whole_encrypted_and_in_order(
    deployment: Deployment, tmp_path: Path
) -> None:
    paths = [tmp_path / name for name in ("b.jpg", "a b%+.png", "😀.jpg")]
    for path in paths:
        path.write_bytes(path.name.encode() * 3)
    told: list[Dropped] = []
    dropped = put_images(deployment, paths, "door", told.append)
    assert [item.path for item in dropped] == paths == [item.path for item in told]
    for item in dropped:
        stored = deployment.s3.get_object(
            Bucket=deployment.outputs["FramesBucket"], Key=item.key, VersionId=item.version_id
        )
        assert stored["Body"].read() == item.path.read_bytes()
        assert stored["SSEKMSKeyId"] == deployment.outputs["DataKeyArn"]


def test_a_bucket_that_refuses_is_named(deployment: Deployment, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"x")
    gone = Deployment(
        "dev", True, deployment.session, deployment.endpoint,
        {**deployment.outputs, "FramesBucket": "no-such-bucket"},
    )  # fmt: skip
    with pytest.raises(DeploymentError, match="no-such-bucket"):
        put_images(gone, [tmp_path / "a.jpg"], "door", lambda _: None)


def test_folders_are_taken_with_all_their_files(tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "deep" / "b.gif").touch()
    (tmp_path / "in" / "a.JPG").touch()
    (tmp_path / "single.txt").touch()
    found = list(image_paths([tmp_path / "single.txt", tmp_path / "in"]))
    assert [path.name for path in found] == ["single.txt", "a.JPG", "b.gif"]


@pytest.mark.parametrize("name", ["missing.jpg", "empty"])
def test_what_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match=name):
        list(image_paths([tmp_path / name]))
