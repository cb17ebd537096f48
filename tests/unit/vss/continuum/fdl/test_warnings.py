"""What is valid but not as it seems: each warning, where it stands; and that none is needless."""

from pathlib import Path

import pytest

from tests.fdl_documents import (
    WORKFLOWS,
    beside_lambda,
    in_aws,
    loaded,
    on_cluster,
    services,
)
from vss.continuum.fdl.loading import load

EDGE = "\nclusters: {edge: {endpoint: 'https://e'}}"
LAMBDA = "functions.aws[0].lambda"
SERVICE = "functions.oscar[0].edge"
IN = "input: [{storage_provider: s3, path: abc/in}]"
OUT = "output: [{storage_provider: s3, path: abc/out}]"
OWN_IN = "input: [{storage_provider: minio, path: abc/in}]"
OWN_OUT = "output: [{storage_provider: minio, path: abc/out}]"
NETWORK = "security_group_ids: [sg-1], subnets: [subnet-1]"


def edge(*lines: str) -> str:
    return on_cluster(*lines, OWN_IN, OWN_OUT) + EDGE


# Document, path, part of the message.
WARNED = {
    "undeclared id": (
        on_cluster(OWN_IN, "output: [{storage_provider: s3.my_s3, path: abc/out}]") + EDGE,
        f"{SERVICE}.output[0].storage_provider",
        "there is no storage_providers.s3.my_s3; other tools then drop the output silently",
    ),
    "undeclared default": (
        on_cluster(OWN_IN, "output: [{storage_provider: onedata, path: abc/out}]") + EDGE,
        f"{SERVICE}.output[0].storage_provider",
        "there is no storage_providers.onedata.default",
    ),
    "undeclared id of an input": (
        on_cluster("input: [{storage_provider: webdav.a, path: abc/in}]", OWN_OUT) + EDGE,
        f"{SERVICE}.input[0].storage_provider",
        "then drop the input silently",
    ),
    "output without provider": (
        on_cluster(OWN_IN, "output: [{path: abc}, {storage_provider: minio, path: abc/out}]")
        + EDGE,
        f"{SERVICE}.output[0]",
        "names no storage_provider: nothing is uploaded there",
    ),
    "output with a null provider": (
        in_aws(IN, "output: [{storage_provider: s3, path: abc/a}, {storage_provider:, path: abc}]"),
        f"{LAMBDA}.output[1]",
        "names no storage_provider",
    ),
    "input of minio in AWS": (
        in_aws("input: [{storage_provider: minio, path: abc/in}]", OUT),
        f"{LAMBDA}.input[0].storage_provider",
        "only s3 triggers a function in AWS",
    ),
    "suffix of an input": (
        in_aws("input: [{storage_provider: s3, path: abc/in, suffix: [jpg]}]", OUT),
        f"{LAMBDA}.input[0].suffix",
        "is ignored: only outputs are filtered",
    ),
    "prefix of an input": (
        on_cluster("input: [{storage_provider: minio, path: abc/in, prefix: [a]}]", OWN_OUT) + EDGE,
        f"{SERVICE}.input[0].prefix",
        "is ignored",
    ),
    "input twice": (
        in_aws(IN.replace("}]", "}, {storage_provider: s3.default, path: abc/in/}]"), OUT),
        f"{LAMBDA}.input[1]",
        "is given twice",
    ),
    "output twice": (
        in_aws(IN, OUT.replace("}]", "}, {storage_provider: s3, path: abc/out}]")),
        f"{LAMBDA}.output[1]",
        "is given twice",
    ),
    "output above the own input": (
        in_aws(
            "input: [{storage_provider: s3, path: abc/d/in}]",
            "output: [{storage_provider: s3, path: abc/d}]",
        ),
        f"{LAMBDA}.output[0].path",
        "is above the function's own input 'abc/d/in'",
    ),
    "no input": (in_aws(OUT), LAMBDA, "has no input"),
    "no output": (in_aws(IN), LAMBDA, "has no output"),
    "no input on a cluster": (on_cluster(OWN_OUT) + EDGE, SERVICE, "has no input"),
    "no output on a cluster": (on_cluster(OWN_IN) + EDGE, SERVICE, "has no output"),
    "long call": (
        beside_lambda("api_gateway: {name: a}"),
        f"{LAMBDA}.timeout",
        "is 300 s, but a call through the API gateway ends after 29 s",
    ),
    "needless batch": (
        in_aws(IN, OUT) + "\n    batch: {vcpus: 2}",
        "functions.aws[0].batch",
        "is ignored: execution_mode is lambda",
    ),
    "batch of nothing": (
        in_aws(IN, OUT, "execution_mode: batch"),
        "functions.aws[0].batch",
        "lacks subnets and security_group_ids, which execution_mode batch requires",
    ),
    "batch without security groups": (
        in_aws(IN, OUT, "execution_mode: lambda-batch")
        + "\n    batch: {compute_resources: {subnets: [subnet-1]}}",
        "functions.aws[0].batch.compute_resources",
        "lacks subnets and security_group_ids",
    ),
    "default of the command-line tool": (
        on_cluster(OWN_IN, OWN_OUT) + "\nclusters: {edge: {endpoint: 'https://e', memory: 256Mi}}",
        "clusters.edge.memory",
        "is ignored",
    ),
    "unknown level": (
        edge("log_level: CHATTY"),
        f"{SERVICE}.log_level",
        "is 'CHATTY', which counts as INFO",
    ),
    "unknown level in AWS": (
        in_aws(IN, OUT, "log_level: WARN"),
        f"{LAMBDA}.log_level",
        "is 'WARN'",
    ),
    "bare folder": (
        on_cluster("input: [{storage_provider: minio, path: in}]", OWN_OUT) + EDGE,
        f"{SERVICE}.input[0].path",
        "OSCAR reads it as 'svc/in'",
    ),
    "set by the server": (edge("token: abc"), f"{SERVICE}.token", "is ignored: the server sets it"),
    "unknown cluster": (
        on_cluster(OWN_IN, OWN_OUT),
        SERVICE,
        "is on a cluster without an entry clusters.edge",
    ),
    "unknown member": (
        edge("replicas: [{type: oscar, cluster_id: a, service_name: b}]"),
        f"{SERVICE}.replicas[0].cluster_id",
        "there is no clusters.a",
    ),
    "server of another": (
        on_cluster("input: [{storage_provider: minio.a, path: abc/in}]", OWN_OUT)
        + EDGE
        + "\nstorage_providers: {minio: {a: {access_key: env:A, secret_key: env:B}}}",
        f"{SERVICE}.input[0].storage_provider",
        "a cluster takes events of its own server only",
    ),
    "users of a public service": (
        edge("visibility: public", "allowed_users: [a]"),
        f"{SERVICE}.allowed_users",
        "is ignored: visibility is public",
    ),
    "unused provider": (
        edge() + "\nstorage_providers: {s3: {a: {access_key: env:A, secret_key: env:B}}}",
        "storage_providers.s3.a",
        "is used by no function",
    ),
    "unverified cluster": (
        on_cluster(OWN_IN, OWN_OUT)
        + "\nclusters: {edge: {endpoint: 'https://e', ssl_verify: false}}",
        "clusters.edge.ssl_verify",
        "is off",
    ),
    "unencrypted password": (
        on_cluster(OWN_IN, OWN_OUT)
        + "\nclusters: {edge: {endpoint: 'http://e', auth_password: env:P}}",
        "clusters.edge.endpoint",
        "sends the password unencrypted",
    ),
    "unverified endpoint": (
        edge("federation: {members: [{type: endpoint, url: 'https://e', ssl_verify: false}]}"),
        f"{SERVICE}.federation.members[0].ssl_verify",
        "is off",
    ),
    "dangling output": (
        services(
            ("local", "a", ["minio abc/in"], ["minio abc/next", "minio abc/other"]),
            ("local", "b", ["minio abc/next"], ["minio abc/last"]),
        ),
        "functions.oscar[0].local.output[1].path",
        "is read by no function",
    ),
    "output that is nearly an input": (
        services(
            ("local", "a", ["minio abc/in"], ["minio abc/intermediat"]),
            ("local", "b", ["minio abc/intermediate"], ["minio abc/last"]),
        ),
        "functions.oscar[0].local.output[0].path",
        "is minio abc/intermediate meant?",
    ),
    "output to another kind of storage": (
        services(
            ("local", "a", ["minio abc/in"], ["minio abc/next"]),
            ("aws", "b", ["s3 abc/next"], ["s3 abc/last"]),
        ),
        "functions.oscar[0].local.output[0].path",
        "is s3 abc/next meant?",
    ),
    "servers of two clusters": (
        services(
            ("edge", "a", ["minio abc/in"], ["minio abc/next"]),
            ("local", "b", ["minio abc/next"], ["minio abc/last"]),
        )
        + EDGE,
        "functions.oscar[0].edge.output[0].storage_provider",
        "is the server of edge, but local/b reads that of local",
    ),
    "inputs that overlap": (
        services(
            ("aws", "a", ["s3 abc/in"], ["s3 abc/one"]),
            ("aws", "b", ["s3 abc/in/more"], ["s3 abc/two"]),
        ),
        "functions.aws[1].lambda.input[0].path",
        "overlaps the input 'abc/in' of aws/a",
    ),
    # Secrets.
    "key of a provider": (
        on_cluster(OWN_IN, OWN_OUT.replace("minio", "s3.a"))
        + EDGE
        + "\nstorage_providers: {s3: {a: {access_key: env:A, secret_key: hunter2}}}",
        "storage_providers.s3.a.secret_key",
        "is a secret in clear text; write env:NAME or file:PATH",
    ),
    "password of a cluster": (
        on_cluster(OWN_IN, OWN_OUT)
        + "\nclusters: {edge: {endpoint: 'https://e', auth_password: hunter2}}",
        "clusters.edge.auth_password",
        "is a secret in clear text",
    ),
    "secret of a service": (
        edge("environment: {secrets: {A: hunter2}}"),
        f"{SERVICE}.environment.secrets.A",
        "is a secret in clear text",
    ),
    "variable of a service": (
        edge("environment: {Variables: {DB_PASSWORD: hunter2}}"),
        f"{SERVICE}.environment.Variables.DB_PASSWORD",
        "looks like a secret in clear text",
    ),
    "variable of a function": (
        in_aws(IN, OUT, "environment: {Variables: {API_TOKEN: hunter2}}"),
        f"{LAMBDA}.environment.Variables.API_TOKEN",
        "looks like a secret",
    ),
    "variable of a container": (
        in_aws(IN, OUT, "container: {image: a/b, environment: {Variables: {apiKey: hunter2}}}"),
        f"{LAMBDA}.container.environment.Variables.apiKey",
        "looks like a secret",
    ),
    "variable of a batch job": (
        in_aws(IN, OUT, "execution_mode: batch")
        + f"\n    batch: {{compute_resources: {{{NETWORK}}}, "
        "environment: {Variables: {SECRET: hunter2}}}",
        "functions.aws[0].batch.environment.Variables.SECRET",
        "looks like a secret",
    ),
    "header of an endpoint": (
        edge("federation: {members: [{type: endpoint, url: 'https://e', headers: {A: hunter2}}]}"),
        f"{SERVICE}.federation.members[0].headers.A",
        "is a secret in clear text",
    ),
    "variable of a model server": (
        edge(
            "kserve: {type: llm_inference, storage_uri: 'hf://a', env: {HF_TOKEN: hunter2}}",
        ),
        f"{SERVICE}.kserve.env.HF_TOKEN",
        "looks like a secret",
    ),
}


