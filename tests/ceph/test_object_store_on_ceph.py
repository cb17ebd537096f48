"""What the supervisor asks of a store, on Ceph: the same tests as on the local endpoint."""

from tests.unit.supervisor.test_object_store import *  # noqa: F403
