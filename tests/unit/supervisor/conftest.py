"""A store for the supervisor."""

from tests.workflow_storage import _storage_server, storage  # noqa: F401
