"""IAM roles and policies."""

from __future__ import annotations

import json
from typing import Any

from vss.local.aws_api.cloudformation.resource_types import (
    Created,
    Place,
    Properties,
    ResourceType,
    chosen,
    tag_list,
)


class Role(ResourceType):
    """``AWS::IAM::Role``."""

    name = "AWS::IAM::Role"
    properties = frozenset(
        {
            "AssumeRolePolicyDocument",
            "Description",
            "ManagedPolicyArns",
            "MaxSessionDuration",
            "Path",
            "Policies",
            "RoleName",
            "Tags",
        }
    )
    replacing = frozenset({"RoleName", "Path"})

    def create(self, place: Place, properties: Properties) -> Created:
        """Create the role with its policies."""
        name = properties.get("RoleName") or place.new_name(64)
        iam = place.api("iam")
        role = iam.create_role(
            RoleName=name,
            AssumeRolePolicyDocument=json.dumps(properties["AssumeRolePolicyDocument"]),
            Tags=tag_list(properties),
            **chosen(properties, ("Description", "Path", "MaxSessionDuration")),
        )["Role"]
        place.made.append(name)
        _put_policies(iam, name, properties)
        return Created(name, {"Arn": role["Arn"], "RoleId": role["RoleId"]})

    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Change trust, policies, description and tags."""
        iam = place.api("iam")
        iam.update_assume_role_policy(
            RoleName=physical_id,
            PolicyDocument=json.dumps(properties["AssumeRolePolicyDocument"]),
        )
        iam.update_role(
            RoleName=physical_id,
            Description=properties.get("Description", ""),
            **chosen(properties, ("MaxSessionDuration",)),
        )
        for policy in before.get("Policies", []):
            iam.delete_role_policy(RoleName=physical_id, PolicyName=policy["PolicyName"])
        for arn in before.get("ManagedPolicyArns", []):
            iam.detach_role_policy(RoleName=physical_id, PolicyArn=arn)
        _put_policies(iam, physical_id, properties)
        if tag_list(properties):
            iam.tag_role(RoleName=physical_id, Tags=tag_list(properties))
        role = iam.get_role(RoleName=physical_id)["Role"]
        return Created(physical_id, {"Arn": role["Arn"], "RoleId": role["RoleId"]})

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Delete the role and what hangs on it."""
        del properties
        iam = place.api("iam")
        for policy in iam.list_role_policies(RoleName=physical_id)["PolicyNames"]:
            iam.delete_role_policy(RoleName=physical_id, PolicyName=policy)
        for policy in iam.list_attached_role_policies(RoleName=physical_id)["AttachedPolicies"]:
            iam.detach_role_policy(RoleName=physical_id, PolicyArn=policy["PolicyArn"])
        iam.delete_role(RoleName=physical_id)


def _put_policies(iam: Any, role: str, properties: Properties) -> None:
    for policy in properties.get("Policies", []):
        iam.put_role_policy(
            RoleName=role,
            PolicyName=policy["PolicyName"],
            PolicyDocument=json.dumps(policy["PolicyDocument"]),
        )
    for arn in properties.get("ManagedPolicyArns", []):
        iam.attach_role_policy(RoleName=role, PolicyArn=arn)


class Policy(ResourceType):
    """``AWS::IAM::Policy``: one inline policy on roles."""

    name = "AWS::IAM::Policy"
    properties = frozenset({"PolicyName", "PolicyDocument", "Roles"})
    replacing = frozenset({"PolicyName"})

    def create(self, place: Place, properties: Properties) -> Created:
        """Put the policy on its roles."""
        for role in properties.get("Roles", []):
            place.api("iam").put_role_policy(
                RoleName=role,
                PolicyName=properties["PolicyName"],
                PolicyDocument=json.dumps(properties["PolicyDocument"]),
            )
        return Created(f"{place.stack}-{place.logical_id}", {"Id": place.logical_id})

    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Put it again, and take it off roles that are gone."""
        gone = set(before.get("Roles", [])) - set(properties.get("Roles", []))
        self.delete(place, physical_id, {**before, "Roles": sorted(gone)})
        return self.create(place, properties)

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Take the policy off its roles, as far as they still exist."""
        del physical_id
        iam = place.api("iam")
        for role in properties.get("Roles", []):
            try:
                iam.delete_role_policy(RoleName=role, PolicyName=properties["PolicyName"])
            except iam.exceptions.NoSuchEntityException:
                continue


class ManagedPolicy(ResourceType):
    """``AWS::IAM::ManagedPolicy``."""

    name = "AWS::IAM::ManagedPolicy"
    properties = frozenset({"ManagedPolicyName", "PolicyDocument", "Description", "Path", "Roles"})
    replacing = frozenset({"ManagedPolicyName", "Description", "Path"})

    def create(self, place: Place, properties: Properties) -> Created:
        """Create the policy and attach it to its roles."""
        iam = place.api("iam")
        arn = iam.create_policy(
            PolicyName=properties.get("ManagedPolicyName") or place.new_name(128),
            PolicyDocument=json.dumps(properties["PolicyDocument"]),
            **chosen(properties, ("Description", "Path")),
        )["Policy"]["Arn"]
        for role in properties.get("Roles", []):
            iam.attach_role_policy(RoleName=role, PolicyArn=arn)
        return Created(arn, {"PolicyArn": arn})

    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Make the new document the default version; attach and detach roles."""
        iam = place.api("iam")
        for version in iam.list_policy_versions(PolicyArn=physical_id)["Versions"]:
            if not version["IsDefaultVersion"]:
                iam.delete_policy_version(PolicyArn=physical_id, VersionId=version["VersionId"])
        iam.create_policy_version(
            PolicyArn=physical_id,
            PolicyDocument=json.dumps(properties["PolicyDocument"]),
            SetAsDefault=True,
        )
        roles, former = set(properties.get("Roles", [])), set(before.get("Roles", []))
        for role in roles - former:
            iam.attach_role_policy(RoleName=role, PolicyArn=physical_id)
        for role in former - roles:
            iam.detach_role_policy(RoleName=role, PolicyArn=physical_id)
        return Created(physical_id, {"PolicyArn": physical_id})

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Detach and delete the policy."""
        iam = place.api("iam")
        for role in properties.get("Roles", []):
            iam.detach_role_policy(RoleName=role, PolicyArn=physical_id)
        for version in iam.list_policy_versions(PolicyArn=physical_id)["Versions"]:
            if not version["IsDefaultVersion"]:
                iam.delete_policy_version(PolicyArn=physical_id, VersionId=version["VersionId"])
        iam.delete_policy(PolicyArn=physical_id)
