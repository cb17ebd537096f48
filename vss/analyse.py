"""``vss analyse``: images on this machine through the very pipeline that runs in Lambda."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

import cv2
from business_logic.record import Circumstances, FrameSource, Json, build_record
from business_logic.stage_clock import StageClock
from deep_learning.catalogue import Catalogue
from deep_learning.decode import DEFAULT_LIMITS, decode_image
from deep_learning.errors import RejectedInput, SurveillanceError
from deep_learning.runtime import Runtime
from high_level_algorithms.identification import Gallery
from high_level_algorithms.pipeline import Pipeline, PipelineSettings
from high_level_algorithms.types import Findings
from rich.console import Console
from rich.progress import track
from rich.text import Text

from vss.references import read_references
from vss.view.annotation import annotate
from vss.view.model_set_notice import notices_of
from vss.view.record_table import record_table

_IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png")


@dataclass(frozen=True, slots=True)
class AnalyseOptions:
    """What the user asked for."""

    images: tuple[Path, ...]
    draw: Path | None
    json: bool
    reference: Path | None
    manifest: Path
    model_set: str
    threads: int | None


@dataclass(frozen=True, slots=True)
class _Analysis:
    path: Path
    data: bytes
    outcome: Findings | RejectedInput
    record: Json


def analyse_images(options: AnalyseOptions) -> int:
    """Analyse, print, draw; return the exit status."""
    messages = Console(stderr=True)
    try:
        return _analyse(options, messages)
    except (SurveillanceError, OSError) as error:
        messages.print(Text.assemble(("vss analyse: ", "red"), str(error)), soft_wrap=True)
        return 2


def _analyse(options: AnalyseOptions, messages: Console) -> int:
    paths = list(dict.fromkeys(_image_paths(options.images)))
    drawings = {} if options.draw is None else _drawing_names(paths, options.draw)
    threads = len(os.sched_getaffinity(0)) if options.threads is None else options.threads
    cv2.setNumThreads(threads)
    catalogue = Catalogue.read(options.manifest, options.model_set)
    pipeline = Pipeline.load(Runtime(threads), catalogue, PipelineSettings())
    gallery = _gallery(options.reference, pipeline, messages)
    records = []
    progress = track(paths, "Analysing", console=messages, transient=True)
    for analysis in _analyses(progress, pipeline, catalogue, gallery):
        if options.json:
            sys.stdout.write(json.dumps(analysis.record) + "\n")
        if analysis.path in drawings and isinstance(analysis.outcome, Findings):
            _draw(analysis.data, analysis.outcome, drawings[analysis.path])
        records.append(analysis.record)
    if options.json:
        for notice in notices_of(records):
            messages.print(Text(notice, "yellow"), soft_wrap=True)
    else:
        Console().print(record_table(records))
    return 1 if any(record["status"] == "rejected" for record in records) else 0


def _image_paths(named: tuple[Path, ...]) -> Iterator[Path]:
    """Yield the files named, and of a folder its images."""
    for path in named:
        if path.is_dir():
            images = [entry for entry in path.rglob("*") if entry.suffix.lower() in _IMAGE_SUFFIXES]
            if not images:
                raise FileNotFoundError(f"{path} holds no image ({', '.join(_IMAGE_SUFFIXES)})")
            yield from sorted(images)
        elif path.is_file():
            yield path
        else:
            raise FileNotFoundError(f"{path} is neither a file nor a folder")


def _gallery(folder: Path | None, pipeline: Pipeline, messages: Console) -> Gallery:
    if folder is None:
        return Gallery.of({})
    references = read_references(folder, pipeline)
    for refused in references.refused:
        line = Text.assemble(("refused ", "yellow"), f"{refused.path}: {refused.reason}")
        messages.print(line, soft_wrap=True)
    return references.gallery


def _analyses(
    paths: Iterable[Path], pipeline: Pipeline, catalogue: Catalogue, gallery: Gallery
) -> Iterator[_Analysis]:
    cold_start = True
    for path in paths:
        clock = StageClock()
        data = _read(path)
        outcome: Findings | RejectedInput
        try:
            outcome = pipeline.analyse(data, gallery, clock)
        except RejectedInput as rejection:
            outcome = rejection
        frame = FrameSource(bucket=None, key=str(path), version_id=None, etag=None, camera_id=None)
        circumstances = Circumstances(
            catalogue, gallery.version, clock.timings_ms, None, cold_start
        )
        yield _Analysis(path, data, outcome, build_record(frame, outcome, circumstances))
        cold_start = False


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        # One byte over the limit is enough for the guard to see that the file is too large.
        return file.read(DEFAULT_LIMITS.max_bytes + 1)


def _drawing_names(paths: Iterable[Path], folder: Path) -> dict[Path, Path]:
    """Name the drawing of each image; images of the same name get numbers."""
    names: dict[Path, Path] = {}
    taken: set[Path] = set()
    for path in paths:
        candidates = (
            f"{path.stem}{suffix}.jpg" for suffix in chain([""], map("-{}".format, count(2)))
        )
        names[path] = next(folder / name for name in candidates if folder / name not in taken)
        taken.add(names[path])
    return names


def _draw(data: bytes, findings: Findings, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if not cv2.imwrite(str(target), annotate(decode_image(data), findings)):
        raise OSError(f"{target} cannot be written")
