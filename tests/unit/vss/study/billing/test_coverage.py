import pytest
from deep_learning.errors import ConfigurationError

from tests.unit.vss.study.billing.stage_templates import quantities, resource, template
from vss.study.billing.coverage import BILLED, FREE
from vss.study.billing.usage import UnpricedResourceError
from vss.study.stage_template import Resource
from vss.study.workload import Workload

PEOPLE_AND_ALERTS = Workload.of(cameras=1, period_s=2628, alert_share=0.1)


def test_an_unknown_type_is_an_error_and_named() -> None:
    stage = template(
        resource("KMS::Key", "Key"),
        resource("EC2::NatGateway", "Nat"),
        resource("DynamoDB::Table", "Table"),
    )
    with pytest.raises(UnpricedResourceError) as refusal:
        quantities(stage)
    assert "AWS::EC2::NatGateway Nat of stack vss-t" in str(refusal.value)
    assert "AWS::DynamoDB::Table Table of stack vss-t" in str(refusal.value)
    assert "Key of stack" not in str(refusal.value)


def test_no_type_is_both_billed_and_free() -> None:
    assert not BILLED.keys() & FREE.keys()


def test_keys_are_counted() -> None:
    keys = [resource("KMS::Key", f"Key{number}") for number in range(3)]
    assert quantities(template(*keys)) == {("keys", "kms.keys"): 3}


def test_alerts_are_published_and_mailed() -> None:
    topic = resource("SNS::Topic", "Topic", KmsMasterKeyId="key")
    mail = resource("SNS::Subscription", "Mail", Protocol="email")
    assert quantities(template(topic, mail), PEOPLE_AND_ALERTS) == {
        ("alerts published", "sns.publishes"): 100,
        ("alerts by e-mail", "sns.emails"): 100,
        ("requests by the alerts topic", "kms.requests"): 200,
    }


def test_rules_and_gateway_endpoints_are_free() -> None:
    rule = resource("Events::Rule", "Rule", EventPattern={})
    endpoint = resource("EC2::VPCEndpoint", "Endpoint", VpcEndpointType="Gateway")
    assert quantities(template(rule, endpoint)) == {}


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (resource("EC2::VPCEndpoint", "E", VpcEndpointType="Interface"), "hourly price"),
        (resource("Events::Rule", "R", EventBusName="ours"), "a bus of its own"),
        (resource("SNS::Subscription", "S", Protocol="sms"), "knows the price of email"),
    ],
)
def test_the_costly_kinds_of_free_things_are_refused(made: Resource, words: str) -> None:
    with pytest.raises(UnpricedResourceError, match=words):
        quantities(template(made))


def test_a_name_that_is_not_the_stages_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="the forecast knows vss-t-"):
        quantities(template(resource("S3::Bucket", "B", BucketName="holiday-pictures")))
