"""Documents that are refused: files as such, functions in AWS, their input and output.

Each with the path of the key at fault, and a part of what is said; the mark ends its line.
"""

from tests.fdl_documents import MARK, beside_lambda, in_aws, with_function

LAMBDA = "functions.aws[0].lambda"
WHOLE = "allowed: a whole number"
REFUSED_IN_AWS = {
    # The file as a whole.
    "no functions": (f"storage_providers: {{}} {MARK}", "functions", "is missing, and is required"),
    "no function": (f"functions: {{}} {MARK}", "functions", "at least one function"),
    "empty lists": (f"functions: {{aws: [], oscar: []}} {MARK}", "functions", "at least one"),
    "functions is a list": (
        f"functions: [a] {MARK}",
        "functions",
        "is a list of 1; allowed: a map",
    ),
    "aws is a map": (
        f"functions:\n  aws: {{lambda: {{name: f}}}} {MARK}",
        "functions.aws",
        "is a map; allowed: a list",
    ),
    "unknown section": (
        with_function(f"cluster: {{}} {MARK}"),
        "cluster",
        "did you mean clusters?",
    ),
    "unknown half": (
        f"functions:\n  azure: [] {MARK}\n  aws: [{{lambda: {{name: f}}}}]",
        "functions.azure",
        "is unknown; allowed: aws, oscar",
    ),
    "no YAML": (f"functions: [a\n  b: c {MARK}", "", "is not YAML"),
    "tab": (f"functions:\n\taws: [] {MARK}", "", "is not YAML"),
    "text": (f"functions {MARK}", "", "is no map"),
    "list": (f"[functions] {MARK}", "", "is no map"),
    "nothing": (f"{MARK}", "", "is no map"),
    "two documents": (f"{in_aws()}\n--- {MARK}\na: b", "", "is a second document"),
    "key given twice": (
        in_aws("memory: 256", f"memory: 512 {MARK}"),
        f"{LAMBDA}.memory",
        "is given twice; first in line 5",
    ),
    "key is a list": (f"[a]: b {MARK}", "", "has a key that is no text"),
    "tag": (in_aws(f"memory: !!python/object:os.system 5 {MARK}"), f"{LAMBDA}.memory", "has a tag"),
    "tag of a map": (in_aws(f"container: !x {{image: a/b}} {MARK}"), f"{LAMBDA}.container", "tag"),
    "unknown alias": (in_aws(f"memory: *size {MARK}"), f"{LAMBDA}.memory", "is an alias"),
    "alias of itself": (
        in_aws(f"vpc: &v {{SubnetIds: *v}} {MARK}"),
        f"{LAMBDA}.vpc.SubnetIds",
        "alias",
    ),
    "merge of no map": (in_aws(f"vpc: {{<<: 5}} {MARK}"), f"{LAMBDA}.vpc", "<< that names no map"),
    "half a surrogate pair": (
        in_aws(f'description: "\\ud800" {MARK}'),
        f"{LAMBDA}.description",
        "surrogate",
    ),
    # lambda.
    "item without lambda": (
        f"functions:\n  aws:\n  - iam: {{}} {MARK}",
        LAMBDA,
        "is missing, and is required",
    ),
    "no name": (
        f"functions:\n  aws:\n  - lambda: {{memory: 512}} {MARK}",
        f"{LAMBDA}.name",
        "missing",
    ),
    "name with blanks": (
        f"functions:\n  aws:\n  - lambda: {{name: a b}} {MARK}",
        f"{LAMBDA}.name",
        "is 'a b'; allowed: 1 to 64 letters",
    ),
    "name is a number": (
        f"functions:\n  aws:\n  - lambda: {{name: 12}} {MARK}",
        f"{LAMBDA}.name",
        "is 12; allowed: text (a number or true in quotes)",
    ),
    "key misspelt": (in_aws(f"memroy: 512 {MARK}"), f"{LAMBDA}.memroy", "did you mean memory?"),
    "key of OSCAR": (in_aws(f"enable_sgx: true {MARK}"), f"{LAMBDA}.enable_sgx", "is unknown"),
    "too little memory": (
        in_aws(f"memory: 64 {MARK}"),
        f"{LAMBDA}.memory",
        f"{WHOLE} from 128 to 10240 MB",
    ),
    "too much memory": (in_aws(f"memory: 10241 {MARK}"), f"{LAMBDA}.memory", "is 10241"),
    "memory as text": (in_aws(f"memory: '512' {MARK}"), f"{LAMBDA}.memory", f"is '512'; {WHOLE}"),
    "memory of Kubernetes": (
        in_aws(f"memory: 1Gi {MARK}"),
        f"{LAMBDA}.memory",
        f"is '1Gi'; {WHOLE}",
    ),
    "memory with a fraction": (
        in_aws(f"memory: 512.5 {MARK}"),
        f"{LAMBDA}.memory",
        f"is 512.5; {WHOLE}",
    ),
    "timeout of an hour": (
        in_aws(f"timeout: 3600 {MARK}"),
        f"{LAMBDA}.timeout",
        f"{WHOLE} from 1 to 900 s",
    ),
    "no time for the script": (
        "functions:\n  aws:\n  - lambda: {name: f, timeout: 10, "
        f"container: {{image: a/b}}}} {MARK}",
        LAMBDA,
        "does not fit together; allowed: a timeout longer than container.timeout_threshold",
    ),
    "unknown mode": (
        in_aws(f"execution_mode: fargate {MARK}"),
        f"{LAMBDA}.execution_mode",
        "is 'fargate'; allowed: lambda, lambda-batch or batch",
    ),
    "unknown runtime": (
        in_aws(f"runtime: node20 {MARK}"),
        f"{LAMBDA}.runtime",
        "python3.<minor> or image",
    ),
    "two architectures": (
        in_aws(f"architectures: [x86_64, arm64] {MARK}"),
        f"{LAMBDA}.architectures",
        "is a list of 2; allowed: up to 1 entries",
    ),
    "unknown architecture": (
        in_aws(f"architectures: [riscv] {MARK}"),
        f"{LAMBDA}.architectures[0]",
        "is 'riscv'; allowed: x86_64 or arm64",
    ),
    "layer is no ARN": (
        in_aws(f"layers: [tools] {MARK}"),
        f"{LAMBDA}.layers[0]",
        "ARN of a layer version",
    ),
    "five layers": (
        in_aws(
            f"layers: [{', '.join(['arn:aws:lambda:us-east-1:123456789012:layer:a:1'] * 5)}] {MARK}"
        ),
        f"{LAMBDA}.layers",
        "allowed: up to 4 entries",
    ),
    "variable named badly": (
        in_aws(f"environment: {{Variables: {{1A: b}}}} {MARK}"),
        f"{LAMBDA}.environment.Variables.1A",
        "beginning with a letter",
    ),
    "variable of Lambda": (
        in_aws(f"environment: {{Variables: {{AWS_REGION: b}}}} {MARK}"),
        f"{LAMBDA}.environment",
        "not AWS_REGION",
    ),
    "too many variables": (
        in_aws(f"environment: {{Variables: {{A: {'b' * 4096}}}}} {MARK}"),
        f"{LAMBDA}.environment",
        "4096 bytes of variables",
    ),
    "both spellings in AWS": (
        in_aws(f"environment: {{Variables: {{A: b}}, variables: {{A: c}}}} {MARK}"),
        f"{LAMBDA}.environment",
        "not both",
    ),
    "variable is a list": (
        in_aws(f"environment: {{variables: {{A: [b]}}}} {MARK}"),
        f"{LAMBDA}.environment.variables.A",
        "is a list of 1; allowed: text",
    ),
    "container without image": (
        in_aws(f"container: {{alpine: true}} {MARK}"),
        f"{LAMBDA}.container.image",
        "missing",
    ),
    "image with blanks": (
        in_aws(f"container: {{image: a b}} {MARK}"),
        f"{LAMBDA}.container.image",
        "a container image",
    ),
    "flag as text": (
        in_aws(f"container: {{image: a/b, alpine: yes}} {MARK}"),
        f"{LAMBDA}.container.alpine",
        "is 'yes'; allowed: true or false",
    ),
    "region misspelt": (
        in_aws(f"region: useast1 {MARK}"),
        f"{LAMBDA}.region",
        "is 'useast1'; allowed: an AWS region",
    ),
    "subnet": (
        in_aws(f"vpc: {{SubnetIds: [net-1]}} {MARK}"),
        f"{LAMBDA}.vpc.SubnetIds[0]",
        "subnet-0a1b2c3d",
    ),
    "file system elsewhere": (
        in_aws(f"file_system: [{{Arn: 'arn:aws:efs:us-east-1:1:x', LocalMountPath: /tmp}}] {MARK}"),
        f"{LAMBDA}.file_system[0].LocalMountPath",
        "directly below /mnt",
    ),
    "script with a line break": (
        in_aws(f'init_script: "a\\nb" {MARK}'),
        f"{LAMBDA}.init_script",
        "printable characters",
    ),
    "long description": (
        in_aws(f"description: {'a' * 257} {MARK}"),
        f"{LAMBDA}.description",
        "up to 256 characters",
    ),
    "negative size": (
        in_aws(f"deployment: {{max_payload_size: -1}} {MARK}"),
        f"{LAMBDA}.deployment.max_payload_size",
        "is -1; allowed: 0 or more",
    ),
    # Beside lambda.
    "role is no ARN": (
        beside_lambda(f"iam: {{role: admin}} {MARK}"),
        "functions.aws[0].iam.role",
        "an ARN",
    ),
    "retention": (
        beside_lambda(f"cloudwatch: {{log_retention_policy_in_days: 31}} {MARK}"),
        "functions.aws[0].cloudwatch.log_retention_policy_in_days",
        "is 31; allowed: one of 1, 3, 5, 7",
    ),
    "api with blanks": (
        beside_lambda(f"api_gateway: {{name: a b}} {MARK}"),
        "functions.aws[0].api_gateway.name",
        "letters",
    ),
    "empty subnets": (
        beside_lambda(
            f"batch: {{compute_resources: {{security_group_ids: [sg-1], subnets: []}}}} {MARK}"
        ),
        "functions.aws[0].batch.compute_resources.subnets",
        "is an empty list; allowed: 1 or more entries",
    ),
    "processors in disorder": (
        beside_lambda(
            "batch: {compute_resources: {security_group_ids: [sg-1], subnets: [subnet-1], "
            f"min_v_cpus: 3}}}} {MARK}"
        ),
        "functions.aws[0].batch.compute_resources",
        "min_v_cpus ≤ desired_v_cpus ≤ max_v_cpus",
    ),
    "main node outside": (
        beside_lambda(
            f"batch: {{multi_node_parallel: {{number_nodes: 2, main_node_index: 2}}}} {MARK}"
        ),
        "functions.aws[0].batch.multi_node_parallel.main_node_index",
        "is 2; allowed: a whole number below number_nodes, 2",
    ),
    "unknown service": (
        beside_lambda(f"iamm: {{}} {MARK}"),
        "functions.aws[0].iamm",
        "did you mean iam?",
    ),
    # Input and output.
    "unknown provider": (
        in_aws("input:", f"- {{storage_provider: gcs, path: abc/d}} {MARK}"),
        f"{LAMBDA}.input[0].storage_provider",
        "is 'gcs'; allowed: one of s3, minio, onedata, webdav, rucio",
    ),
    "provider with an empty id": (
        in_aws("input:", f"- {{storage_provider: s3., path: abc/d}} {MARK}"),
        f"{LAMBDA}.input[0].storage_provider",
        "is 's3.'",
    ),
    "input without provider": (
        in_aws("input:", f"- {{path: abc/d}} {MARK}"),
        f"{LAMBDA}.input[0].storage_provider",
        "is missing",
    ),
    "no path": (
        in_aws("output:", f"- {{storage_provider: s3}} {MARK}"),
        f"{LAMBDA}.output[0].path",
        "is missing",
    ),
    "empty path": (
        in_aws("output:", f"- {{storage_provider: s3, path: /}} {MARK}"),
        f"{LAMBDA}.output[0].path",
        "is '/'",
    ),
    "path upwards": (
        in_aws("output:", f"- {{storage_provider: s3, path: abc/../d}} {MARK}"),
        f"{LAMBDA}.output[0].path",
        "no part of it empty, . or ..",
    ),
    "bucket in capitals": (
        in_aws("output:", f"- {{storage_provider: s3, path: Abc/d}} {MARK}"),
        f"{LAMBDA}.output[0].path",
        "lower-case letters",
    ),
    "long path": (
        in_aws("output:", f"- {{storage_provider: s3, path: abc/{'d' * 1024}}} {MARK}"),
        f"{LAMBDA}.output[0].path",
        "(cut); allowed: a path of up to 1024 bytes",
    ),
    "invisible path": (
        in_aws("output:", f'- {{storage_provider: s3, path: "abc/\\x1b[2J"}} {MARK}'),
        f"{LAMBDA}.output[0].path",
        "printable characters",
    ),
    "suffix is a text": (
        in_aws("output:", f"- {{storage_provider: s3, path: abc/d, suffix: jpg}} {MARK}"),
        f"{LAMBDA}.output[0].suffix",
        "is 'jpg'; allowed: a list",
    ),
    "entry is a text": (
        in_aws(f"input: [s3] {MARK}"),
        f"{LAMBDA}.input[0]",
        "is 's3'; allowed: a map",
    ),
    "unknown key of an entry": (
        in_aws("input:", f"- {{storage_provider: s3, path: abc/d, sufix: []}} {MARK}"),
        f"{LAMBDA}.input[0].sufix",
        "did you mean suffix?",
    ),
}
