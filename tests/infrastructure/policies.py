"""Policy statements by their Sid, with names written out: what the permission tests look at."""

from __future__ import annotations

from tests.infrastructure.synthesis import Resource, Templates, as_list, statements, text


def arn(service: str, resource: str) -> str:
    if service == "s3":
        bucket, _, path = resource.partition("/")
        name = f"arn:${{AWS::Partition}}:s3:::{bucket}-${{AWS::AccountId}}-${{AWS::Region}}"
        return f"{name}/{path}" if path else name
    return f"arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{resource}"


def by_sid(found) -> dict[str, dict]:
    return {statement["Sid"]: statement for statement in found if "Sid" in statement}


def actions(statement: dict) -> set[str]:
    return set(as_list(statement["Action"]))


def resources(statement: dict) -> set[str]:
    return {text(resource) for resource in as_list(statement.get("Resource", []))}


def all_statements(templates: Templates) -> list[tuple[Resource, dict]]:
    return [(r, s) for r in templates.resources() for s in statements(r)]
