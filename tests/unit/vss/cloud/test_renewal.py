"""After a change of the networks every photograph is handled again, with all that belongs to it."""

from dataclasses import replace

import pytest
from business_logic.photograph_keys import PhotographKey
from deep_learning.errors import ConfigurationError

from vss.cloud.deployment import Deployment, DeploymentError
from vss.cloud.enrolment import Photograph
from vss.cloud.renewal import count_photographs, renew

TERMS = {"vss-basis": "Consent%20form%2017", "vss-until": "2027-12-31"}
KEYS = [PhotographKey("p-1", "a.jpg"), PhotographKey("p-1", "b c+.jpg"), PhotographKey("p-2", "a")]


@pytest.fixture
def gallery(deployment: Deployment) -> Deployment:
    """Photographs, and what else lies in the bucket."""
    outputs = {**deployment.outputs, "GalleryKeyArn": deployment.outputs["DataKeyArn"]}
    for key in [*KEYS, "templates/p-1/a.jpg.json", "reports/p-1/a.jpg.json", "index/gallery"]:
        deployment.s3.put_object(
            Bucket=outputs["GalleryBucket"],
            Key=str(key),
            Body=str(key).encode(),
            Metadata=TERMS,
            ContentType="image/jpeg",
        )
    return replace(deployment, outputs=outputs)


def test_each_photograph_is_put_again_as_it_was(gallery: Deployment) -> None:
    told: list[Photograph] = []
    assert count_photographs(gallery) == 3
    renewed = renew(gallery, told.append)
    assert told == renewed
    assert [photograph.key for photograph in renewed] == KEYS
    for photograph in renewed:
        stored = gallery.s3.get_object(
            Bucket=gallery.outputs["GalleryBucket"], Key=str(photograph.key)
        )
        assert stored["VersionId"] == photograph.version_id
        assert stored["Body"].read() == str(photograph.key).encode()
        assert (stored["Metadata"], stored["ContentType"]) == (TERMS, "image/jpeg")
        assert stored["SSEKMSKeyId"] == gallery.outputs["GalleryKeyArn"]


def test_nothing_else_is_touched(gallery: Deployment) -> None:
    renew(gallery, lambda _: None)
    found = gallery.s3.list_object_versions(Bucket=gallery.outputs["GalleryBucket"])["Versions"]
    counts: dict[str, int] = {}
    for version in found:
        counts[version["Key"]] = counts.get(version["Key"], 0) + 1
    renewed = {str(key) for key in KEYS}
    assert counts == {key: 2 if key in renewed else 1 for key in counts}
    assert len(counts) == 6


def test_a_photograph_that_is_removed_meanwhile_is_left_out(gallery: Deployment) -> None:
    def remove_the_next(photograph: Photograph) -> None:
        if photograph.key == KEYS[0]:
            gallery.s3.delete_object(Bucket=gallery.outputs["GalleryBucket"], Key=str(KEYS[1]))

    renewed = renew(gallery, remove_the_next)
    assert [photograph.key for photograph in renewed] == [KEYS[0], KEYS[2]]


def test_where_nobody_is_enrolled_that_is_said(deployment: Deployment) -> None:
    with pytest.raises(ConfigurationError, match="no photograph in stage dev"):
        renew(deployment, lambda _: None)


def test_a_bucket_that_refuses_is_named(gallery: Deployment) -> None:
    nowhere = replace(gallery, outputs={**gallery.outputs, "GalleryBucket": "vss-nowhere"})
    with pytest.raises(DeploymentError, match="bucket vss-nowhere cannot be listed"):
        renew(nowhere, lambda _: None)
