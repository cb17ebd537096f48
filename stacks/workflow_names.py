"""Names of a workflow's resources: those of the FDL file, brought into the names of a stage.

A bucket's name is unique in the world, and a function's in its account, so neither can be the one
of the file. A function ``scan`` becomes ``vss-<stage>-wf-scan``, a bucket ``results`` becomes
``vss-<stage>-wf-results-<account>-<region>``. What is too long, or has characters that are not
allowed there, keeps its beginning and gets eight digits of its hash: two names never become one.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stacks.naming import Naming

# S3 takes 63 characters; the longest names of regions have 14 (ap-southeast-1).
_BUCKET_CHARACTERS, _ACCOUNT_AND_REGION = 63, len("-123456789012-ap-southeast-1")
_FUNCTION_CHARACTERS = 64
_DIGITS = 8
_INFIX = "wf-"


def workflow_concern(workflow: str) -> str:
    """Return what comes after the stage in names that belong to the workflow as a whole."""
    return f"workflow-{workflow}"


def bucket_purpose(naming: Naming, bucket: str) -> str:
    """Return the purpose, as `Naming` takes it, of a bucket of the file."""
    most = _BUCKET_CHARACTERS - _ACCOUNT_AND_REGION - len(naming.stack(_INFIX))
    # A dot would break the certificate of its address.
    return _INFIX + _fitting(bucket, most, "[^a-z0-9-]")


def function_purpose(naming: Naming, function: str) -> str:
    """Return the purpose, as `Naming` takes it, of a function of the file and of its queues."""
    most = _FUNCTION_CHARACTERS - len(naming.stack(_INFIX))
    return _INFIX + _fitting(function, most, "[^A-Za-z0-9_-]")


def workflow_name(stem: str) -> str:
    """Return the short name of a workflow, made of the name of its file."""
    return _fitting(stem.lower().replace("_", "-"), 40, "[^a-z0-9-]").strip("-") or "unnamed"


def _fitting(name: str, most: int, forbidden: str) -> str:
    fit = re.sub(forbidden, "-", name)
    if fit == name and len(name) <= most:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGITS]
    return f"{fit[: most - _DIGITS - 1].rstrip('-')}-{digest}"
