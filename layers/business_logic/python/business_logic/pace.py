"""The pace of a batch: whether the time that is left is enough for one more image."""

from __future__ import annotations

from collections.abc import Callable

LEAST_TIME_FOR_ONE_MS = 1000
"""An image is begun with at least this time left, however fast the others were."""

TIME_TO_ANSWER_MS = 500
"""What is kept back for the answer."""


class Pace:
    """Expects of the next image to take as long as the slowest so far, until it is written.

    Args:
        remaining_ms: time until Lambda ends the invocation.
    """

    def __init__(self, remaining_ms: Callable[[], int]) -> None:
        self.remaining_ms = remaining_ms
        # Two threads note: an append is atomic, a maximum that is kept would not be.
        self._took_ms: list[int] = []

    def needed_ms(self, images: int = 1) -> int:
        """Return the time that so many more images need, and the answer."""
        return images * max(LEAST_TIME_FOR_ONE_MS, *self._took_ms, 0) + TIME_TO_ANSWER_MS

    def note(self, begun_with_ms: int) -> None:
        """Note how far an image came that was begun with that time left."""
        self._took_ms.append(begun_with_ms - self.remaining_ms())
