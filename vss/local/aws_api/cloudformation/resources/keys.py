"""KMS keys and aliases."""

from __future__ import annotations

import json

from vss.local.aws_api.cloudformation.errors import TemplateError
from vss.local.aws_api.cloudformation.resource_types import (
    Created,
    Place,
    Properties,
    ResourceType,
    boolean,
    chosen,
    tag_list,
)

_FOR_EVER = ("KeySpec", "KeyUsage")
_SYMMETRIC = "SYMMETRIC_DEFAULT"


class Key(ResourceType):
    """``AWS::KMS::Key``."""

    name = "AWS::KMS::Key"
    properties = frozenset(
        {
            "Description",
            "EnableKeyRotation",
            "KeyPolicy",
            "KeySpec",
            "KeyUsage",
            "PendingWindowInDays",
            "Tags",
        }
    )

    def create(self, place: Place, properties: Properties) -> Created:
        """Create the key."""
        tags = tag_list(properties, "TagKey", "TagValue")
        key = place.api("kms").create_key(
            Policy=json.dumps(properties["KeyPolicy"]),
            Description=properties.get("Description", ""),
            **chosen(properties, _FOR_EVER),
            **({"Tags": tags} if tags else {}),
        )["KeyMetadata"]
        place.made.append(key["KeyId"])
        self._rotate(place, key["KeyId"], properties)
        return Created(key["KeyId"], {"Arn": key["Arn"], "KeyId": key["KeyId"]})

    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Change policy, description, rotation and tags.

        Raises:
            TemplateError: what the key is for would change, as CloudFormation refuses it.
        """
        if chosen(properties, _FOR_EVER) != chosen(before, _FOR_EVER):
            raise TemplateError(
                f"{place.logical_id} ({self.name}): {' and '.join(_FOR_EVER)} of a key cannot be "
                "changed once it exists"
            )
        kms = place.api("kms")
        policy = json.dumps(properties["KeyPolicy"])
        kms.put_key_policy(KeyId=physical_id, PolicyName="default", Policy=policy)
        kms.update_key_description(KeyId=physical_id, Description=properties.get("Description", ""))
        tags = tag_list(properties, "TagKey", "TagValue")
        if tags:
            kms.tag_resource(KeyId=physical_id, Tags=tags)
        self._rotate(place, physical_id, properties)
        return Created(
            physical_id, {"Arn": place.arn("kms", f"key/{physical_id}"), "KeyId": physical_id}
        )

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Schedule the deletion, as CloudFormation does."""
        days = int(properties.get("PendingWindowInDays", 30))
        place.api("kms").schedule_key_deletion(KeyId=physical_id, PendingWindowInDays=days)

    @staticmethod
    def _rotate(place: Place, key_id: str, properties: Properties) -> None:
        kms = place.api("kms")
        if "KeySpec" in properties and properties["KeySpec"] != _SYMMETRIC:
            return  # KMS rotates no other key, and refuses to be asked
        if boolean(properties.get("EnableKeyRotation", False)):
            kms.enable_key_rotation(KeyId=key_id)
        else:
            kms.disable_key_rotation(KeyId=key_id)


class Alias(ResourceType):
    """``AWS::KMS::Alias``."""

    name = "AWS::KMS::Alias"
    properties = frozenset({"AliasName", "TargetKeyId"})
    replacing = frozenset({"AliasName"})

    def create(self, place: Place, properties: Properties) -> Created:
        """Create the alias."""
        kms = place.api("kms")
        kms.create_alias(
            AliasName=properties["AliasName"], TargetKeyId=_key_id(properties["TargetKeyId"])
        )
        return Created(properties["AliasName"])

    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Point the alias to another key."""
        del before
        place.api("kms").update_alias(
            AliasName=physical_id, TargetKeyId=_key_id(properties["TargetKeyId"])
        )
        return Created(physical_id)

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Delete the alias."""
        del properties
        place.api("kms").delete_alias(AliasName=physical_id)


def _key_id(arn_or_id: str) -> str:
    return arn_or_id.rpartition("/")[2]
