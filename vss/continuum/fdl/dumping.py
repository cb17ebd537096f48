"""A workflow, or a part of it, as FDL again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml
from pydantic import BaseModel, SecretStr

from vss.continuum.fdl.models import Workflow


def document(part: BaseModel) -> Any:
    """Return a part as an FDL file writes it: dict, list, text, number, boolean.

    What is as by default is left out. Secrets are in it as the file holds them: it may be sent to
    where they belong, and must never be printed or logged.
    """
    return _plain(part.model_dump(by_alias=True, exclude_defaults=True))


def dump(workflow: Workflow) -> str:
    """Return the FDL file of a workflow, in its newest spelling; secrets as in ``document``."""
    return yaml.safe_dump(document(workflow), sort_keys=False, allow_unicode=True)


def _plain(value: Any) -> Any:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
