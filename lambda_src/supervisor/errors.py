"""What can go wrong with a run.

::

    SupervisorError
    ├── InvalidDescription  the function's description is not as it should be
    ├── InvalidEvent        the event, or the object it names, can never be worked on
    ├── ScriptFailed        the script ended with another exit code than 0, or not in time
    ├── InvalidOutput       the script left something that cannot be stored
    └── StorageFailed       the storage failed or refused; ``passing``: a later try may succeed
"""

from __future__ import annotations


class SupervisorError(Exception):
    """Base of every error that the supervisor raises on purpose."""


class InvalidDescription(SupervisorError):
    """A function's description lacks something, or has what is not allowed."""


class InvalidEvent(SupervisorError):
    """An event that cannot be read, or names an object that is none of the function's inputs."""


class ScriptFailed(SupervisorError):
    """The script did not end well; nothing of it is stored."""


class ScriptStopped(ScriptFailed):
    """The script was ended because its supervisor was told to stop; it is not to blame."""


class InvalidOutput(SupervisorError):
    """Something below ``$TMP_OUTPUT_DIR`` is no regular file, or its path can be no key."""


class StorageFailed(SupervisorError):
    """A call to the storage failed.

    Attributes:
        passing: the storage was not reached or was not able: a later try may succeed.
    """

    def __init__(self, message: str, passing: bool) -> None:
        super().__init__(message)
        self.passing = passing


class ObjectMissing(StorageFailed):
    """The object is not there (any more)."""

    def __init__(self, message: str) -> None:
        super().__init__(message, passing=False)


class ObjectChanged(StorageFailed):
    """The object is not the one that the event told of: it was overwritten since."""

    def __init__(self, message: str) -> None:
        super().__init__(message, passing=False)
