"""What can go wrong outside the functions themselves.

::

    SurveillanceError
    └── DataPlaneError      the deployment cannot be run as it is; the message says what and why
        └── Throttled       no invocation may be added now: the function's concurrency is used up
"""

from __future__ import annotations

from deep_learning.errors import SurveillanceError


class DataPlaneError(SurveillanceError):
    """Something of the deployment cannot be run."""


class Throttled(DataPlaneError):
    """The function's reserved concurrency is used up."""
