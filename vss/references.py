"""Reference photographs of known people: a folder per person, its name the person's id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from business_logic.stage_clock import StageClock
from deep_learning.errors import ConfigurationError, RejectedInput
from high_level_algorithms.identification import Gallery
from high_level_algorithms.pipeline import Pipeline
from high_level_algorithms.types import Floats


@dataclass(frozen=True, slots=True)
class RefusedPhotograph:
    """A reference photograph that gives no template, and why."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class References:
    """What a reference folder gives.

    Attributes:
        templates: of each person, by id, the embeddings of the photographs that could be used.
        refused: the photographs that could not.
    """

    templates: Mapping[str, Sequence[Floats]]
    refused: tuple[RefusedPhotograph, ...]

    @property
    def gallery(self) -> Gallery:
        """The people to compare with."""
        return Gallery.of(self.templates)


def read_references(folder: Path, pipeline: Pipeline) -> References:
    """Read the references in ``folder/<person>/<photographs>``.

    Raises:
        ConfigurationError: there is no person in the folder, or one without a usable photograph.
    """
    people: dict[str, list[Floats]] = {}
    refused: list[RefusedPhotograph] = []
    for person_id, photograph in _photographs(folder):
        templates = people.setdefault(person_id, [])
        template = _template(photograph, pipeline)
        if isinstance(template, str):
            refused.append(RefusedPhotograph(photograph, template))
        else:
            templates.append(template)
    empty = sorted(person_id for person_id, templates in people.items() if not templates)
    if empty:
        reasons = "; ".join(f"{photograph.path}: {photograph.reason}" for photograph in refused)
        raise ConfigurationError(f"no usable reference photograph of {', '.join(empty)}: {reasons}")
    return References(people, tuple(refused))


def _photographs(folder: Path) -> Iterator[tuple[str, Path]]:
    people = sorted(entry for entry in folder.iterdir() if entry.is_dir())
    if not people:
        raise ConfigurationError(f"{folder} has no folder of a person (want {folder}/<person>/…)")
    for person in people:
        photographs = sorted(entry for entry in person.iterdir() if entry.is_file())
        if not photographs:
            raise ConfigurationError(f"{person} holds no photograph")
        for photograph in photographs:
            yield person.name, photograph


def _template(photograph: Path, pipeline: Pipeline) -> Floats | str:
    try:
        embeddings = pipeline.embeddings(photograph.read_bytes(), StageClock())
    except RejectedInput as rejection:
        return str(rejection)
    if len(embeddings) != 1:
        return f"{len(embeddings)} faces that can be compared, exactly 1 is wanted"
    template: Floats = embeddings[0]
    return template
