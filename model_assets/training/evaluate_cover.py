"""Measure the camera-cover network on generated frames, real photographs, video and covers on them.

python -m model_assets.training.evaluate_cover

The photographs and the video are looked for in ../shared and left out, with a line, if absent.
They are only ever used here: nothing is trained on them or tuned to them.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import openvino
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table

from model_assets.training.cover_dataset import CLEAR, COVERED, draw_cover, stream
from model_assets.training.covers import COVERS, HELD_OUT, compose
from model_assets.training.manifest_entry import CAMERA_COVER
from model_assets.training.noise import Image
from model_assets.training.sensor import capture, fit

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}


class Classifier:
    """The shipped network on one thread, with its decision threshold."""

    def __init__(self, folder: Path) -> None:
        path = CAMERA_COVER.path(folder)
        settings = {"INFERENCE_NUM_THREADS": 1, "PERFORMANCE_HINT": "LATENCY"}
        self.compiled = openvino.Core().compile_model(path, "CPU", settings)
        _, _, self.height, self.width = self.compiled.input(0).shape
        self.threshold = json.loads((folder / "training.json").read_text())["threshold"]

    def score(self, image: Image) -> float:
        """Return the probability that the lens is covered, for a BGR frame of any size."""
        frame = fit(image, self.width, self.height).transpose(2, 0, 1)[None]
        return float(self.compiled(frame.astype(np.float32))[0][0, COVERED])


@dataclass(slots=True)
class Tally:
    """Scores by kind, the frames judged wrongly and a few examples of each kind."""

    threshold: float
    scores: dict[tuple[int, str], list[float]] = field(default_factory=dict)
    wrong: list[tuple[float, str, Image]] = field(default_factory=list)
    examples: list[tuple[float, str, Image]] = field(default_factory=list)

    def add(self, label: int, kind: str, score: float, image: Image) -> None:
        """Count one frame; keep its picture if the decision is wrong or the kind is new."""
        scores = self.scores.setdefault((label, kind), [])
        scores.append(score)
        if len(scores) <= 5:
            self.examples.append((score, kind, fit(image, 160, 96)))
        if (score >= self.threshold) != (label == COVERED):
            self.wrong.append((score, kind, fit(image, 160, 96)))

    def count(self, label: int) -> tuple[int, int]:
        """Return how many frames of a label were called covered, and how many there were."""
        rows = [np.array(scores) for (own, _), scores in self.scores.items() if own == label]
        called = sum(int((scores >= self.threshold).sum()) for scores in rows)
        return called, sum(len(scores) for scores in rows)

    def summary(self) -> dict[str, float | int]:
        """Return recall, precision and the counts behind them."""
        hits, covered = self.count(COVERED)
        alarms, clear = self.count(CLEAR)
        return {
            "covered": covered,
            "recall": round(hits / max(1, covered), 5),
            "clear": clear,
            "false_alarms": alarms,
            "precision": round(hits / max(1, hits + alarms), 5),
        }

    def table(self, title: str) -> Table:
        """Return the counts of every kind as a printable table."""
        shown = Table("label", "kind", "frames", "called covered", "share", title=title)
        for (label, kind), scores in sorted(self.scores.items()):
            called = sum(score >= self.threshold for score in scores)
            name = "covered" if label == COVERED else "clear"
            shown.add_row(name, kind, str(len(scores)), str(called), f"{called / len(scores):.4f}")
        return shown


def main() -> None:
    """Print all tables, write them as JSON and draw the frames that were judged wrongly."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--network", type=Path, default=Path("model_assets/camera_cover"))
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--out", type=Path, default=Path("build/cover"))
    parser.add_argument("--count", type=int, default=8000, help="generated frames per split")
    parser.add_argument("--first-seed", type=int, default=900_000_000)
    parser.add_argument("--covers-per-photograph", type=int, default=2)
    arguments = parser.parse_args()
    console = Console()
    classifier = Classifier(arguments.network)
    arguments.out.mkdir(parents=True, exist_ok=True)
    seeds = range(arguments.first_seed, arguments.first_seed + arguments.count)
    tallies = {split: on_generated(classifier, split, seeds) for split in ("test", "unseen")}
    photographs = dict(read_photographs(arguments.shared / "images"))
    if photographs:
        tallies["photographs"] = on_photographs(classifier, photographs)
        repeats = arguments.covers_per_photograph
        tallies["covers on photographs"] = on_covered(classifier, photographs, repeats)
    else:
        console.print(f"no photographs under {arguments.shared}: left out")
    videos = sorted((arguments.shared / "videos").glob("*.mp4"))
    for path in videos:
        tallies[f"video {path.name}"] = on_video(classifier, path)
    report: dict[str, object] = {"threshold": classifier.threshold}
    for name, tally in tallies.items():
        console.print(tally.table(name), tally.summary())
        report[name] = tally.summary() | {"kinds": by_kind(tally)}
        worst = sorted(tally.wrong, key=lambda row: -abs(row[0] - tally.threshold))
        draw_sheet(arguments.out / f"{name}, wrong.png", worst[:60])
        draw_sheet(
            arguments.out / f"{name}, examples.png", sorted(tally.examples, key=lambda row: row[1])
        )
    report["inference_ms"] = latency(classifier)
    console.print(f"one-thread inference: {report['inference_ms']} ms (median)")
    (arguments.out / "evaluation.json").write_text(json.dumps(report, indent=1) + "\n")


