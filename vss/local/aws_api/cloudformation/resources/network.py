"""EC2: the VPC, its subnets, route tables, gateway endpoints and flow logs."""

from __future__ import annotations

import json
from typing import Any

from vss.local.aws_api.cloudformation.resource_types import (
    Created,
    Place,
    Properties,
    ReplacedType,
    ResourceType,
    boolean,
    chosen,
    tag_list,
)

Json = Any


class _Tagged(ResourceType):
    """An EC2 resource of which, once made, only its tags and a few settings change."""

    def create(self, place: Place, properties: Properties) -> Created:
        """Create and tag it."""
        physical_id = self._make(place, properties)
        place.made.append(physical_id)
        tag(place, physical_id, properties)
        return self._configured(place, physical_id, properties)

    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Change settings and tags."""
        del before
        tag(place, physical_id, properties)
        return self._configured(place, physical_id, properties)

    def _make(self, place: Place, properties: Properties) -> str:
        raise NotImplementedError

    def _configured(self, place: Place, physical_id: str, properties: Properties) -> Created:
        raise NotImplementedError


def tag(place: Place, physical_id: str, properties: Properties) -> None:
    """Put the wanted tags on an EC2 resource."""
    if tag_list(properties):
        place.api("ec2").create_tags(Resources=[physical_id], Tags=tag_list(properties))


class Vpc(_Tagged):
    """``AWS::EC2::VPC``."""

    name = "AWS::EC2::VPC"
    properties = frozenset(
        {"CidrBlock", "EnableDnsHostnames", "EnableDnsSupport", "InstanceTenancy", "Tags"}
    )
    replacing = frozenset({"CidrBlock", "InstanceTenancy"})

    def _make(self, place: Place, properties: Properties) -> str:
        vpc = place.api("ec2").create_vpc(**chosen(properties, ("CidrBlock", "InstanceTenancy")))[
            "Vpc"
        ]
        return str(vpc["VpcId"])

    def _configured(self, place: Place, physical_id: str, properties: Properties) -> Created:
        ec2 = place.api("ec2")
        for name, default in (("EnableDnsSupport", True), ("EnableDnsHostnames", False)):
            value = {"Value": boolean(properties.get(name, default))}
            ec2.modify_vpc_attribute(VpcId=physical_id, **{name: value})
        groups = ec2.describe_security_groups(
            Filters=[
                {"Name": "vpc-id", "Values": [physical_id]},
                {"Name": "group-name", "Values": ["default"]},
            ]
        )["SecurityGroups"]
        acls = ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [physical_id]}])[
            "NetworkAcls"
        ]
        return Created(
            physical_id,
            {
                "VpcId": physical_id,
                "CidrBlock": properties["CidrBlock"],
                "DefaultSecurityGroup": groups[0]["GroupId"],
                "DefaultNetworkAcl": acls[0]["NetworkAclId"] if acls else "",
            },
        )

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Delete the VPC."""
        del properties
        place.api("ec2").delete_vpc(VpcId=physical_id)


class Subnet(_Tagged):
    """``AWS::EC2::Subnet``."""

    name = "AWS::EC2::Subnet"
    properties = frozenset(
        {"AvailabilityZone", "CidrBlock", "MapPublicIpOnLaunch", "Tags", "VpcId"}
    )
    replacing = frozenset({"AvailabilityZone", "CidrBlock", "VpcId"})

    def _make(self, place: Place, properties: Properties) -> str:
        names = ("AvailabilityZone", "CidrBlock", "VpcId")
        subnet = place.api("ec2").create_subnet(**chosen(properties, names))["Subnet"]
        return str(subnet["SubnetId"])

    def _configured(self, place: Place, physical_id: str, properties: Properties) -> Created:
        public = boolean(properties.get("MapPublicIpOnLaunch", False))
        ec2 = place.api("ec2")
        ec2.modify_subnet_attribute(SubnetId=physical_id, MapPublicIpOnLaunch={"Value": public})
        subnet = ec2.describe_subnets(SubnetIds=[physical_id])["Subnets"][0]
        return Created(
            physical_id,
            {
                "SubnetId": physical_id,
                "AvailabilityZone": subnet["AvailabilityZone"],
                "CidrBlock": subnet["CidrBlock"],
                "VpcId": subnet["VpcId"],
            },
        )

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Delete the subnet."""
        del properties
        place.api("ec2").delete_subnet(SubnetId=physical_id)


class RouteTable(_Tagged):
    """``AWS::EC2::RouteTable``."""

    name = "AWS::EC2::RouteTable"
    properties = frozenset({"VpcId", "Tags"})
    replacing = frozenset({"VpcId"})

    def _make(self, place: Place, properties: Properties) -> str:
        table = place.api("ec2").create_route_table(VpcId=properties["VpcId"])["RouteTable"]
        return str(table["RouteTableId"])

    def _configured(self, place: Place, physical_id: str, properties: Properties) -> Created:
        del place, properties
        return Created(physical_id, {"RouteTableId": physical_id})

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Delete the table."""
        del properties
        place.api("ec2").delete_route_table(RouteTableId=physical_id)


