"""Lambda functions, layers, versions, aliases, permissions and event source mappings."""

from __future__ import annotations

from typing import Any

from vss.local.aws_api.cloudformation.resource_types import (
    Created,
    Place,
    Properties,
    PutType,
    ReplacedType,
    ResourceType,
    chosen,
    renamed,
    tag_map,
)

Json = Any
_SETTINGS = {
    "Description": "Description",
    "Environment": "Environment",
    "EphemeralStorage": "EphemeralStorage",
    "Handler": "Handler",
    "KmsKeyArn": "KMSKeyArn",
    "Layers": "Layers",
    "LoggingConfig": "LoggingConfig",
    "MemorySize": "MemorySize",
    "Role": "Role",
    "Runtime": "Runtime",
    "SnapStart": "SnapStart",
    "Timeout": "Timeout",
    "TracingConfig": "TracingConfig",
    "VpcConfig": "VpcConfig",
}
# What a setting falls back to when an update no longer names it.
_UNSET: dict[str, Json] = {
    "Description": "",
    "Environment": {"Variables": {}},
    "EphemeralStorage": {"Size": 512},
    "KMSKeyArn": "",
    "Layers": [],
    "LoggingConfig": {"LogFormat": "Text"},
    "MemorySize": 128,
    "SnapStart": {"ApplyOn": "None"},
    "Timeout": 3,
    "TracingConfig": {"Mode": "PassThrough"},
    "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": []},
}


class Function(ResourceType):
    """``AWS::Lambda::Function`` from a zip in S3."""

    name = "AWS::Lambda::Function"
    properties = frozenset(
        {
            "Architectures",
            "Code",
            "FunctionName",
            "PackageType",
            "ReservedConcurrentExecutions",
            "Tags",
            *_SETTINGS,
        }
    )
    replacing = frozenset({"FunctionName", "PackageType"})

    def create(self, place: Place, properties: Properties) -> Created:
        """Create the function."""
        name = properties.get("FunctionName") or place.new_name(64)
        awslambda = place.api("lambda")
        settings = _settings(place, properties)
        awslambda.create_function(
            FunctionName=name,
            Code=_code(place, properties),
            Tags=tag_map(properties),
            **chosen(properties, ("Architectures", "PackageType")),
            **settings,
        )
        place.made.append(name)
        # Moto's CreateFunction drops some of them; its UpdateFunctionConfiguration is extended.
        awslambda.update_function_configuration(FunctionName=name, **settings)
        _reserve(awslambda, name, properties)
        return _created(place, name)

    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Change code, settings, concurrency and tags."""
        awslambda = place.api("lambda")
        if properties["Code"] != before["Code"] or properties.get("Architectures") != before.get(
            "Architectures"
        ):
            awslambda.update_function_code(
                FunctionName=physical_id,
                **_code(place, properties),
                **chosen(properties, ("Architectures",)),
            )
        former = _settings(place, before)
        settings = _settings(place, properties)
        if settings != former:
            gone = {name: _UNSET[name] for name in former if name not in settings}
            awslambda.update_function_configuration(
                FunctionName=physical_id, **{**gone, **settings}
            )
        _reserve(awslambda, physical_id, properties)
        created = _created(place, physical_id)
        if tag_map(properties):
            awslambda.tag_resource(Resource=created.attributes["Arn"], Tags=tag_map(properties))
        return created

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Delete the function with its versions."""
        del properties
        place.api("lambda").delete_function(FunctionName=physical_id)


def _created(place: Place, name: str) -> Created:
    return Created(name, {"Arn": place.arn("lambda", f"function:{name}")})


def _code(place: Place, properties: Properties) -> dict[str, Json]:
    names = {name: name for name in ("S3Bucket", "S3Key", "S3ObjectVersion")}
    return renamed(f"code of {place.logical_id}", properties["Code"], names)


