"""From a frame to one that may leave the site, or to the reason why it may not.

It fails closed: whatever goes wrong on the way ends in a reason, and there is no path on which the
frame itself comes out.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, Self

import simplejpeg
from deep_learning.catalogue import Catalogue, Role
from deep_learning.runtime import Runtime
from high_level_algorithms.mask_detection import MaskDetector
from high_level_algorithms.types import Image

from vss.continuum.anonymise.errors import Reason
from vss.continuum.anonymise.look import PoseLooker
from vss.continuum.anonymise.obscuring import DEFAULT_CELLS, check_cells, obscure
from vss.continuum.anonymise.search import Found, HeadSearch

JPEG_QUALITY = 90
# A face too faint to be judged for its mask is still a face.
_FAINT_FACE = 0.6


class Search(Protocol):
    """Finds the heads of a frame."""

    def search(self, image: Image) -> Found:
        """Return heads, or a doubt."""


class Anonymiser:
    """Makes heads unrecognisable.

    Args:
        search: finds them.
        cells: along the height of a head, 1 to 64; fewer protect more.
        encode: makes a JPEG file of a BGR frame.

    Attributes:
        cells: as given.

    Raises:
        ConfigurationError: ``cells`` is out of range.
    """

    def __init__(
        self,
        search: Search,
        cells: float = DEFAULT_CELLS,
        encode: Callable[[Image], bytes] | None = None,
    ) -> None:
        check_cells(cells)
        self._search = search
        self.cells = cells
        self._encode = encode or encode_jpeg

    @classmethod
    def load(
        cls,
        manifest: Path,
        model_set: str,
        masks_set: str | None,
        cells: float = DEFAULT_CELLS,
        threads: int = 1,
    ) -> Self:
        """Load the networks.

        Args:
            manifest: of the networks.
            model_set: whose pose network looks for bodies.
            masks_set: whose detector looks for faces; None for none.
            cells: see the class.
            threads: of each inference.

        Raises:
            ModelError: a network is missing, altered or breaks its contract.
            ConfigurationError: ``threads`` is out of range.
        """
        return cls(head_search(manifest, model_set, masks_set, threads), cells)

    def anonymised(self, image: Image) -> bytes | Reason:
        """Return a JPEG file of the frame with its heads obscured, or why there is none.

        Args:
            image: BGR uint8 [height, width, 3]; is not changed.
        """
        try:
            found = self._search.search(image)
        except Exception:
            return Reason.DETECTOR_FAILED
        if found.doubt is not None:
            return found.doubt
        try:
            return self._encode(obscure(image, found.heads, self.cells))
        except Exception:
            return Reason.OBSCURING_FAILED


def head_search(manifest: Path, model_set: str, masks_set: str | None, threads: int) -> HeadSearch:
    """Load the networks that look for heads; see ``Anonymiser.load``.

    Raises:
        ModelError: a network is missing, altered or breaks its contract.
        ConfigurationError: ``threads`` is out of range.
    """
    runtime = Runtime(threads)
    pose = runtime.load(Catalogue.read(manifest, model_set), Role.BODY_POSE)
    faces = None
    if masks_set is not None:
        masks = runtime.load(Catalogue.read(manifest, masks_set), Role.MASK_DETECTION)
        faces = MaskDetector(masks, _FAINT_FACE * masks.entry.threshold("face"))
    return HeadSearch(PoseLooker(pose), faces)


def encode_jpeg(image: Image) -> bytes:
    """Return a JPEG file of a BGR frame."""
    return bytes(simplejpeg.encode_jpeg(image, quality=JPEG_QUALITY, colorspace="BGR"))
