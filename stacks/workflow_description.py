"""The description by which the supervisor knows a function: ``FUNCTION_CONFIG``."""

from __future__ import annotations

import json
from typing import Any

import aws_cdk as cdk

from stacks.naming import Naming
from stacks.setting_rules import SettingsError
from stacks.workflow_design import CloudFunction, Folder, ImageRuntime, Output
from stacks.workflow_names import bucket_purpose

# Lambda's limit of all variables together, less those that every function has.
_MOST_BYTES = 4096 - 64
# Of a bucket's name: until it is deployed, a shorter token stands for it.
_LONGEST_NAME = 63


def supervisor_variables(
    stack: cdk.Stack, function: CloudFunction, naming: Naming
) -> dict[str, str]:
    """Return the environment variables of a function that runs a script.

    Raises:
        SettingsError: they are too long for Lambda.
    """
    description = _describe(function, naming)
    _check_size(function, description)
    return {"FUNCTION_CONFIG": stack.to_json_string(description)}


def _describe(function: CloudFunction, naming: Naming) -> dict[str, Any]:
    """Return what `supervisor.description_document` reads; names hold CloudFormation's tokens.

    The script lies beside the supervisor, as ``script.sh``. An image is not ours to change: for
    it the script is in the description.
    """
    found: dict[str, Any] = {
        "name": function.name,
        "input": [_place(folder, naming) for folder in function.inputs],
        "output": [_output(output, naming) for output in function.outputs],
        "timeout_threshold": function.threshold_s,
        "bucket_owner": cdk.Aws.ACCOUNT_ID,
    }
    if function.script_variables:
        found["environment"] = {"variables": dict(function.script_variables)}
    if isinstance(function.runtime, ImageRuntime) and function.script is not None:
        found["script"] = function.script.read_text(encoding="utf-8")
    return found


def _place(folder: Folder, naming: Naming) -> dict[str, str]:
    bucket = naming.bucket(bucket_purpose(naming, folder.bucket))
    return {"storage_provider": "s3", "path": f"{bucket}/{folder.prefix}".rstrip("/")}


def _output(output: Output, naming: Naming) -> dict[str, Any]:
    filters = {"prefix": list(output.prefixes), "suffix": list(output.suffixes)}
    chosen = {name: values for name, values in filters.items() if values}
    return {**_place(output.folder, naming), **chosen}


def _check_size(function: CloudFunction, description: dict[str, Any]) -> None:
    places = len(function.inputs) + len(function.outputs)
    size = len(json.dumps(description).encode()) + places * _LONGEST_NAME
    size += sum(len(f"{name}{value}".encode()) for name, value in function.variables.items())
    if size > _MOST_BYTES:
        raise SettingsError(
            f"function {function.name} needs up to {size} bytes of variables, its description "
            f"among them; allowed: {_MOST_BYTES}. Shorten its variables or, for an image, put the "
            "script into it as script.sh beside the supervisor and leave out init_script"
        )
