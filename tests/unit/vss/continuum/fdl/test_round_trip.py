"""Every example: parsed, written, parsed again, it is the same; and what older spellings mean."""

from pathlib import Path

import pytest
import yaml

from tests.fdl_documents import FILES, WORKFLOWS, in_aws, loaded, on_cluster
from vss.continuum.fdl.dumping import document, dump
from vss.continuum.fdl.loading import load
from vss.continuum.fdl.models import OscarService, ProviderType, Workflow


def workflow(text: str) -> Workflow:
    return loaded(text).workflow


def service(*lines: str) -> OscarService:
    return workflow(on_cluster(*lines)).functions.oscar[0].service


def test_there_are_examples() -> None:
    assert len(FILES) >= 13


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_an_example_is_the_same_when_it_is_written_and_read_again(path: Path) -> None:
    first = load(path).workflow
    text = dump(first)
    again = workflow(text)
    assert again == first
    assert dump(again) == text
    assert Workflow.model_validate(document(first)) == first


def test_the_papers_file_has_exactly_its_shape() -> None:
    content = yaml.safe_load((WORKFLOWS / "paper_mask_detection.yaml").read_text())
    assert content == {
        "functions": {
            "aws": [
                {
                    "lambda": {
                        "name": "scar-mask-detector",
                        "memory": 1024,
                        "init_script": "mask-detector.sh",
                        "container": {"image": "grycap/mask-detector-yolo:mini"},
                        "input": [
                            {"storage_provider": "s3", "path": "scar-mask-detector/intermediate"}
                        ],
                        "output": [{"storage_provider": "s3", "path": "scar-mask-detector/result"}],
                    }
                }
            ],
            "oscar": [
                {
                    "my_oscar": {
                        "name": "oscar-anon-and-split",
                        "memory": "2Gi",
                        "cpu": "1.0",
                        "image": "grycap/blurry-faces",
                        "script": "blurry-faces.sh",
                        "input": [
                            {"storage_provider": "minio", "path": "oscar-anon-and-split/input"}
                        ],
                        "output": [
                            {"storage_provider": "minio", "path": "oscar-anon-and-split/output"},
                            {
                                "storage_provider": "s3.my_s3",
                                "path": "scar-mask-detector/intermediate",
                            },
                        ],
                    }
                }
            ],
        },
        "storage_providers": {
            "s3": {"my_s3": {"access_key": "xxxxxx", "secret_key": "xxxxxx", "region": "us-east-1"}}
        },
    }
    assert document(load(WORKFLOWS / "paper_mask_detection.yaml").workflow) == content | {
        # The region is as by default, and so left out.
        "storage_providers": {"s3": {"my_s3": {"access_key": "xxxxxx", "secret_key": "xxxxxx"}}}
    }


SPELLINGS = [
    (["environment: {Variables: {A: 1}}"], ["environment: {variables: {A: '1'}}"]),
    (["environment: {Variables: {A: 1}, variables: null}"], ["environment: {variables: {A: '1'}}"]),
    (["environment: {Secrets: {A: b}}"], ["environment: {secrets: {A: b}}"]),
    (["cpu: 1.0"], ["cpu: '1.0'"]),
    (["expose: {port: 80}"], ["expose: {api_port: [80]}"]),
    (["expose: {api_port: 80}"], ["expose: {api_port: [80]}"]),
    (["isolation_level: user"], ["isolation_level: USER"]),
    (["log_level: debug"], ["log_level: DEBUG"]),
    (["log_level: CHATTY"], ["log_level: INFO"]),
    (["labels: null", "memory: null"], []),
    (["token: abc", "owner: me", "namespace: n", "bucket_list: [a]"], []),
    (
        ["replicas: [{type: oscar, cluster_id: a, service_name: b}]", "delegation: random"],
        [
            "federation: {members: [{type: oscar, cluster_id: a, service_name: b}], "
            "delegation: random}"
        ],
    ),
    (["rescheduler_threshold: 15"], ["federation: {rescheduler_threshold: 15}"]),
    (
        ["input: [{storage_provider: MINIO.default, path: /in/}]"],
        ["input: [{storage_provider: minio, path: svc/in}]"],
    ),
    (
        ["output: [{storage_provider: S3.Mine, path: out}]"],
        ["output: [{storage_provider: s3.Mine, path: svc/out}]"],
    ),
    (
        ["output: [{storage_provider: webdav.a, path: out/}]"],
        ["output: [{storage_provider: webdav.a, path: out}]"],
    ),
]


