"""What can go wrong with a template."""

from __future__ import annotations

from deep_learning.errors import SurveillanceError


class TemplateError(SurveillanceError):
    """A template cannot be deployed: the thing, its value and what is allowed are in the message."""
