"""EC2: the VPC, its subnets, route tables, gateway endpoints, security groups and flow logs."""

from __future__ import annotations

import json
from typing import Any

from vss.local.aws_api.cloudformation.resource_types import (
    Created,
    Place,
    Properties,
    ResourceType,
    boolean,
    chosen,
    renamed,
    tag_list,
)

Json = Any


class _Tagged(ResourceType):
    """An EC2 resource of which, once made, only its tags and a few settings change."""

    def create(self, place: Place, properties: Properties) -> Created:
        """Create and tag it."""
        physical_id = self._make(place, properties)
        place.made.append(physical_id)
        _tag(place, physical_id, properties)
        return self._configured(place, physical_id, properties)

    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Change settings and tags."""
        del before
        _tag(place, physical_id, properties)
        return self._configured(place, physical_id, properties)

    def _make(self, place: Place, properties: Properties) -> str:
        raise NotImplementedError

    def _configured(self, place: Place, physical_id: str, properties: Properties) -> Created:
        raise NotImplementedError


def _tag(place: Place, physical_id: str, properties: Properties) -> None:
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


class SubnetRouteTableAssociation(ResourceType):
    """``AWS::EC2::SubnetRouteTableAssociation``: never changed, only replaced."""

    name = "AWS::EC2::SubnetRouteTableAssociation"
    properties = frozenset({"RouteTableId", "SubnetId"})
    replacing = properties

    def create(self, place: Place, properties: Properties) -> Created:
        """Associate the table with the subnet."""
        association = place.api("ec2").associate_route_table(**properties)["AssociationId"]
        return Created(association, {"Id": association})

    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Nothing is left to change."""
        del place, properties, before
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
        _tag(place, physical_id, properties)
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
        _tag(place, physical_id, properties)
        return Created(physical_id, {"Id": physical_id})

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Delete the endpoint."""
        del properties
        place.api("ec2").delete_vpc_endpoints(VpcEndpointIds=[physical_id])


class SecurityGroup(ResourceType):
    """``AWS::EC2::SecurityGroup``."""

    name = "AWS::EC2::SecurityGroup"
    properties = frozenset(
        {
            "GroupDescription",
            "GroupName",
            "SecurityGroupEgress",
            "SecurityGroupIngress",
            "Tags",
            "VpcId",
        }
    )
    replacing = frozenset({"GroupDescription", "GroupName", "VpcId"})

    def create(self, place: Place, properties: Properties) -> Created:
        """Create the group with its rules."""
        ec2 = place.api("ec2")
        group = ec2.create_security_group(
            GroupName=properties.get("GroupName") or place.new_name(255),
            Description=properties["GroupDescription"],
            VpcId=properties["VpcId"],
        )["GroupId"]
        place.made.append(group)
        born_with = {"SecurityGroupEgress": [{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}]}
        rules = properties if "SecurityGroupEgress" in properties else {**properties, **born_with}
        return self.update(place, group, rules, born_with)

    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Exchange the rules that differ."""
        for direction, revoke, authorize in _DIRECTIONS:
            rules = [_permission(place, rule) for rule in properties.get(direction, [])]
            former = [_permission(place, rule) for rule in before.get(direction, [])]
            ec2 = place.api("ec2")
            for call, permissions in (
                (revoke, [rule for rule in former if rule not in rules]),
                (authorize, [rule for rule in rules if rule not in former]),
            ):
                if permissions:
                    getattr(ec2, call)(GroupId=physical_id, IpPermissions=permissions)
        _tag(place, physical_id, properties)
        return Created(physical_id, {"GroupId": physical_id, "VpcId": properties.get("VpcId", "")})

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Delete the group."""
        del properties
        place.api("ec2").delete_security_group(GroupId=physical_id)


_DIRECTIONS = (
    ("SecurityGroupIngress", "revoke_security_group_ingress", "authorize_security_group_ingress"),
    ("SecurityGroupEgress", "revoke_security_group_egress", "authorize_security_group_egress"),
)
_RULE = {
    name: name
    for name in (
        "CidrIp",
        "CidrIpv6",
        "Description",
        "DestinationPrefixListId",
        "DestinationSecurityGroupId",
        "FromPort",
        "IpProtocol",
        "SourcePrefixListId",
        "SourceSecurityGroupId",
        "ToPort",
    )
}
_PEERS = {
    "CidrIp": ("IpRanges", "CidrIp"),
    "CidrIpv6": ("Ipv6Ranges", "CidrIpv6"),
    "DestinationPrefixListId": ("PrefixListIds", "PrefixListId"),
    "SourcePrefixListId": ("PrefixListIds", "PrefixListId"),
    "DestinationSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
    "SourceSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
}


def _permission(place: Place, rule: Properties) -> dict[str, Json]:
    given = renamed(f"rule of {place.logical_id}", rule, _RULE)
    permission: dict[str, Json] = {"IpProtocol": str(given["IpProtocol"])}
    for name in ("FromPort", "ToPort"):
        if name in given:
            permission[name] = int(given[name])
    for name, (listed, key) in _PEERS.items():
        if name in given:
            described = chosen(given, ("Description",))
            permission[listed] = [{key: given[name], **described}]
    return permission


class _GroupRule(ResourceType):
    """A single rule of a security group: never changed, only replaced."""

    direction: tuple[str, str]

    def create(self, place: Place, properties: Properties) -> Created:
        """Authorize the rule."""
        self._call(place, self.direction[1], properties)
        return Created(place.new_name(64))

    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Nothing is left to change."""
        del place, properties, before
        return Created(physical_id)

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Revoke the rule."""
        del physical_id
        self._call(place, self.direction[0], properties)

    @staticmethod
    def _call(place: Place, call: str, properties: Properties) -> None:
        rule = {name: value for name, value in properties.items() if name != "GroupId"}
        getattr(place.api("ec2"), call)(
            GroupId=properties["GroupId"], IpPermissions=[_permission(place, rule)]
        )


class SecurityGroupIngress(_GroupRule):
    """``AWS::EC2::SecurityGroupIngress``."""

    name = "AWS::EC2::SecurityGroupIngress"
    properties = frozenset({"GroupId", *_RULE})
    replacing = properties
    direction = _DIRECTIONS[0][1:]


class SecurityGroupEgress(_GroupRule):
    """``AWS::EC2::SecurityGroupEgress``."""

    name = "AWS::EC2::SecurityGroupEgress"
    properties = frozenset({"GroupId", *_RULE})
    replacing = properties
    direction = _DIRECTIONS[1][1:]


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