@pytest.mark.parametrize(("older", "newer"), SPELLINGS)
def test_another_spelling_means_the_same(older: list[str], newer: list[str]) -> None:
    assert service(*older) == service(*newer)


DIGEST = f"sha256:{'0a' * 32}"


@pytest.mark.parametrize(
    "line",
    [
        "vo: vo.example.org",
        "labels: {example.org/tier: edge}",
        "annotations: {example.org/flags: --nodes=1 --time=02:30:00}",
        "environment: {variables: {A: '', a.b-c: x}}",
        "memory: 268435456",
        "memory: 1e9",
        "cpu: 2",
        "total_cpu: ''",
        "synchronous: {min_scale: 3}",
        "expose: {nodePort: 0}",
        "volume: {name: data, mount_path: /data}",
        "mount: {storage_provider: minio.default, path: /notebook}",
        "output: [{storage_provider: minio, path: abc/ä b/日本}]",
    ],
)
def test_what_is_in_use_is_accepted(line: str) -> None:
    service(line)


@pytest.mark.parametrize(
    "image",
    [
        "ubuntu",
        "ubuntu:22.04",
        "grycap/mask-detector-yolo:mini",
        "registry.example.org:5000/team/a_b/c:1.0_x",
        f"ghcr.io/team/name@{DIGEST}",
        f"ghcr.io/team/name:1@{DIGEST}",
        "docker://team/name",
    ],
)
def test_an_image_is_named_as_registries_do(image: str) -> None:
    text = in_aws(f"container: {{image: '{image}'}}")
    container = workflow(text).functions.aws[0].lambda_.container
    assert container is not None
    assert container.image == image


def test_what_is_not_said_is_as_by_default() -> None:
    settings = workflow(in_aws()).functions.aws[0]
    assert (settings.lambda_.memory, settings.lambda_.timeout) == (512, 300)
    assert settings.lambda_.execution_mode == "lambda"
    assert settings.lambda_.region == "us-east-1"
    assert settings.cloudwatch.log_retention_policy_in_days == 30
    assert settings.batch is None
    plain = service()
    assert (plain.memory, plain.cpu, plain.log_level) == ("256Mi", "0.2", "INFO")
    assert plain.memory_bytes == 256 * 1024**2
    assert float(plain.cpus) == 0.2
    assert (plain.visibility, plain.isolation_level) == ("private", "SERVICE")


def test_an_entry_knows_its_bucket_and_prefix() -> None:
    (entry,) = service("output: [{storage_provider: s3.a, path: abc/d/e/}]").output
    assert (entry.provider_type, entry.provider_id) == (ProviderType.S3, "a")
    assert (entry.bucket, entry.folders, entry.key_prefix) == ("abc", "d/e", "d/e/")
    (bare,) = (
        workflow(in_aws("input: [{storage_provider: s3, path: abc}]"))
        .functions.aws[0]
        .lambda_.input
    )
    assert (bare.bucket, bare.folders, bare.key_prefix) == ("abc", "", "")
    assert bare.provider_id == "default"


@pytest.mark.parametrize(
    ("filters", "path", "accepted"),
    [
        ("", "a/b.txt", True),
        ("suffix: [jpg]", "a/b.jpg", True),
        ("suffix: [jpg]", "a/b.png", False),
        ("suffix: [png, jpg]", "a/b.jpg", True),
        ("prefix: [a/]", "a/b.jpg", True),
        ("prefix: [b]", "a/b.jpg", False),
        ("prefix: [a/], suffix: [png]", "a/b.jpg", False),
    ],
)
def test_an_output_takes_what_its_filters_let_through(
    filters: str, path: str, accepted: bool
) -> None:
    (entry,) = service(f"output: [{{storage_provider: minio, path: abc/d, {filters}}}]").output
    assert entry.accepts(path) is accepted


def test_secrets_are_printed_by_no_part_but_written_where_they_are_asked_for() -> None:
    text = on_cluster("environment: {secrets: {A: hunter2}}") + (
        "\nstorage_providers: {s3: {a: {access_key: hunter2, secret_key: hunter2}}}"
        "\nclusters: {edge: {endpoint: 'https://e', auth_password: hunter2}}"
    )
    found = workflow(text)
    assert "hunter2" not in f"{found!r} {found} {found.model_dump()} {found.model_dump_json()}"
    assert dump(found).count("hunter2") == 4
