"""Readers of roles, policies, logs, alarms, dashboards, rules and schedules."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError

from vss.local.verification.reading import Reader, Resource, only

Json = Any


def _role(one: Resource) -> dict[str, Json]:
    iam, name = one.client("iam"), one.physical_id
    found = dict(iam.get_role(RoleName=name)["Role"])
    wanted = [policy["PolicyName"] for policy in one.properties.get("Policies", [])]
    policies = []
    for policy in wanted:
        with suppress(ClientError):
            answer = iam.get_role_policy(RoleName=name, PolicyName=policy)
            policies.append({"PolicyName": policy, "PolicyDocument": answer["PolicyDocument"]})
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    arns = [policy["PolicyArn"] for policy in attached]
    # Managed policies of a template may be attached beside those the role itself names.
    named = [arn for arn in arns if arn in one.properties.get("ManagedPolicyArns", [])]
    return {**found, "Policies": policies, "ManagedPolicyArns": named}


def _role_policy(one: Resource) -> dict[str, Json]:
    name, document = one.properties["PolicyName"], None
    for role in one.properties.get("Roles", []):
        answer = one.client("iam").get_role_policy(RoleName=role, PolicyName=name)
        document = answer["PolicyDocument"]
        if document != one.properties["PolicyDocument"]:
            break
    return {"PolicyName": name, "PolicyDocument": document, "Roles": one.wants("Roles")}


def _managed_policy(one: Resource) -> dict[str, Json]:
    iam, arn = one.client("iam"), one.physical_id
    found = iam.get_policy(PolicyArn=arn)["Policy"]
    version = iam.get_policy_version(PolicyArn=arn, VersionId=found["DefaultVersionId"])
    roles = iam.list_entities_for_policy(PolicyArn=arn)["PolicyRoles"]
    return {
        **found,
        "ManagedPolicyName": found["PolicyName"],
        "PolicyDocument": version["PolicyVersion"]["Document"],
        "Roles": [role["RoleName"] for role in roles],
    }


def _log_group(one: Resource) -> dict[str, Json]:
    logs, name = one.client("logs"), one.physical_id
    groups = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    found = only([group for group in groups if group["logGroupName"] == name])
    arn = str(found["arn"]).removesuffix(":*")
    return {
        "LogGroupName": name,
        "KmsKeyId": found.get("kmsKeyId"),
        "RetentionInDays": found.get("retentionInDays"),
        "Tags": logs.list_tags_for_resource(resourceArn=arn)["tags"],
    }


def _metric_filter(one: Resource) -> dict[str, Json]:
    answer = one.client("logs").describe_metric_filters(
        logGroupName=one.properties["LogGroupName"], filterNamePrefix=one.physical_id
    )
    found = only(
        [one_ for one_ in answer["metricFilters"] if one_["filterName"] == one.physical_id]
    )
    transformations = [
        {name[:1].upper() + name[1:]: value for name, value in transformation.items()}
        for transformation in found["metricTransformations"]
    ]
    return {
        "FilterName": found["filterName"],
        "FilterPattern": found["filterPattern"],
        "LogGroupName": found["logGroupName"],
        "MetricTransformations": transformations,
    }


def _alarm(one: Resource) -> dict[str, Json]:
    cloudwatch = one.client("cloudwatch")
    found = dict(only(cloudwatch.describe_alarms(AlarmNames=[one.physical_id])["MetricAlarms"]))
    tags = cloudwatch.list_tags_for_resource(ResourceARN=found["AlarmArn"])["Tags"]
    return {**found, "Tags": tags}


def _dashboard(one: Resource) -> dict[str, Json]:
    cloudwatch = one.client("cloudwatch")
    found = cloudwatch.get_dashboard(DashboardName=one.physical_id)
    tags = cloudwatch.list_tags_for_resource(ResourceARN=found["DashboardArn"])["Tags"]
    return {**found, "Tags": tags}


def _rule(one: Resource) -> dict[str, Json]:
    events = one.client("events")
    found = dict(events.describe_rule(Name=one.physical_id))
    targets = events.list_targets_by_rule(Rule=one.physical_id)["Targets"]
    tags = events.list_tags_for_resource(ResourceARN=found["Arn"])["Tags"]
    pattern = found.get("EventPattern")
    return {
        **found,
        "EventPattern": json.loads(pattern) if pattern else None,
        "Targets": targets,
        "Tags": tags,
    }


def _schedule(one: Resource) -> dict[str, Json]:
    return dict(one.client("scheduler").get_schedule(Name=one.physical_id))


READERS: dict[str, Reader] = {
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::CloudWatch::Dashboard": _dashboard,
    "AWS::Events::Rule": _rule,
    "AWS::IAM::ManagedPolicy": _managed_policy,
    "AWS::IAM::Policy": _role_policy,
    "AWS::IAM::Role": _role,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::Logs::MetricFilter": _metric_filter,
    "AWS::Scheduler::Schedule": _schedule,
}
