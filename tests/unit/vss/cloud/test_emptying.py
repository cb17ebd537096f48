"""Buckets emptied for good."""

from vss.cloud.deployment import Deployment
from vss.cloud.emptying import empty_buckets


def test_versions_and_delete_markers_go(deployment: Deployment) -> None:
    frames, results = deployment.outputs["FramesBucket"], deployment.outputs["ResultsBucket"]
    for body in (b"old", b"new"):
        deployment.s3.put_object(Bucket=frames, Key="incoming/door/a.jpg", Body=body)
    deployment.s3.delete_object(Bucket=frames, Key="incoming/door/a.jpg")
    deployment.s3.put_object(Bucket=results, Key="records/door/a.json", Body=b"{}")
    told: dict[str, int] = {}
    assert empty_buckets(deployment, told.__setitem__) == 4
    assert told == {frames: 3, results: 1}
    for bucket in (frames, results):
        left = deployment.s3.list_object_versions(Bucket=bucket)
        assert "Versions" not in left
        assert "DeleteMarkers" not in left
