"""What is studied on this machine: our function, with its networks, in a local AWS of its own."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
from rich.console import Console

from vss.local.data_plane.python_runtime import installed_runtime
from vss.local.deployment import LocalOptions, host_packages
from vss.study.laboratory import Laboratory, deployed_laboratory

_QUALITY = [cv2.IMWRITE_JPEG_QUALITY, 88]


@dataclass(frozen=True, slots=True)
class Subject:
    """Our function as it is deployed for a study.

    Attributes:
        manifest: describes the networks.
        model_set: the set that is deployed.
        photograph: JPEG that the function gets; None: a frame rendered by this project.
    """

    manifest: Path
    model_set: str
    photograph: Path | None = None

    def image(self) -> bytes:
        """Return the JPEG that the function gets.

        Raises:
            OSError: the photograph cannot be read.
        """
        return rendered_frame() if self.photograph is None else self.photograph.read_bytes()

    @contextmanager
    def laboratory(self, console: Console) -> Iterator[Laboratory]:
        """Deploy our sources, with this Python and what is installed for it.

        Raises:
            ConfigurationError: this machine has no sandbox.
        """
        with tempfile.TemporaryDirectory(prefix="vss-study-") as name:
            options = LocalOptions(
                settings={"model_set": self.model_set},
                manifest=self.manifest.resolve(),
                folder=Path(name),
            )
            packages = Path(host_packages())
            with deployed_laboratory(options, installed_runtime(), console, packages) as found:
                yield found


def rendered_frame() -> bytes:
    """Return the frame of the demo's day in which somebody comes in; always the same JPEG."""
    from model_assets.training.day import frames

    picture = next(itertools.islice(frames(), 1, None))
    return cv2.imencode(".jpg", picture.image, _QUALITY)[1].tobytes()
