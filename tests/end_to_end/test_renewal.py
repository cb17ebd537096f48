"""Other networks are deployed: old templates are refused, then made anew from photographs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from business_logic.calendar import today
from business_logic.gallery_index import OtherNetworkError
from deep_learning.catalogue import Catalogue, Role

from tests.end_to_end.conftest import Deploy
from tests.end_to_end.enrolment import LIMIT_S, Taken, enrol
from tests.end_to_end.identification import analyse, faces
from tests.enrolment_photographs import LIGHT, encoded, portrait
from tests.shared_material import ABSENT, REAL_SET, SHARED, assemble_networks
from vss.calibration.calibrate import deployed_gallery
from vss.cloud.emptying import empty_buckets
from vss.cloud.enrolment import await_reports
from vss.cloud.renewal import renew
from vss.local.deployment import Running
from vss.paths import MANIFEST

SETTINGS = {"timeout_s": 30}


@pytest.fixture
def photographs() -> list[Taken]:
    """Of one person: to the real networks rendered people resemble each other."""
    return [Taken("ann", f"{yaw}", encoded(portrait(LIGHT, yaw))) for yaw in (0, 22)]


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    if not SHARED.is_dir():
        pytest.skip(ABSENT)
    return assemble_networks(tmp_path)


@pytest.fixture
def changed(deploy: Deploy, manifest: Path, photographs: list[Taken]) -> Iterator[Running]:
    """People are enrolled with the demo networks, then the real ones are deployed."""
    running = deploy({**SETTINGS, "model_set": "demo"}, MANIFEST)
    assert {report["status"] for report in enrol(running.deployment, photographs)} == {"enrolled"}
    running = deploy({**SETTINGS, "model_set": REAL_SET}, manifest)
    yield running
    empty_buckets(running.deployment, lambda _bucket, _count: None)


def test_templates_of_other_networks_are_refused_until_they_are_renewed(
    changed: Running, manifest: Path, photographs: list[Taken]
) -> None:
    deployment = changed.deployment
    embedding = Catalogue.read(manifest, REAL_SET).entry(Role.FACE_EMBEDDING)
    with pytest.raises(OtherNetworkError, match="`vss persons renew` makes them anew"):
        deployed_gallery(deployment, embedding, today())
    renewed = renew(deployment, lambda _: None)
    reports = [report for _, report in await_reports(deployment, renewed, LIMIT_S)]
    assert [report["status"] for report in reports] == ["enrolled"] * len(photographs)
    gallery = deployed_gallery(deployment, embedding, today())
    assert (gallery.person_ids, len(gallery.templates)) == (("ann",), len(photographs))
    # Another look at the same person than those that are enrolled.
    (record,) = analyse(changed, "renewed", [encoded(portrait(LIGHT, -22))])
    assert faces(record) == ["ann"]
