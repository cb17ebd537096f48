"""The API server: moto changed, the deployer made, the main listener opened, until it is ended."""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from dataclasses import dataclass

from vss.local.aws_api import moto_version
from vss.local.aws_api.listeners import HOST, Listeners
from vss.local.http_message import Origin

_LOG = logging.getLogger(__name__)
_CHECK_S = 1.0


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """How the server is started.

    Attributes:
        port: of the main listener; 0 chooses one.
        root_key: access key id of the deployer.
        root_secret: its secret, which also opens the ``/_local/*`` calls.
        idle_minutes: after so long without a request the server ends by itself.
    """

    port: int
    root_key: str
    root_secret: str
    idle_minutes: float


class ApiServer:
    """A server that answers until it is stopped."""

    def __init__(self, settings: ServerSettings) -> None:
        self._settings = settings
        self._stopped = threading.Event()
        # Moto reads its settings from the environment while it is imported.
        os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"
        os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
        moto_version.check_version()
        from vss.local.aws_api import moto_changes
        from vss.local.aws_api.accounts import create_deployer
        from vss.local.aws_api.cloudformation.resource_types import AwsClients
        from vss.local.aws_api.cloudformation.stack import Stack
        from vss.local.aws_api.deliveries.couriers import Couriers
        from vss.local.aws_api.dispatch import Moto
        from vss.local.aws_api.gateway import Gateway
        from vss.local.aws_api.iam.decisions import DecisionLog
        from vss.local.aws_api.judge import Judge
        from vss.local.aws_api.local_calls import LocalCalls

        log = DecisionLog()
        judge = Judge(log)
        couriers = Couriers(judge)
        moto_changes.install(couriers)
        create_deployer(settings.root_key, settings.root_secret)
        self._gateway = Gateway(Moto(), judge)
        self._listeners = Listeners(self._gateway)
        self._gateway.local_calls = LocalCalls(
            settings.root_secret, self._listeners, judge, log, couriers
        )
        self.port = self._listeners.open(Origin(), settings.port)
        Stack.clients = AwsClients(self.endpoint, settings.root_key, settings.root_secret)

    @property
    def endpoint(self) -> str:
        """Base address of the main listener."""
        return f"http://{HOST}:{self.port}"

    def stop(self) -> None:
        """Let :meth:`run` return."""
        self._stopped.set()

    def run(self) -> None:
        """Say that the server is ready, answer until stopped or idle for too long."""
        print(json.dumps({"ready": True, "endpoint": self.endpoint}), flush=True)
        while not self._stopped.wait(_CHECK_S):
            idle_s = time.monotonic() - self._gateway.last_request
            if idle_s > self._settings.idle_minutes * 60:
                _LOG.warning("no request for %.0f s: ending", idle_s)
                break
        self._listeners.close()
