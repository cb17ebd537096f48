"""Fakes of the things the algorithms talk to."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Outputs = tuple[NDArray[np.float32], ...]


class FakeNetwork:
    """Stands in for ``deep_learning.runtime.Network``.

    Keeps to its law: the outputs are views of one memory, valid until the next call.

    Args:
        input_height_width: the only image size it accepts.
        respond: what it 'sees' in an image: the outputs in the order of the contract.

    Attributes:
        images: copies of all images it was given.
    """

    def __init__(
        self, input_height_width: tuple[int, int], respond: Callable[[Image], Outputs]
    ) -> None:
        self.input_height_width = input_height_width
        self.images: list[Image] = []
        self._respond = respond
        self._memory: Outputs | None = None

    def infer(self, image: Image) -> Outputs:
        """Check the image as the real network would and respond to it."""
        assert image.dtype == np.uint8, image.dtype
        assert image.shape == (*self.input_height_width, 3), image.shape
        self.images.append(image.copy())
        outputs = self._respond(image)
        if self._memory is None:
            self._memory = tuple(np.array(output, np.float32) for output in outputs)
        for memory, output in zip(self._memory, outputs, strict=True):
            memory[...] = output
        return self._memory
