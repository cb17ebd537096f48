"""Documents that are refused: services of clusters, providers, what lies between functions.

Each with the path of the key at fault, and a part of what is said; the mark ends its line.
"""

from tests.fdl_documents import MARK, in_aws, on_cluster, services, with_function

LAMBDA = "functions.aws[0].lambda"
SERVICE = "functions.oscar[0].edge"
REFUSED_ON_CLUSTERS = {
    # OSCAR.
    "service not indented": (
        f"functions:\n  oscar:\n  - edge: {MARK}\n    name: a\n    image: b",
        "functions.oscar[0]",
        "one cluster id with its service indented below it",
    ),
    "service is null": (
        f"functions:\n  oscar:\n  - edge: {MARK}",
        SERVICE,
        "is null; allowed: a map",
    ),
    "cluster id with blanks": (
        f"functions:\n  oscar:\n  - my edge: {{name: a, image: b, script: c}} {MARK}",
        "functions.oscar[0]['my edge']",
        "an id of up to 63",
    ),
    "no image": (
        f"functions:\n  oscar:\n  - edge: {{name: a, script: b}} {MARK}",
        f"{SERVICE}.image",
        "missing",
    ),
    "script is null": (
        f"functions:\n  oscar:\n  - edge: {{name: a, image: b, script: null}} {MARK}",
        SERVICE,
        "allowed: a script, unless kserve or expose.default_command is given",
    ),
    "no script on this machine": (
        "functions:\n  oscar:\n  - local: {name: a, image: b, "
        f"expose: {{default_command: true}}}} {MARK}",
        "functions.oscar[0].local",
        "has no script; allowed: one, for the edge runner",
    ),
    "name of 40 letters": (
        f"functions:\n  oscar:\n  - edge: {{name: {'a' * 40}, image: b, script: c}} {MARK}",
        f"{SERVICE}.name",
        "1 to 39 lower-case letters",
    ),
    "name in capitals": (
        f"functions:\n  oscar:\n  - edge: {{name: A, image: b, script: c}} {MARK}",
        f"{SERVICE}.name",
        "is 'A'",
    ),
    "memory of no unit": (
        on_cluster(f"memory: 256 {MARK}"),
        f"{SERVICE}.memory",
        "is 256; allowed: a Kubernetes quantity of 4Mi",
    ),
    "memory of a wrong unit": (on_cluster(f"memory: 2GB {MARK}"), f"{SERVICE}.memory", "is '2GB'"),
    "no processor": (
        on_cluster(f"cpu: 0 {MARK}"),
        f"{SERVICE}.cpu",
        "is 0; allowed: a Kubernetes quantity of 1m",
    ),
    "processor in words": (on_cluster(f"cpu: one {MARK}"), f"{SERVICE}.cpu", "is 'one'"),
    "processor without end": (on_cluster(f"cpu: .inf {MARK}"), f"{SERVICE}.cpu", "is '.inf'"),
    "visibility": (
        on_cluster(f"visibility: hidden {MARK}"),
        f"{SERVICE}.visibility",
        "private, restricted or public",
    ),
    "isolation": (
        on_cluster(f"isolation_level: pod {MARK}"),
        f"{SERVICE}.isolation_level",
        "SERVICE or USER",
    ),
    "scale in disorder": (
        on_cluster(f"synchronous: {{min_scale: 3, max_scale: 2}} {MARK}"),
        f"{SERVICE}.synchronous",
        "min_scale ≤ max_scale",
    ),
    "port too high": (
        on_cluster(f"expose: {{port: 70000}} {MARK}"),
        f"{SERVICE}.expose.port",
        "is 70000; allowed: a whole number from 1 to 65535",
    ),
    "second port too high": (
        on_cluster(f"expose: {{api_port: [80, 70000]}} {MARK}"),
        f"{SERVICE}.expose.api_port[1]",
        "is 70000",
    ),
    "both ports": (
        on_cluster(f"expose: {{api_port: 80, port: 80}} {MARK}"),
        f"{SERVICE}.expose",
        "api_port or its other spelling port, not both",
    ),
    "node port": (
        on_cluster(f"expose: {{nodePort: 80}} {MARK}"),
        f"{SERVICE}.expose.nodePort",
        "from 30000 to 32767, or 0",
    ),
    "health path": (
        on_cluster(f"expose: {{health_path: up}} {MARK}"),
        f"{SERVICE}.expose.health_path",
        "begins with /",
    ),
    "exposed in disorder": (
        on_cluster(f"expose: {{min_scale: 11}} {MARK}"),
        f"{SERVICE}.expose",
        "min_scale ≤ max_scale",
    ),
    "volume of nothing": (
        on_cluster(f"volume: {{mount_path: /data}} {MARK}"),
        f"{SERVICE}.volume",
        "a size for a new volume",
    ),
    "volume nowhere": (
        on_cluster(f"volume: {{size: 1Gi}} {MARK}"),
        f"{SERVICE}.volume.mount_path",
        "is missing",
    ),
    "model of no format": (
        on_cluster(f"kserve: {{type: inference, storage_uri: 's3://a'}} {MARK}"),
        f"{SERVICE}.kserve",
        "inference.model_format beside type inference",
    ),
    "model of two kinds": (
        on_cluster(
            "kserve: {type: llm_inference, storage_uri: 's3://a', "
            f"inference: {{model_format: b}}}} {MARK}"
        ),
        f"{SERVICE}.kserve",
        "only llm_inference",
    ),
    "model nowhere": (
        on_cluster(f"kserve: {{type: llm_inference}} {MARK}"),
        f"{SERVICE}.kserve.storage_uri",
        "is missing",
    ),
    "topology": (
        on_cluster(f"federation: {{topology: ring}} {MARK}"),
        f"{SERVICE}.federation.topology",
        "none, star or mesh",
    ),
    "member of no cluster": (
        on_cluster(f"federation: {{members: [{{type: oscar}}]}} {MARK}"),
        f"{SERVICE}.federation.members[0]",
        "cluster_id and service_name beside type oscar",
    ),
    "endpoint nowhere": (
        on_cluster(f"replicas: [{{type: endpoint}}] {MARK}"),
        f"{SERVICE}.replicas[0]",
        "url beside type endpoint",
    ),
    "replica misspelt": (
        on_cluster(f"replicas: [{{type: oscar, cluster: a, service_name: b}}] {MARK}"),
        f"{SERVICE}.replicas[0].cluster",
        "did you mean cluster_id?",
    ),
    "delegation": (
        on_cluster(f"delegation: fair {MARK}"),
        f"{SERVICE}.delegation",
        "static, random, load-based or topsis",
    ),
    "federation and replicas": (
        "functions:\n  oscar:\n  - edge: {name: a, image: b, script: c, "
        f"replicas: [], federation: {{}}}} {MARK}",
        SERVICE,
        "federation or the older replicas",
    ),
    "both spellings in OSCAR": (
        on_cluster(f"environment: {{Variables: {{A: b}}, variables: {{A: b}}}} {MARK}"),
        f"{SERVICE}.environment",
        "variables or its other spelling Variables, not both",
    ),
    "another cluster": (
        on_cluster(f"cluster_id: cloud {MARK}"),
        f"{SERVICE}.cluster_id",
        "is 'cloud'; allowed: edge",
    ),
    "input of s3 on a cluster": (
        on_cluster("input:", f"- {{storage_provider: s3, path: abc/d}} {MARK}"),
        f"{SERVICE}.input[0].storage_provider",
        "allowed as input of an OSCAR cluster: minio, webdav, rucio",
    ),
    "input of onedata on a cluster": (
        on_cluster("input:", f"- {{storage_provider: onedata.a, path: abc/d}} {MARK}"),
        f"{SERVICE}.input[0].storage_provider",
        "is 'onedata.a'",
    ),
    "input of webdav on this machine": (
        on_cluster(
            "input:", f"- {{storage_provider: webdav.a, path: abc/d}} {MARK}", cluster="local"
        ),
        "functions.oscar[0].local.input[0].storage_provider",
        "allowed as input of the edge runner of this machine: s3, minio",
    ),
    "output of onedata on this machine": (
        on_cluster(
            "output:", f"- {{storage_provider: onedata.a, path: abc/d}} {MARK}", cluster="local"
        ),
        "functions.oscar[0].local.output[0].storage_provider",
        "allowed as output of the edge runner",
    ),
    # Storage providers and clusters.
    "kind of provider": (
        with_function(f"storage_providers: {{gcs: {{}}}} {MARK}"),
        "storage_providers.gcs",
        "allowed: s3, minio",
    ),
    "provider without secret key": (
        with_function(f"storage_providers: {{s3: {{a: {{access_key: b}}}}}} {MARK}"),
        "storage_providers.s3.a.secret_key",
        "is missing",
    ),
    "provider with an unknown key": (
        with_function(
            f"storage_providers: {{s3: {{a: {{access_key: b, secret_key: c, acces: d}}}}}} {MARK}"
        ),
        "storage_providers.s3.a.acces",
        "did you mean access_key?",
    ),
    "webdav with a scheme": (
        with_function(
            "storage_providers: {webdav: {a: {hostname: 'https://b', "
            f"login: c, password: d}}}}}} {MARK}"
        ),
        "storage_providers.webdav.a.hostname",
        "a host name without scheme",
    ),
    "minio without a scheme": (
        with_function(
            "storage_providers: {minio: {a: {endpoint: b, "
            f"access_key: c, secret_key: d}}}}}} {MARK}"
        ),
        "storage_providers.minio.a.endpoint",
        "an address such as https://host:port",
    ),
    "onedata without space": (
        with_function(
            f"storage_providers: {{onedata: {{a: {{oneprovider_host: b, token: c}}}}}} {MARK}"
        ),
        "storage_providers.onedata.a.space",
        "is missing",
    ),
    "rucio without token": (
        with_function(
            "storage_providers: {rucio: {a: {host: b, auth_host: c, "
            f"account: d, rse: e}}}}}} {MARK}"
        ),
        "storage_providers.rucio.a.refresh_token",
        "is missing",
    ),
    "cluster without endpoint": (
        with_function(f"clusters: {{a: {{ssl_verify: true}}}} {MARK}"),
        "clusters.a.endpoint",
        "is missing",
    ),
    "verification as text": (
        with_function(f"clusters: {{a: {{endpoint: 'https://b', ssl_verify: 'False'}}}} {MARK}"),
        "clusters.a.ssl_verify",
        "is 'False'; allowed: true or false",
    ),
    # Between functions.
    "output into the own input": (
        on_cluster(
            "input: [{storage_provider: minio, path: abc/in}]",
            f"output: [{{storage_provider: minio.other, path: abc/in}}] {MARK}",
        ),
        f"{SERVICE}.output[0].path",
        "would trigger it again, without end",
    ),
    "output below the own input": (
        in_aws(
            "input: [{storage_provider: s3, path: abc/in}]",
            f"output: [{{storage_provider: s3, path: abc/in/done}}] {MARK}",
        ),
        f"{LAMBDA}.output[0].path",
        "is 'abc/in/done', at or below the function's own input 'abc/in'",
    ),
    "output into the own bucket": (
        in_aws(
            "input: [{storage_provider: s3, path: abc}]",
            f"output: [{{storage_provider: s3, path: abc/done}}] {MARK}",
        ),
        f"{LAMBDA}.output[0].path",
        "own input 'abc'",
    ),
    "cycle": (
        services(
            ("edge", "a", ["minio abc/x"], ["minio abc/y"]),
            ("edge", "b", ["minio abc/y"], ["minio abc/x"]),
        ),
        SERVICE,
        "is in a cycle that never ends: edge/a → edge/b → edge/a",
    ),
    "name given twice in AWS": (
        f"functions:\n  aws:\n  - lambda: {{name: f}}\n  - lambda: {{name: f}} {MARK}",
        "functions.aws[1].lambda.name",
        "is 'f' a second time in aws",
    ),
    "name given twice on a cluster": (
        on_cluster() + f"\n  - edge: {{name: svc, image: b, script: c}} {MARK}",
        "functions.oscar[1].edge.name",
        "is 'svc' a second time in edge",
    ),
}
