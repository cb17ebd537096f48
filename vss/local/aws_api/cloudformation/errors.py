"""What can go wrong with a template."""

from __future__ import annotations

from deep_learning.errors import SurveillanceError


class TemplateError(SurveillanceError):
    """A template that cannot be deployed; the message names the thing and what is allowed."""
