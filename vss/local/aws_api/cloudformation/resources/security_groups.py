"""EC2 security groups and their rules."""

from __future__ import annotations

from typing import Any

from vss.local.aws_api.cloudformation.resource_types import (
    Created,
    Place,
    Properties,
    ReplacedType,
    ResourceType,
    chosen,
    renamed,
)
from vss.local.aws_api.cloudformation.resources.network import tag

Json = Any


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
        tag(place, physical_id, properties)
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


class _GroupRule(ReplacedType):
    """A single rule of a security group: never changed, only replaced."""

    direction: tuple[str, str]

    def create(self, place: Place, properties: Properties) -> Created:
        """Authorize the rule."""
        self._call(place, self.direction[1], properties)
        return self.known(place.new_name(64))

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
