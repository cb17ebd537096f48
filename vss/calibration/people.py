"""The people of a folder: photographs that the enrolment function would take, as a gallery."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from business_logic.stage_clock import StageClock
from deep_learning.errors import ConfigurationError, RejectedInput
from high_level_algorithms.identification import Gallery
from high_level_algorithms.pipeline import Pipeline
from high_level_algorithms.reference import reference_of
from high_level_algorithms.types import Floats, Refusal
from rich.console import Console
from rich.progress import track

from vss.references import RefusedPhotograph


@dataclass(frozen=True, slots=True)
class People:
    """What a folder of people gives.

    Attributes:
        gallery: those of whom a photograph can be used.
        refused: the photographs that cannot, and why.
    """

    gallery: Gallery
    refused: tuple[RefusedPhotograph, ...]


def read_people(folder: Path, pipeline: Pipeline, messages: Console) -> People:
    """Make a gallery of ``folder/<person>/<photographs>`` as the enrolment function would.

    But for what it asks of a photograph beside others: whether it is unlike the person's own or
    like somebody else's depends on the threshold that is to be chosen.

    Args:
        folder: a folder for each person, its name the person's id.
        pipeline: the networks that will identify.
        messages: shows the progress.

    Raises:
        ConfigurationError: there is nobody in the folder, or no photograph that can be used.
    """
    photographs = list(_photographs(folder))
    templates: dict[str, list[Floats]] = {}
    refused: list[RefusedPhotograph] = []
    for person_id, path in track(photographs, "People", console=messages, transient=True):
        template = _template(path, pipeline)
        if isinstance(template, str):
            refused.append(RefusedPhotograph(path, template))
        else:
            templates.setdefault(person_id, []).append(template)
    if not templates:
        first = f"; the first: {refused[0].path}: {refused[0].reason}" if refused else ""
        raise ConfigurationError(
            f"{folder}: of {len(photographs)} photographs in folders of people none can be used"
            f"{first}"
        )
    return People(Gallery.of(templates), tuple(refused))


def _photographs(folder: Path) -> Iterator[tuple[str, Path]]:
    for person in sorted(entry for entry in folder.iterdir() if entry.is_dir()):
        for path in sorted(entry for entry in person.iterdir() if entry.is_file()):
            yield person.name, path


def _template(path: Path, pipeline: Pipeline) -> Floats | str:
    """Return the template that a photograph gives, or why it gives none."""
    try:
        outcome = reference_of(path.read_bytes(), pipeline, StageClock())
    except RejectedInput as rejection:
        return str(rejection)
    return outcome.text if isinstance(outcome, Refusal) else outcome.template