def _settings(place: Place, properties: Properties) -> dict[str, Json]:
    settings = {api: properties[name] for name, api in _SETTINGS.items() if name in properties}
    for name in ("MemorySize", "Timeout"):
        if name in settings:
            settings[name] = int(settings[name])
    if "VpcConfig" in settings:
        names = {name: name for name in ("SubnetIds", "SecurityGroupIds")}
        where = f"VpcConfig of {place.logical_id}"
        settings["VpcConfig"] = renamed(where, settings["VpcConfig"], names)
    if "Environment" in settings:
        variables = settings["Environment"].get("Variables", {})
        text = {name: str(value) for name, value in variables.items()}
        settings["Environment"] = {"Variables": text}
    return settings


def _reserve(awslambda: Any, name: str, properties: Properties) -> None:
    if "ReservedConcurrentExecutions" in properties:
        awslambda.put_function_concurrency(
            FunctionName=name,
            ReservedConcurrentExecutions=int(properties["ReservedConcurrentExecutions"]),
        )
    else:
        awslambda.delete_function_concurrency(FunctionName=name)


class LayerVersion(ReplacedType):
    """``AWS::Lambda::LayerVersion``: never changed, only replaced."""

    name = "AWS::Lambda::LayerVersion"
    properties = frozenset(
        {
            "CompatibleArchitectures",
            "CompatibleRuntimes",
            "Content",
            "Description",
            "LayerName",
            "LicenseInfo",
        }
    )
    replacing = properties

    def create(self, place: Place, properties: Properties) -> Created:
        """Publish a version of the layer."""
        names = {name: name for name in ("S3Bucket", "S3Key", "S3ObjectVersion")}
        where = f"content of {place.logical_id}"
        arn = place.api("lambda").publish_layer_version(
            LayerName=properties.get("LayerName") or place.logical_id,
            Content=renamed(where, properties["Content"], names),
            **chosen(
                properties,
                ("CompatibleArchitectures", "CompatibleRuntimes", "Description", "LicenseInfo"),
            ),
        )["LayerVersionArn"]
        return self.known(arn)

    def known(self, physical_id: str) -> Created:
        """Return the layer version of that ARN."""
        return Created(physical_id, {"LayerVersionArn": physical_id})

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Delete the version."""
        del properties
        layer, _, version = physical_id.rpartition(":")
        place.api("lambda").delete_layer_version(LayerName=layer, VersionNumber=int(version))


class Version(ReplacedType):
    """``AWS::Lambda::Version``: never changed, only replaced."""

    name = "AWS::Lambda::Version"
    properties = frozenset({"FunctionName", "Description", "CodeSha256"})
    replacing = properties

    def create(self, place: Place, properties: Properties) -> Created:
        """Publish a version of the function as it is now."""
        version = place.api("lambda").publish_version(
            FunctionName=properties["FunctionName"],
            **chosen(properties, ("Description", "CodeSha256")),
        )
        arn = place.arn("lambda", f"function:{version['FunctionName']}:{version['Version']}")
        return self.known(arn)

    def known(self, physical_id: str) -> Created:
        """Return the version of that ARN."""
        number = physical_id.rpartition(":")[2]
        return Created(physical_id, {"Version": number, "FunctionArn": physical_id})

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Delete the version."""
        del properties
        function, _, number = physical_id.rpartition(":")
        place.api("lambda").delete_function(FunctionName=function, Qualifier=number)


class Alias(PutType):
    """``AWS::Lambda::Alias``."""

    name = "AWS::Lambda::Alias"
    properties = frozenset(
        {
            "Description",
            "FunctionName",
            "FunctionVersion",
            "Name",
            "ProvisionedConcurrencyConfig",
        }
    )
    replacing = frozenset({"FunctionName", "Name"})

    def create(self, place: Place, properties: Properties) -> Created:
        """Create the alias."""
        awslambda = place.api("lambda")
        arn = awslambda.create_alias(**_alias(properties))["AliasArn"]
        _provision(awslambda, properties, {})
        return Created(arn, {"AliasArn": arn})

    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Point the alias to another version."""
        awslambda = place.api("lambda")
        awslambda.update_alias(**_alias(properties))
        _provision(awslambda, properties, before)
        return Created(physical_id, {"AliasArn": physical_id})

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Delete the alias."""
        del physical_id
        place.api("lambda").delete_alias(**chosen(properties, ("FunctionName", "Name")))


