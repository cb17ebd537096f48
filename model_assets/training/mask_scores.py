"""How well a mask network does on windows: faces found, told right, and invented."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np
from high_level_algorithms.types import FaceSeen
from numpy.typing import NDArray

from model_assets.training.mask_dataset import MASKED, NOBODY, UNCLEAR
from model_assets.training.noise import Image

Floats = NDArray[np.float32]
Find = Callable[[Image], Sequence[FaceSeen]]

_SAME = 0.3
LEAST_FACE_PX = 14.0


@dataclass(frozen=True, slots=True)
class MaskScore:
    """Counts, to be added up over pictures.

    Attributes:
        masked: faces with a mask over mouth and nose.
        masked_right: of these found and told right.
        masked_found: of these found.
        bare: faces without.
        bare_right: of these found and told right.
        bare_found: of these found.
        invented: faces found where none was rendered.
    """

    masked: int = 0
    masked_right: int = 0
    masked_found: int = 0
    bare: int = 0
    bare_right: int = 0
    bare_found: int = 0
    invented: int = 0

    def __add__(self, other: MaskScore) -> MaskScore:
        names = [field.name for field in fields(self)]
        return MaskScore(**{name: getattr(self, name) + getattr(other, name) for name in names})

    @property
    def found(self) -> float:
        """Share of all faces that were found."""
        return (self.masked_found + self.bare_found) / max(1, self.masked + self.bare)

    @property
    def accuracy(self) -> float:
        """Share of the faces found that were told right, mean of both kinds."""
        masked = self.masked_right / max(1, self.masked_found)
        return (masked + self.bare_right / max(1, self.bare_found)) / 2

    @property
    def invented_per_face(self) -> float:
        """Faces invented per face rendered."""
        return self.invented / max(1, self.masked + self.bare)


def score_picture(
    found: Iterable[FaceSeen], faces: Floats, kinds: NDArray[np.uint8], least_px: float
) -> MaskScore:
    """Compare what was found in one picture with what was rendered.

    Args:
        found: by the network.
        faces: [n, 4] boxes in px of the picture; n may be 0.
        kinds: [n], see ``mask_dataset``.
        least_px: smaller faces are neither sought nor held against the network.
    """
    left = list(found)
    total = MaskScore()
    faces = faces.reshape(-1, 4)
    large = (faces[:, 3] - faces[:, 1]) >= least_px
    # Faces that are not scored take what was found of them, so that it is not called invented.
    order = np.argsort((kinds == UNCLEAR) | ~large, kind="stable")
    for index in order:
        if kinds[index] == NOBODY:
            continue
        match = max(left, key=lambda one: overlap(one.box, faces[index]), default=None)
        if match is not None and overlap(match.box, faces[index]) < _SAME:
            match = None
        if match is not None:
            left.remove(match)
        if large[index] and kinds[index] != UNCLEAR:
            total += _counted(match, bool(kinds[index] == MASKED))
    return total + MaskScore(invented=len(left))


def _counted(match: FaceSeen | None, masked: bool) -> MaskScore:
    found = int(match is not None)
    right = int(match is not None and match.masked == masked)
    if masked:
        return MaskScore(masked=1, masked_found=found, masked_right=right)
    return MaskScore(bare=1, bare_found=found, bare_right=right)


def overlap(first: Sequence[float], second: Floats) -> float:
    """Return the intersection over union of two boxes x0, y0, x1, y1."""
    low, high = np.maximum(first[:2], second[:2]), np.minimum(first[2:], second[2:])
    common = float(np.prod(np.maximum(high - low, 0)))
    areas = [float((box[2] - box[0]) * (box[3] - box[1])) for box in (np.asarray(first), second)]
    return common / max(sum(areas) - common, 1e-9)
