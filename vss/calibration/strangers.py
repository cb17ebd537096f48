"""Strangers: photographs of people who are not in the gallery, each face one non-mated search.

Several faces of one stranger are not independent searches. Files with the same content count once;
nothing recognises the same person in two files, so the folder should hold each stranger once.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from business_logic.stage_clock import StageClock
from deep_learning.decode import DEFAULT_LIMITS
from deep_learning.errors import ConfigurationError, RejectedInput
from high_level_algorithms.pipeline import Pipeline
from high_level_algorithms.types import Floats
from rich.console import Console
from rich.progress import track

from vss.references import RefusedPhotograph

_SHOWN_REASONS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Strangers:
    """What a folder of strangers gives.

    Attributes:
        embeddings: float32 [faces, 256], unit length, of all faces that can be compared.
        photographs: number of files they come from.
        refused: the files that give none, and why.
    """

    embeddings: Floats
    photographs: int
    refused: tuple[RefusedPhotograph, ...]


def read_strangers(folder: Path, pipeline: Pipeline, messages: Console) -> Strangers:
    """Embed the faces of all photographs in ``folder`` and the folders in it.

    Args:
        folder: files that are no photographs are refused as such.
        pipeline: the networks that will identify.
        messages: shows the progress.

    Raises:
        ConfigurationError: there is no file in the folder, or no face that can be compared.
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    if not paths:
        raise ConfigurationError(f"{folder} holds no photograph of a stranger")
    found: list[Floats] = []
    refused: list[RefusedPhotograph] = []
    seen: dict[bytes, Path] = {}
    for path in track(paths, "Strangers", console=messages, transient=True):
        embeddings = _embeddings(path, pipeline, seen)
        if isinstance(embeddings, str):
            refused.append(RefusedPhotograph(path, embeddings))
        else:
            found.append(embeddings)
    if not found:
        raise ConfigurationError(_nobody(folder, refused))
    return Strangers(np.concatenate(found), len(found), tuple(refused))


def _embeddings(path: Path, pipeline: Pipeline, seen: dict[bytes, Path]) -> Floats | str:
    """Return the embeddings of a photograph, or why there are none; remember it in ``seen``."""
    with path.open("rb") as file:
        # One byte over the limit is enough for the guard to see that the file is too large.
        data = file.read(DEFAULT_LIMITS.max_bytes + 1)
    first = seen.setdefault(hashlib.sha256(data).digest(), path)
    if first != path:
        return f"the same photograph as {first}"
    try:
        embeddings = pipeline.embeddings(data, StageClock())
    except RejectedInput as rejection:
        return str(rejection)
    return embeddings if len(embeddings) else "no face that can be compared"


def _nobody(folder: Path, refused: list[RefusedPhotograph]) -> str:
    reasons = [f"{photograph.path}: {photograph.reason}" for photograph in refused]
    more = len(reasons) - _SHOWN_REASONS
    shown = reasons[:_SHOWN_REASONS] + ([f"and {more} more"] if more > 0 else [])
    return f"no face that can be compared in {folder}: {'; '.join(shown)}"
