"""The entry point of a workflow function on Lambda."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from supervisor.description import FunctionDescription
from supervisor.description_document import decode
from supervisor.errors import InvalidDescription
from supervisor.hidden_process import hide_process
from supervisor.invocation import Invocations, LambdaContext

_FILE, _SCRIPT = "function_config.json", "script.sh"


def _description() -> FunctionDescription:
    """Read the description that lies beside the code, or in FUNCTION_CONFIG.

    The script may lie there, too: a function's variables have no room for a long one.
    """
    root = Path(os.environ.get("LAMBDA_TASK_ROOT", "."))
    path, beside = root / _FILE, root / _SCRIPT
    script = beside.read_text(encoding="utf-8") if beside.is_file() else None
    if path.is_file():
        return decode(path.read_text(encoding="utf-8"), script)
    if text := os.environ.get("FUNCTION_CONFIG"):
        return decode(text, script)
    raise InvalidDescription(f"there is neither {path} nor the variable FUNCTION_CONFIG")


hide_process()
# What fails here fails the start of the environment: Lambda then hands it no event.
INVOCATIONS = Invocations(_description(), dict(os.environ), Path(tempfile.gettempdir()))


def lambda_handler(event: object, context: LambdaContext) -> dict[str, Any]:
    """Run the script on all that the event names.

    Args:
        event: of a store, a queue, EventBridge, an HTTP request, or any content.
        context: Lambda's description of the invocation.

    Returns:
        See `Invocations.handle`.
    """
    return INVOCATIONS.handle(event, context)
