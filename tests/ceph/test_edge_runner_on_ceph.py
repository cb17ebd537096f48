"""The edge runner on Ceph: the same tests as on the local endpoint."""

from tests.unit.vss.continuum.edge.test_runner import *  # noqa: F403