@pytest.mark.parametrize(("text", "path", "message"), WARNED.values(), ids=WARNED)
def test_a_warning_stands_where_its_cause_is(text: str, path: str, message: str) -> None:
    warnings = loaded(text).warnings
    assert [warning.path for warning in warnings] == [path]
    assert message in warnings[0].message
    assert "hunter2" not in str(warnings[0])


SILENT = {
    "in AWS": in_aws(IN, OUT),
    "on a cluster": edge(),
    "called over HTTP": beside_lambda("api_gateway: {name: a}").replace(
        "name: f", "name: f\n      timeout: 20"
    ),
    "exposed": on_cluster("expose: {api_port: 80}") + EDGE,
    "secrets kept elsewhere": edge(
        "environment: {secrets: {A: env:A}, variables: {MY_TOKEN: file:/run/token}}"
    ),
    "variables that only sound like secrets": edge(
        "environment: {variables: {MAX_TOKENS: 5, TOKENIZERS_PARALLELISM: 1, KEYBOARD: a}}"
    ),
    "storage that is only mounted": edge("mount: {storage_provider: webdav.a, path: abc}")
    + "\nstorage_providers: {webdav: {a: {hostname: e, login: env:A, password: env:B}}}",
    "null where the server sets": edge("token: null"),
    "a chain": services(
        ("local", "a", ["minio abc/in"], ["minio abc/next"]),
        ("local", "b", ["minio abc/next"], ["minio abc/last"]),
    ),
    "two readers on two servers": services(
        ("edge", "a", ["minio abc/in"], ["minio abc/one"]),
        ("local", "b", ["minio abc/in"], ["minio abc/two"]),
    )
    + EDGE,
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_what_is_well_gives_no_warning(text: str) -> None:
    assert loaded(text).warnings == ()


def test_a_script_that_is_not_there_is_told(tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    path.write_text(in_aws(IN, OUT, "init_script: a.sh"))
    (warning,) = load(path).warnings
    assert warning.path == f"{LAMBDA}.init_script"
    (tmp_path / "a.sh").write_text("")
    assert load(path).warnings == ()


def test_warnings_come_in_the_order_of_the_file() -> None:
    warnings = load(WORKFLOWS / "paper_mask_detection.yaml").warnings
    lines = [warning.place.line for warning in warnings]
    assert lines == sorted(lines)
    assert [warning.path.rpartition(".")[2] for warning in warnings][-2:] == [
        "access_key",
        "secret_key",
    ]


def test_an_output_to_nowhere_shifts_no_other_path() -> None:
    text = in_aws(IN, "output: [{path: abc}, {storage_provider: s3.x, path: abc/out}]")
    assert [warning.path for warning in loaded(text).warnings] == [
        f"{LAMBDA}.output[0]",
        f"{LAMBDA}.output[1].storage_provider",
    ]
