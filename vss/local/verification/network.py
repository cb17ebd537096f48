"""Readers of the network."""

from __future__ import annotations

import json
from typing import Any

from vss.local.verification.reading import MissingError, Reader, Resource, only

Json = Any


def _vpc(one: Resource) -> dict[str, Json]:
    ec2, vpc_id = one.client("ec2"), one.physical_id
    vpc = only(ec2.describe_vpcs(VpcIds=[vpc_id])["Vpcs"])
    found = {**vpc}
    for name, attribute in (
        ("EnableDnsHostnames", "enableDnsHostnames"),
        ("EnableDnsSupport", "enableDnsSupport"),
    ):
        answer = ec2.describe_vpc_attribute(VpcId=vpc_id, Attribute=attribute)
        found[name] = answer[name]["Value"]
    return found


def _subnet(one: Resource) -> dict[str, Json]:
    found = one.client("ec2").describe_subnets(SubnetIds=[one.physical_id])["Subnets"]
    return dict(only(found))


def _route_table(one: Resource) -> dict[str, Json]:
    found = one.client("ec2").describe_route_tables(RouteTableIds=[one.physical_id])["RouteTables"]
    return dict(only(found))


def _association(one: Resource) -> dict[str, Json]:
    ec2 = one.client("ec2")
    tables = ec2.describe_route_tables(RouteTableIds=[one.properties["RouteTableId"]])
    found = [
        association
        for table in tables["RouteTables"]
        for association in table["Associations"]
        if association["RouteTableAssociationId"] == one.physical_id
    ]
    return dict(only(found))


def _endpoint(one: Resource) -> dict[str, Json]:
    answer = one.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[one.physical_id])
    found = dict(only(answer["VpcEndpoints"]))
    if found.get("State", "available").lower() != "available":
        raise MissingError(f"the endpoint is {found['State']}")
    return {**found, "PolicyDocument": json.loads(found["PolicyDocument"])}


def _security_group(one: Resource) -> dict[str, Json]:
    answer = one.client("ec2").describe_security_groups(GroupIds=[one.physical_id])
    found = only(answer["SecurityGroups"])
    return {
        "GroupDescription": found["Description"],
        "GroupName": found["GroupName"],
        "VpcId": found["VpcId"],
        "SecurityGroupIngress": _rules(found["IpPermissions"], "Source"),
        "SecurityGroupEgress": _rules(found["IpPermissionsEgress"], "Destination"),
        "Tags": found.get("Tags", []),
    }


def _rules(permissions: list[Json], peer: str) -> list[Json]:
    lists = (
        ("IpRanges", "CidrIp", "CidrIp"),
        ("Ipv6Ranges", "CidrIpv6", "CidrIpv6"),
        ("PrefixListIds", "PrefixListId", f"{peer}PrefixListId"),
        ("UserIdGroupPairs", "GroupId", f"{peer}SecurityGroupId"),
    )
    return [
        {
            "IpProtocol": permission["IpProtocol"],
            "FromPort": permission.get("FromPort"),
            "ToPort": permission.get("ToPort"),
            name: target[key],
            "Description": target.get("Description"),
        }
        for permission in permissions
        for listed, key, name in lists
        for target in permission.get(listed, [])
    ]


def _group_rule(direction: str) -> Reader:
    def read(one: Resource) -> dict[str, Json]:
        answer = one.client("ec2").describe_security_groups(GroupIds=[one.properties["GroupId"]])
        group = only(answer["SecurityGroups"])
        egress = direction == "Destination"
        rules = _rules(group["IpPermissionsEgress" if egress else "IpPermissions"], direction)
        wanted = {name: str(value) for name, value in one.properties.items() if name != "GroupId"}
        for rule in rules:
            found = {name: str(rule.get(name)) for name in wanted}
            if found == wanted:
                return one.properties  # type: ignore[return-value]
        raise MissingError("the group has no such rule")

    return read


def _flow_log(one: Resource) -> dict[str, Json]:
    answer = one.client("ec2").describe_flow_logs(FlowLogIds=[one.physical_id])
    found = only(answer["FlowLogs"])
    return {**found, "ResourceType": one.wants("ResourceType")}


READERS: dict[str, Reader] = {
    "AWS::EC2::FlowLog": _flow_log,
    "AWS::EC2::RouteTable": _route_table,
    "AWS::EC2::SecurityGroup": _security_group,
    "AWS::EC2::SecurityGroupEgress": _group_rule("Destination"),
    "AWS::EC2::SecurityGroupIngress": _group_rule("Source"),
    "AWS::EC2::Subnet": _subnet,
    "AWS::EC2::SubnetRouteTableAssociation": _association,
    "AWS::EC2::VPC": _vpc,
    "AWS::EC2::VPCEndpoint": _endpoint,
}
