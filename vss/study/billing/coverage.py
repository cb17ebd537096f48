"""Which resources are billed by what, and which are free; anything else is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from vss.study.billing import buckets, functions, keys, messages, monitoring, queues, rules
from vss.study.billing.month import Month
from vss.study.billing.usage import UnpricedResourceError, Usage
from vss.study.stage_template import Resource, StageTemplate
from vss.study.workload import Workload

BILLED: Mapping[str, Callable[[Resource, Month], Iterator[Usage]]] = {
    "AWS::CloudWatch::Alarm": monitoring.alarm,
    "AWS::CloudWatch::Dashboard": monitoring.dashboard,
    "AWS::EC2::VPCEndpoint": rules.endpoint,
    "AWS::Events::Rule": rules.rule,
    "AWS::KMS::Key": keys.key,
    "AWS::Lambda::Alias": functions.alias,
    "AWS::Lambda::Function": functions.function,
    "AWS::Lambda::Version": functions.version,
    "AWS::Logs::LogGroup": monitoring.log_group,
    "AWS::S3::Bucket": buckets.bucket,
    "AWS::SNS::Subscription": messages.subscription,
    "AWS::SNS::Topic": messages.topic,
    "AWS::SQS::Queue": queues.queue,
}
FREE: Mapping[str, str] = {
    "AWS::EC2::FlowLog": "billed by the log group that it writes to",
    "AWS::EC2::RouteTable": "part of a VPC, which is free",
    "AWS::EC2::SecurityGroup": "part of a VPC, which is free",
    "AWS::EC2::Subnet": "part of a VPC, which is free",
    "AWS::EC2::SubnetRouteTableAssociation": "part of a VPC, which is free",
    "AWS::EC2::VPC": "free; what would cost in it is billed by itself",
    "AWS::IAM::Policy": "IAM is free",
    "AWS::IAM::Role": "IAM is free",
    "AWS::KMS::Alias": "a name of a key",
    "AWS::Lambda::EventSourceMapping": "billed by the queue that it reads",
    "AWS::Lambda::LayerVersion": "code storage up to 75 GB is free",
    "AWS::Lambda::Permission": "a policy of a function",
    "AWS::S3::BucketPolicy": "a policy of a bucket",
    "AWS::SNS::TopicPolicy": "a policy of a topic",
    "AWS::SQS::QueuePolicy": "a policy of a queue",
}


def usages(template: StageTemplate, workload: Workload) -> tuple[Usage, ...]:
    """Return all that a stage uses in a month.

    Raises:
        UnpricedResourceError: a resource has no price here; the message names all such.
    """
    unknown = [one for one in template.resources if one.type not in BILLED and one.type not in FREE]
    if unknown:
        raise UnpricedResourceError(
            f"no price is known for {'; '.join(map(str, unknown))} (vss/study/billing/coverage.py)"
        )
    month = Month.of(template, workload)
    return tuple(
        usage
        for resource in template.resources
        if resource.type in BILLED
        for usage in BILLED[resource.type](resource, month)
    )
