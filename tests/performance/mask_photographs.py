"""Photographs of faces with and without masks: who is told right, as they are and anonymised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
from high_level_algorithms.mask_detection import MaskDetector
from high_level_algorithms.types import FaceSeen, Image

from tests.shared_material import IMAGES
from vss.continuum.anonymise.heads import Head
from vss.continuum.anonymise.obscuring import obscure
from vss.continuum.anonymise.search import HeadSearch


@dataclass(frozen=True, slots=True, eq=False)
class Photograph:
    """A photograph of one face, and the heads that the anonymiser finds on it.

    Attributes:
        name: of the file.
        image: BGR.
        masked: whether the face wears a mask.
        heads: found; empty where the photograph would be withheld.
    """

    name: str
    image: Image
    masked: bool
    heads: tuple[Head, ...]


def photographs(search: HeadSearch) -> Iterator[Photograph]:
    """Yield all photographs of ``../shared/images/masks`` that are labelled."""
    for folder, masked in (("with_mask", True), ("without_mask", False)):
        for path in sorted((IMAGES / "masks" / folder).iterdir()):
            image = cv2.imread(str(path))
            found = search.search(image)
            yield Photograph(path.name, image, masked, () if found.doubt else found.heads)


def largest(faces: Sequence[FaceSeen]) -> FaceSeen | None:
    """Return the face of the largest area."""

    def area(face: FaceSeen) -> float:
        x0, y0, x1, y1 = face.box
        return (x1 - x0) * (y1 - y0)

    return max(faces, key=area, default=None)


def share_right(shown: Sequence[Photograph], detector: MaskDetector, cells: float | None) -> float:
    """Return the share of the photographs whose largest face is found and told right."""
    right = 0
    for photograph in shown:
        image = photograph.image
        if cells is not None:
            image = obscure(image, photograph.heads, cells)
        face = largest(detector.find(image))
        right += face is not None and face.masked == photograph.masked
    return right / len(shown)