def on_generated(classifier: Classifier, split: str, seeds: range) -> Tally:
    """Return the tally of a generated split."""
    tally = Tally(classifier.threshold)
    size = classifier.width, classifier.height
    rows = stream(split, seeds, *size, len(os.sched_getaffinity(0)))
    for image, _, label, kind in track(rows, f"Generated: {split}", total=len(seeds)):
        tally.add(label, kind, classifier.score(image), image)
    return tally


def read_photographs(folder: Path) -> Iterator[tuple[str, Image]]:
    """Yield name and pixels of every photograph below a folder."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in SUFFIXES:
            yield str(path.relative_to(folder)), cv2.imread(str(path), cv2.IMREAD_COLOR)


def on_photographs(classifier: Classifier, photographs: dict[str, Image]) -> Tally:
    """Return the tally of the uncovered photographs."""
    tally = Tally(classifier.threshold)
    for name, image in photographs.items():
        tally.add(CLEAR, str(Path(name).parent), classifier.score(image), image)
    return tally


def on_covered(classifier: Classifier, photographs: dict[str, Image], repeats: int) -> Tally:
    """Return the tally of every kind of cover laid over every photograph."""
    tally = Tally(classifier.threshold)
    pairs = [(name, kind) for name in photographs for kind in COVERS]
    for index, (name, kind) in enumerate(track(pairs, "Covers on photographs")):
        for repeat in range(repeats):
            rng = np.random.default_rng([5, index, repeat])
            scene = limited(photographs[name], 400)
            cover = draw_cover(rng, *scene.shape[:2], kind)
            image = capture(rng, compose(cover, scene))
            held = " (held out)" if kind in HELD_OUT else ""
            tally.add(COVERED, kind + held, classifier.score(image), image)
    return tally


def on_video(classifier: Classifier, path: Path) -> Tally:
    """Return the tally of every frame of an uncovered video."""
    tally = Tally(classifier.threshold)
    for frame in track(list(frames_of(path)), f"Video {path.name}"):
        tally.add(CLEAR, path.stem, classifier.score(frame), frame)
    return tally


def frames_of(path: Path) -> Iterator[Image]:
    """Yield the frames of a video."""
    video = cv2.VideoCapture(str(path))
    while True:
        more, frame = video.read()
        if not more:
            return
        yield frame


def limited(image: Image, longest: int) -> Image:
    """Return the image made smaller if its longer side exceeds `longest` pixels."""
    scale = longest / max(image.shape[:2])
    if scale >= 1:
        return image
    return fit(image, round(image.shape[1] * scale), round(image.shape[0] * scale))


def by_kind(tally: Tally) -> dict[str, dict[str, float | int]]:
    """Return frames, share called covered and the score nearest to a mistake, of every kind."""
    rows = {}
    for (label, kind), scores in sorted(tally.scores.items()):
        worst = min(scores) if label == COVERED else max(scores)
        called = float(np.mean(np.array(scores) >= tally.threshold))
        name = f"{'covered' if label == COVERED else 'clear'}: {kind}"
        row = {"frames": len(scores), "called_covered": round(called, 5)}
        rows[name] = row | {"worst_score": round(worst, 3)}
    return rows


def latency(classifier: Classifier) -> float:
    """Return the median milliseconds of one inference on one thread."""
    frame: NDArray[np.float32] = np.zeros((1, 3, classifier.height, classifier.width), np.float32)
    request = classifier.compiled.create_infer_request()
    times = []
    for _ in range(300):
        start = time.perf_counter()
        request.infer({0: frame})
        times.append(time.perf_counter() - start)
    return round(float(np.median(times)) * 1000, 3)


def draw_sheet(path: Path, rows: list[tuple[float, str, Image]]) -> None:
    """Draw frames with their score and kind, if there are any."""
    if rows:
        cv2.imwrite(str(path), sheet((f"{score:.2f} {kind}", image) for score, kind, image in rows))


def sheet(tiles: Iterable[tuple[str, Image]]) -> Image:
    """Return captioned 160x96 tiles in rows of ten."""
    drawn = []
    for caption, image in tiles:
        tile = image.copy()
        cv2.putText(tile, caption[:26], (2, 11), 0, 0.35, (0, 0, 0), 2, cv2.LINE_AA)
        cv2.putText(tile, caption[:26], (2, 11), 0, 0.35, (0, 255, 255), 1, cv2.LINE_AA)
        drawn.append(tile)
    drawn += [np.zeros_like(drawn[0])] * (-len(drawn) % 10)
    rows = [np.hstack(drawn[index : index + 10]) for index in range(0, len(drawn), 10)]
    return np.vstack(rows)


if __name__ == "__main__":
    main()
