"""What can go wrong while a network file is fetched.

::

    ModelError
    └── FetchError        the file could not be fetched; what had arrived is kept to be resumed
        ├── Mismatch      what came is not what the manifest describes: thrown away, not retried
        └── Interruption  the server or the connection failed in a way that may pass: retried
            └── Unreachable  no connection at all: the other files of that host are not tried
"""

from __future__ import annotations

from deep_learning.errors import ModelError


class FetchError(ModelError):
    """A network file could not be fetched."""


class Mismatch(FetchError):
    """The content offered is not the one the manifest describes."""


class Interruption(FetchError):
    """A transfer ended early, or the server asks to try again."""


class Unreachable(Interruption):
    """No connection to the server can be made."""
