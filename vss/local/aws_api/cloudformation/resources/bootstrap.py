"""What only the CDK's bootstrap template has: the asset repository and the version parameter."""

from __future__ import annotations

import json

from vss.local.aws_api.cloudformation.resource_types import (
    Created,
    Place,
    Properties,
    PutType,
    tag_list,
)


class Parameter(PutType):
    """``AWS::SSM::Parameter``."""

    name = "AWS::SSM::Parameter"
    properties = frozenset({"Description", "Name", "Type", "Value"})
    replacing = frozenset({"Name"})

    def create(self, place: Place, properties: Properties) -> Created:
        """Put the parameter."""
        given = {**properties, "Name": properties.get("Name") or place.new_name(1000)}
        place.api("ssm").put_parameter(Overwrite=True, **given)
        return Created(given["Name"], {"Type": given["Type"], "Value": given["Value"]})

    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Put it again under the same name."""
        del before
        return self.create(place, {**properties, "Name": physical_id})

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Delete the parameter."""
        del properties
        place.api("ssm").delete_parameter(Name=physical_id)


class Repository(PutType):
    """``AWS::ECR::Repository``."""

    name = "AWS::ECR::Repository"
    properties = frozenset(
        {"ImageTagMutability", "LifecyclePolicy", "RepositoryName", "RepositoryPolicyText", "Tags"}
    )
    replacing = frozenset({"RepositoryName"})

    def create(self, place: Place, properties: Properties) -> Created:
        """Create the repository."""
        name = properties.get("RepositoryName") or place.new_name(256, lower=True)
        place.api("ecr").create_repository(repositoryName=name, tags=tag_list(properties))
        place.made.append(name)
        return self.update(place, name, properties, {})

    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Put mutability, lifecycle and policy."""
        del before
        ecr = place.api("ecr")
        ecr.put_image_tag_mutability(
            repositoryName=physical_id,
            imageTagMutability=properties.get("ImageTagMutability", "MUTABLE"),
        )
        if "LifecyclePolicy" in properties:
            ecr.put_lifecycle_policy(
                repositoryName=physical_id,
                lifecyclePolicyText=properties["LifecyclePolicy"]["LifecyclePolicyText"],
            )
        if "RepositoryPolicyText" in properties:
            ecr.set_repository_policy(
                repositoryName=physical_id,
                policyText=json.dumps(properties["RepositoryPolicyText"]),
            )
        uri = f"{place.account}.dkr.ecr.{place.region}.amazonaws.com/{physical_id}"
        arn = place.arn("ecr", f"repository/{physical_id}")
        return Created(physical_id, {"Arn": arn, "RepositoryUri": uri})

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Delete the repository."""
        del properties
        place.api("ecr").delete_repository(repositoryName=physical_id)
