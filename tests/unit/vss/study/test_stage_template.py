import pytest
from deep_learning.errors import ConfigurationError

from vss.study.stage_template import Resource, StageTemplate, read_templates, synthesise

QUEUE = Resource("s", "Q", "AWS::SQS::Queue", {"QueueName": "vss-dev-frames-dlq"})
ALIAS = Resource("s", "A", "AWS::Lambda::Alias", {"FunctionName": {"Ref": "Q"}})


def test_resources_are_read_with_their_stacks() -> None:
    bodies = {"Q": {"Type": "AWS::SQS::Queue"}, "K": {"Type": "AWS::KMS::Key", "Properties": {}}}
    template = read_templates("dev", [("one", {"Resources": bodies})])
    assert [str(one) for one in template.resources] == [
        "AWS::SQS::Queue Q of stack one",
        "AWS::KMS::Key K of stack one",
    ]
    assert [one.logical_id for one in template.of_type("AWS::KMS::Key")] == ["K"]


def test_a_reference_is_followed_within_its_stack() -> None:
    elsewhere = Resource("other", "A", ALIAS.type, ALIAS.properties)
    template = StageTemplate("dev", (QUEUE, ALIAS, elsewhere))
    assert template.referred(ALIAS, "FunctionName") is QUEUE
    assert template.referred(elsewhere, "FunctionName") is None
    assert template.referred(QUEUE, "QueueName") is None


@pytest.mark.parametrize(
    ("name", "purpose"),
    [
        ("vss-dev-frames-dlq", "frames-dlq"),
        ({"Fn::Sub": "vss-dev-access-logs-${AWS::AccountId}-${AWS::Region}"}, "access-logs"),
        ({"Fn::Sub": "arn:${AWS::Partition}:sqs:${AWS::Region}:1:vss-dev-frames"}, "frames"),
    ],
)
def test_names_say_what_a_resource_is_for(name: object, purpose: str) -> None:
    resource = Resource("s", "B", "AWS::S3::Bucket", {"BucketName": name})
    assert StageTemplate("dev", (resource,)).purpose(resource, "BucketName") == purpose


def test_the_stage_is_what_would_be_deployed() -> None:
    template = synthesise("prod", {"memory_mb": 2048})
    functions = list(template.of_type("AWS::Lambda::Function"))
    assert {one.properties["MemorySize"] for one in functions} == {2048}
    assert {one.stack for one in template.resources} >= {"vss-prod-storage", "vss-prod-inference"}


def test_an_unknown_stage_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="stage is 'moon'; allowed: dev, prod"):
        synthesise("moon")
