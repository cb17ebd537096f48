"""The environment variables of a script: what the contract names, never what the function may."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from supervisor.object_events import StoredObject
from supervisor.script import RUN_MARK
from supervisor.workspace import Workspace

# Linux takes no environment variable of 128 KiB or more.
_LONGEST_VALUE = 100_000
_QUERY_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_WITHHELD = re.compile(
    r"AWS_|_?X_AMZN_|_HANDLER$|LAMBDA_|FUNCTION_CONFIG$|FDL$|LD_PRELOAD$|"
    r".*(TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|ACCESS_KEY|PRIVATE_KEY|API_KEY)",
    re.IGNORECASE,
)
_SECRET_VALUES = re.compile(
    r".*(TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|ACCESS_KEY|PRIVATE_KEY|API_KEY)", re.IGNORECASE
)


def inheritable(variables: Mapping[str, str]) -> dict[str, str]:
    """Return what a script may see of the environment of its function.

    All of Lambda's own variables are withheld, and whatever is named as a secret is.
    """
    return {name: value for name, value in variables.items() if not _WITHHELD.match(name)}


def secret_values(variables: Mapping[str, str]) -> list[str]:
    """Return the values of an environment that are named as secrets."""
    return [value for name, value in variables.items() if value and _SECRET_VALUES.match(name)]


def contract_variables(
    folders: Workspace, mark: str, input_file: Path | None, stored: StoredObject | None
) -> dict[str, str]:
    """Return the variables that every script is promised.

    Args:
        folders: of the run.
        mark: the run's own id.
        input_file: None where nothing was downloaded.
        stored: None where the call brought its content along.
    """
    found = {
        "TMP_INPUT_DIR": str(folders.inputs),
        "TMP_OUTPUT_DIR": str(folders.outputs),
        "TMPDIR": str(folders.scratch),
        "HOME": str(folders.scratch),
        "REQUEST_ID": mark,
        RUN_MARK: mark,
    }
    if input_file is not None:
        found["INPUT_FILE_PATH"] = str(input_file)
    if stored is not None:
        found |= {"STORAGE_OBJECT_KEY": stored.key, "EVENT_TIME": stored.time}
        if len(stored.event.encode()) <= _LONGEST_VALUE:
            found["EVENT"] = stored.event
    return found


def query_variables(query: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield ``CONT_VAR_<name>`` for each query parameter that can be one."""
    for name, value in query.items():
        if _QUERY_NAME.fullmatch(name) and "\0" not in value and len(value) <= _LONGEST_VALUE:
            yield f"CONT_VAR_{name}", value