class SubnetRouteTableAssociation(ReplacedType):
    """``AWS::EC2::SubnetRouteTableAssociation``: never changed, only replaced."""

    name = "AWS::EC2::SubnetRouteTableAssociation"
    properties = frozenset({"RouteTableId", "SubnetId"})
    replacing = properties

    def create(self, place: Place, properties: Properties) -> Created:
        """Associate the table with the subnet."""
        association = place.api("ec2").associate_route_table(**properties)["AssociationId"]
        return self.known(association)

    def known(self, physical_id: str) -> Created:
        """Return the association of that id."""
        return Created(physical_id, {"Id": physical_id})

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Dissociate them."""
        del properties
        place.api("ec2").disassociate_route_table(AssociationId=physical_id)


class VpcEndpoint(ResourceType):
    """``AWS::EC2::VPCEndpoint`` of the gateway kind."""

    name = "AWS::EC2::VPCEndpoint"
    properties = frozenset(
        {"PolicyDocument", "RouteTableIds", "ServiceName", "Tags", "VpcEndpointType", "VpcId"}
    )
    replacing = frozenset({"ServiceName", "VpcEndpointType", "VpcId"})

    def create(self, place: Place, properties: Properties) -> Created:
        """Create the endpoint with its policy."""
        given = {"VpcEndpointType": "Gateway", **properties}
        names = ("RouteTableIds", "ServiceName", "VpcEndpointType", "VpcId")
        ec2 = place.api("ec2")
        policy = {"PolicyDocument": json.dumps(given["PolicyDocument"])}
        physical_id = ec2.create_vpc_endpoint(
            **chosen(given, names), **(policy if "PolicyDocument" in given else {})
        )["VpcEndpoint"]["VpcEndpointId"]
        place.made.append(physical_id)
        tag(place, physical_id, properties)
        return Created(physical_id, {"Id": physical_id})

    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Change policy, route tables and tags."""
        tables, former = (set(given.get("RouteTableIds", [])) for given in (properties, before))
        changes: dict[str, Json] = {
            "AddRouteTableIds": sorted(tables - former),
            "RemoveRouteTableIds": sorted(former - tables),
        }
        if "PolicyDocument" in properties:
            changes["PolicyDocument"] = json.dumps(properties["PolicyDocument"])
        else:
            changes["ResetPolicy"] = True
        place.api("ec2").modify_vpc_endpoint(
            VpcEndpointId=physical_id, **{name: value for name, value in changes.items() if value}
        )
        tag(place, physical_id, properties)
        return Created(physical_id, {"Id": physical_id})

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Delete the endpoint."""
        del properties
        place.api("ec2").delete_vpc_endpoints(VpcEndpointIds=[physical_id])


class FlowLog(_Tagged):
    """``AWS::EC2::FlowLog`` of a VPC into a log group or a bucket."""

    name = "AWS::EC2::FlowLog"
    properties = frozenset(
        {
            "DeliverLogsPermissionArn",
            "LogDestination",
            "LogDestinationType",
            "LogFormat",
            "LogGroupName",
            "MaxAggregationInterval",
            "ResourceId",
            "ResourceType",
            "Tags",
            "TrafficType",
        }
    )
    replacing = properties - {"Tags"}

    def _make(self, place: Place, properties: Properties) -> str:
        names = self.properties - {"ResourceId", "Tags", "MaxAggregationInterval"}
        interval = int(properties.get("MaxAggregationInterval", 600))
        answer = place.api("ec2").create_flow_logs(
            ResourceIds=[properties["ResourceId"]],
            MaxAggregationInterval=interval,
            **chosen(properties, names),
        )
        return str(answer["FlowLogIds"][0])

    def _configured(self, place: Place, physical_id: str, properties: Properties) -> Created:
        del place, properties
        return Created(physical_id, {"Id": physical_id})

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Delete the flow log."""
        del properties
        place.api("ec2").delete_flow_logs(FlowLogIds=[physical_id])