def _alias(properties: Properties) -> dict[str, Json]:
    alias = chosen(properties, ("FunctionName", "Name", "Description"))
    return {**alias, "FunctionVersion": str(properties["FunctionVersion"])}


def _provision(awslambda: Any, properties: Properties, before: Properties) -> None:
    where = {"FunctionName": properties["FunctionName"], "Qualifier": properties["Name"]}
    names = {"ProvisionedConcurrentExecutions": "ProvisionedConcurrentExecutions"}
    if "ProvisionedConcurrencyConfig" in properties:
        given = properties["ProvisionedConcurrencyConfig"]
        config = renamed(f"provisioned concurrency of {where}", given, names)
        count = int(config["ProvisionedConcurrentExecutions"])
        awslambda.put_provisioned_concurrency_config(**where, ProvisionedConcurrentExecutions=count)
    elif "ProvisionedConcurrencyConfig" in before:
        awslambda.delete_provisioned_concurrency_config(**where)


class Permission(ReplacedType):
    """``AWS::Lambda::Permission``."""

    name = "AWS::Lambda::Permission"
    properties = frozenset({"Action", "FunctionName", "Principal", "SourceAccount", "SourceArn"})
    replacing = properties

    def create(self, place: Place, properties: Properties) -> Created:
        """Add the statement to the function's policy."""
        statement_id = place.new_name(100)
        place.api("lambda").add_permission(StatementId=statement_id, **properties)
        return self.known(statement_id)

    def known(self, physical_id: str) -> Created:
        """Return the statement of that id."""
        return Created(physical_id, {"Id": physical_id})

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Remove the statement."""
        place.api("lambda").remove_permission(
            FunctionName=properties["FunctionName"], StatementId=physical_id
        )


_MAPPING = frozenset(
    {
        "BatchSize",
        "Enabled",
        "FilterCriteria",
        "FunctionName",
        "FunctionResponseTypes",
        "MaximumBatchingWindowInSeconds",
        "MetricsConfig",
        "ScalingConfig",
    }
)
_MAPPING_UNSET: dict[str, Json] = {
    "BatchSize": 10,
    "Enabled": True,
    "FilterCriteria": {},
    "FunctionResponseTypes": [],
    "MaximumBatchingWindowInSeconds": 0,
    "ScalingConfig": {},
}


class EventSourceMapping(ResourceType):
    """``AWS::Lambda::EventSourceMapping`` of a queue."""

    name = "AWS::Lambda::EventSourceMapping"
    properties = frozenset({"EventSourceArn", "Tags", *_MAPPING})
    replacing = frozenset({"EventSourceArn"})

    def create(self, place: Place, properties: Properties) -> Created:
        """Create the mapping."""
        mapping = place.api("lambda").create_event_source_mapping(
            EventSourceArn=properties["EventSourceArn"],
            **_mapping(properties),
            Tags=tag_map(properties),
        )
        return Created(mapping["UUID"], {"Id": mapping["UUID"]})

    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Change its settings."""
        gone = {name: _MAPPING_UNSET[name] for name in before if name in _MAPPING_UNSET}
        place.api("lambda").update_event_source_mapping(
            UUID=physical_id, **{**gone, **_mapping(properties)}
        )
        return Created(physical_id, {"Id": physical_id})

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Delete the mapping."""
        del properties
        place.api("lambda").delete_event_source_mapping(UUID=physical_id)


def _mapping(properties: Properties) -> dict[str, Json]:
    mapping = chosen(properties, _MAPPING)
    for name in ("BatchSize", "MaximumBatchingWindowInSeconds"):
        if name in mapping:
            mapping[name] = int(mapping[name])
    return mapping
