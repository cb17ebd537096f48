"""The environment variables of a function, as Lambda sets them.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vss.local.data_plane.code_package import CodePackage
from vss.local.data_plane.configuration import FunctionConfiguration, VpcEndpoint
from vss.local.data_plane.sandbox import HOST_PACKAGES, LAYERS, RUNTIME, TASK, without_opt
from vss.local.state import REGION

# Nothing listens there: without a network of its own a function must not reach the real AWS.
_NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True, slots=True)
class Places:
    """Where the function finds its files.

    Attributes:
        version: of Python, ``<major>.<minor>``.
        host_packages: third-party packages of this machine, behind all others; None: none.
    """

    version: str
    task: str
    layers: str
    runtime: str
    host_packages: str | None

    @classmethod
    def in_sandbox(cls, version: str, host_packages: Path | None) -> Places:
        """Return Lambda's own places."""
        return cls(version, TASK, LAYERS, RUNTIME, HOST_PACKAGES if host_packages else None)

    @classmethod
    def on_host(
        cls, version: str, package: CodePackage, runtime: Path, host_packages: Path | None
    ) -> Places:
        """Return the unpacked folders."""
        packages = str(host_packages) if host_packages else None
        return cls(version, str(package.task), str(package.layers), str(runtime), packages)

    def python_path(self) -> str:
        """Return where modules are looked for after the function's own."""
        layers = [
            f"{self.layers}/python/lib/python{self.version}/site-packages",
            f"{self.layers}/python",
        ]
        host = [self.host_packages] if self.host_packages else []
        return ":".join([*layers, self.runtime, *host])


@dataclass(frozen=True, slots=True)
class Addresses:
    """What the function's process can talk to.

    Attributes:
        xray_daemon: host and port to which the X-Ray SDK sends.
        endpoints: base address of each AWS service that has one of its own.
        everything_else: base address of all other services; None: no route leads to them.
    """

    xray_daemon: str
    endpoints: Mapping[VpcEndpoint, str]
    everything_else: str | None


def environment_variables(
    function: FunctionConfiguration,
    places: Places,
    addresses: Addresses,
    credentials: Mapping[str, str],
    log_stream: str,
) -> dict[str, str]:
    """Return all variables of one environment.

    Args:
        function: its configuration; its own variables come first, Lambda's win.
        places: where its files are.
        addresses: what it can talk to.
        credentials: of its role, as STS names them.
        log_stream: name of the environment's log stream.
    """
    own = dict(function.environment)
    if places.layers != LAYERS:
        own = without_opt(own, Path(places.layers))
    libraries = ["/lib64", "/usr/lib64", places.runtime, f"{places.runtime}/lib", places.task]
    libraries += [f"{places.task}/lib", f"{places.layers}/lib"]
    return own | {
        "PATH": f"/usr/local/bin:/usr/bin:/bin:{places.layers}/bin",
        "LD_LIBRARY_PATH": ":".join(libraries),
        "PYTHONPATH": places.python_path(),
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "LAMBDA_TASK_ROOT": places.task,
        "LAMBDA_RUNTIME_DIR": places.runtime,
        "_HANDLER": function.handler,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": function.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": function.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        "AWS_LAMBDA_LOG_FORMAT": function.log_format,
        "AWS_XRAY_DAEMON_ADDRESS": addresses.xray_daemon,
        "_AWS_XRAY_DAEMON_ADDRESS": addresses.xray_daemon.partition(":")[0],
        "_AWS_XRAY_DAEMON_PORT": addresses.xray_daemon.partition(":")[2],
        "AWS_XRAY_CONTEXT_MISSING": own.get("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"),
        "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
        "AWS_SESSION_TOKEN": credentials["SessionToken"],
        **_endpoint_variables(addresses),
    }


def _endpoint_variables(addresses: Addresses) -> dict[str, str]:
    services = {
        f"AWS_ENDPOINT_URL_{endpoint.service.upper().replace('-', '_')}": address
        for endpoint, address in addresses.endpoints.items()
    }
    if addresses.everything_else is not None:
        services["AWS_ENDPOINT_URL"] = addresses.everything_else
    return services


def nowhere(isolated: bool) -> str | None:
    """Return the address for services without endpoint of a function inside a VPC."""
    return None if isolated else _NOWHERE
