"""The place an execution environment lives in: network, limits, file system, credentials."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from vss.local.data_plane.cgroup import ControlGroup, Limits
from vss.local.data_plane.code_package import CodePackage
from vss.local.data_plane.configuration import FunctionConfiguration
from vss.local.data_plane.environment_variables import (
    Addresses,
    Places,
    environment_variables,
    nowhere,
)
from vss.local.data_plane.function_log import FunctionLog
from vss.local.data_plane.function_process import FunctionProcess
from vss.local.data_plane.local_api import LocalApi
from vss.local.data_plane.network import (
    FIRST_ENDPOINT_PORT,
    HOST,
    RUNTIME_API_PORT,
    XRAY_PORT,
)
from vss.local.data_plane.python_runtime import PythonRuntime
from vss.local.data_plane.readiness import Readiness
from vss.local.data_plane.relay import Relay
from vss.local.data_plane.runtime_api import Exited, RuntimeApi
from vss.local.data_plane.sandbox import (
    HOST_PACKAGES,
    LAYERS,
    TASK,
    Enforcement,
    Mount,
    bubblewrap,
)
from vss.local.data_plane.tracing import DaemonSocket, Documents


@dataclass(frozen=True, slots=True)
class Machine:
    """What all environments of this machine share.

    Attributes:
        runtime: runs the functions.
        linked_runtime: folder with its packages, for functions that are not isolated.
        host_packages: third-party packages the layers lack; None: none.
    """

    enforcement: Enforcement
    readiness: Readiness
    local_api: LocalApi
    runtime: PythonRuntime
    linked_runtime: Path
    host_packages: Path | None


@dataclass(frozen=True, slots=True)
class DeployedFunction:
    """A function with everything it needs to run.

    Attributes:
        traces: where its segments go.
        log: where its output goes.
    """

    configuration: FunctionConfiguration
    package: CodePackage
    traces: Documents
    log: FunctionLog


class EnvironmentSite:
    """Network, limits and variables of one environment; processes are started in it.

    Args:
        machine: what is shared.
        function: what is to run.
        name: unique on this machine.
        log_stream: of the environment.

    Raises:
        DataPlaneError: the role's credentials are refused.
        OSError: the machine has no more room for it.
    """

    def __init__(
        self, machine: Machine, function: DeployedFunction, name: str, log_stream: str
    ) -> None:
        self._machine = machine
        self._function = function
        self._stack = ExitStack()
        self.group: ControlGroup | None = None
        with ExitStack() as undo:
            undo.callback(self._stack.close)
            self._network = machine.enforcement.network()
            self._stack.callback(self._network.close)
            if machine.enforcement.limited:
                limits = Limits(function.configuration.memory_mb)
                self.group = ControlGroup.create(name, limits)
                self._stack.callback(self.group.remove)
            self._variables = self._environment(log_stream)
            undo.pop_all()

    def start(self) -> tuple[FunctionProcess, RuntimeApi]:
        """Start a process, and the Runtime API in front of it."""
        listener = self._network.listen(RUNTIME_API_PORT)
        variables = self._variables | {"AWS_LAMBDA_RUNTIME_API": _address(listener)}
        api = RuntimeApi(listener, self._machine.readiness)
        try:
            process = FunctionProcess(
                self._command(),
                variables,
                self._function.package.task,
                self._network,
                self.group,
                self._function.log,
                self._machine.readiness,
                lambda status: api.events.put(Exited(status)),
            )
        except OSError:
            api.close()
            raise
        return process, api

    def close(self) -> None:
        """Give everything back; the processes must have been closed."""
        self._stack.close()

    def _environment(self, log_stream: str) -> dict[str, str]:
        configuration = self._function.configuration
        role_arn = configuration.role_arn
        credentials = self._machine.local_api.role_credentials(role_arn, configuration.name)
        return environment_variables(
            configuration, self._places(), self._addresses(), credentials, log_stream
        )

    def _places(self) -> Places:
        machine = self._machine
        if machine.enforcement.isolated:
            return Places.in_sandbox(machine.runtime.version, machine.host_packages)
        return Places.on_host(
            machine.runtime.version,
            self._function.package,
            machine.linked_runtime,
            machine.host_packages,
        )

    def _addresses(self) -> Addresses:
        daemon = self._network.receive(XRAY_PORT)
        self._stack.callback(
            DaemonSocket(daemon, self._function.traces, self._machine.readiness).close
        )
        api = self._machine.local_api
        endpoints = self._function.configuration.vpc_endpoints
        if endpoints is None:
            everything = self._reach(FIRST_ENDPOINT_PORT, api.port)
            return Addresses(_address(daemon), {}, everything)
        reached = {
            endpoint: self._reach(FIRST_ENDPOINT_PORT + offset, api.endpoint_listener(endpoint))
            for offset, endpoint in enumerate(endpoints)
        }
        isolated = self._machine.enforcement.isolated
        return Addresses(_address(daemon), reached, nowhere(isolated))

    def _reach(self, port: int, target: int) -> str:
        """Return the address at which the function reaches a port of the local AWS."""
        api = self._machine.local_api
        if not self._machine.enforcement.isolated:
            return f"http://{api.host}:{target}"
        listener = self._network.listen(port)
        relay = Relay(listener, (api.host, target), self._machine.readiness)
        self._stack.callback(relay.close)
        return f"http://{HOST}:{port}"

    def _command(self) -> list[str]:
        configuration, machine = self._function.configuration, self._machine
        isolated = machine.enforcement.isolated
        run = machine.runtime.command(configuration.handler, isolated)
        if not isolated:
            return run
        package = self._function.package
        mounts = [Mount(package.task, TASK), Mount(package.layers, LAYERS)]
        mounts += machine.runtime.packages
        if machine.host_packages is not None:
            mounts.append(Mount(machine.host_packages, HOST_PACKAGES))
        return bubblewrap(mounts, configuration.storage_mb, machine.runtime.prefix) + run


def _address(bound: socket.socket) -> str:
    host, port = bound.getsockname()
    return f"{host}:{port}"
