"""A trace in the terminal and as a picture."""

from datetime import UTC, datetime
from pathlib import Path

import cv2
import pytest
from rich.console import Console

from vss.cloud.trace import Span, Trace
from vss.view.waterfall import draw_waterfall, waterfall_table

TRACE = Trace(
    "1-6561b0a0-0123456789abcdef01234567",
    datetime(2026, 11, 22, 8, 30, tzinfo=UTC),
    (
        Span("service", 0, 0.0, 2.0, False, {}),
        Span("frame", 1, 1.0, 1.0, False, {"camera_id": "door"}),
        Span("decode", 2, 1.0, 0.001, False, {}),
        Span("body_pose", 2, 1.5, None, True, {}),
    ),
)


def printed(width: int = 140) -> list[str]:
    console = Console(width=width)
    with console.capture() as capture:
        console.print(waterfall_table(TRACE, width))
    return capture.get().splitlines()


def test_each_span_has_a_line_with_its_time_and_annotations() -> None:
    service, frame, decode, pose = printed()[-4:]
    assert "2,000.0" in service
    assert "1,000.0" in frame
    assert "camera_id=door" in frame
    assert decode.strip().startswith("decode")
    assert "open" in pose


def test_bars_begin_and_end_where_the_span_does() -> None:
    service, frame, decode, _ = printed()[-4:]
    assert service.count("█") == 2 * frame.count("█")
    assert frame.index("█") == service.index("█") + service.count("█") // 2
    assert decode.index("▏") == frame.index("█")


def test_a_narrow_terminal_shows_names_and_times_whole() -> None:
    text = "\n".join(printed(80))
    assert "…" not in text
    assert "camera_id" not in text
    for part in ("service", "2,000.0", "body_pose", "█"):
        assert part in text


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_the_picture_has_the_format_of_its_name(tmp_path: Path, suffix: str) -> None:
    target = draw_waterfall(TRACE, tmp_path / f"trace{suffix}")
    content = target.read_bytes()
    if suffix == ".svg":
        assert b"<svg" in content
    else:
        picture = cv2.imread(str(target))
        assert picture.shape[1] == 1210
        assert picture.std() > 10, "an empty picture"
