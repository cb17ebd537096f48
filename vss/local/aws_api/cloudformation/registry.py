"""Every resource type that can be deployed, by its name in a template."""

from __future__ import annotations

from vss.local.aws_api.cloudformation.errors import TemplateError
from vss.local.aws_api.cloudformation.resource_types import ResourceType
from vss.local.aws_api.cloudformation.resources import (
    bootstrap,
    buckets,
    functions,
    identity,
    keys,
    monitoring,
    network,
    queues,
    schedules,
    security_groups,
    topics,
)

RESOURCE_TYPES: dict[str, ResourceType] = {
    kind.name: kind
    for kind in (
        bootstrap.Parameter(),
        bootstrap.Repository(),
        buckets.Bucket(),
        buckets.BucketPolicy(),
        functions.Alias(),
        functions.EventSourceMapping(),
        functions.Function(),
        functions.LayerVersion(),
        functions.Permission(),
        functions.Version(),
        identity.ManagedPolicy(),
        identity.Policy(),
        identity.Role(),
        keys.Alias(),
        keys.Key(),
        monitoring.Alarm(),
        monitoring.Dashboard(),
        monitoring.LogGroup(),
        monitoring.MetricFilter(),
        network.FlowLog(),
        network.RouteTable(),
        security_groups.SecurityGroup(),
        security_groups.SecurityGroupEgress(),
        security_groups.SecurityGroupIngress(),
        network.Subnet(),
        network.SubnetRouteTableAssociation(),
        network.Vpc(),
        network.VpcEndpoint(),
        queues.Queue(),
        queues.QueuePolicy(),
        schedules.Rule(),
        schedules.Schedule(),
        topics.Subscription(),
        topics.Topic(),
        topics.TopicPolicy(),
    )
}


def resource_type(logical_id: str, name: str) -> ResourceType:
    """Return the type ``name`` of the resource ``logical_id``.

    Raises:
        TemplateError: the local AWS cannot create it.
    """
    if name not in RESOURCE_TYPES:
        raise TemplateError(
            f"{logical_id}: resource type {name} is not supported by the local AWS; "
            f"supported: {', '.join(sorted(RESOURCE_TYPES))}"
        )
    return RESOURCE_TYPES[name]
