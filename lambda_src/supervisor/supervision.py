"""The way of one object: download, script, outputs; and of the outputs to their stores."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from supervisor.description import FunctionDescription, StoragePlace
from supervisor.environment import contract_variables, query_variables
from supervisor.errors import InvalidEvent
from supervisor.events import Item, Payload
from supervisor.log import Log
from supervisor.masking import LineStream, SecretMask
from supervisor.object_events import StoredObject
from supervisor.object_store import ObjectStore
from supervisor.outputs import Delivery, OutputFile, collect, deliveries
from supervisor.script import Confinement, ScriptRun, Unconfined, run_script
from supervisor.secret_references import resolve
from supervisor.stores import Stores
from supervisor.workspace import Workspace, file_name

_LAST_LINES = 200


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a run may take.

    Attributes:
        deadline_s: reading of `time.monotonic` at which the script is ended.
        confinement: the bounds of the script's processes.
        stopped: tells whether to end the script now.
    """

    deadline_s: float
    confinement: Confinement = field(default_factory=Unconfined)
    stopped: Callable[[], bool] = lambda: False


@dataclass(frozen=True, slots=True)
class Product:
    """What a script that ended well left.

    Attributes:
        files: all of it.
        printed: the last lines that it printed.
    """

    files: tuple[OutputFile, ...]
    printed: tuple[str, ...]


class Supervisor:
    """Runs a function.

    Args:
        description: of the function.
        variables: of the process: ``env:`` references look into them.
        inherited: environment variables that the script sees as well.
        secrets: further ones that no log line may tell.

    Raises:
        InvalidDescription: a provider or a secret is missing.
    """

    def __init__(
        self,
        description: FunctionDescription,
        variables: Mapping[str, str],
        inherited: Mapping[str, str],
        secrets: Sequence[str] = (),
    ) -> None:
        self._description = description
        self._stores = Stores(description, variables)
        self._stores.check()
        own = {name: resolve(text, variables) for name, text in description.secrets.items()}
        self._environment = {**inherited, **description.variables, **own}
        self.mask = SecretMask([*secrets, *self._stores.secrets(), *own.values()])

    def store(self, place: StoragePlace) -> ObjectStore:
        """Return the store that a place of the function lies in."""
        return self._stores.of(place)

    def produce(
        self,
        item: Item,
        folders: Workspace,
        bounds: Bounds,
        log: Log,
        query: Mapping[str, str] | None = None,
    ) -> Product:
        """Fetch an object, run the script on it and return what it left below ``folders``.

        Raises:
            InvalidEvent: the object belongs to none of the function's inputs.
            StorageFailed: it could not be read.
            ScriptFailed: the script did not end well.
            InvalidOutput: what it left cannot be stored.
        """
        mark = uuid.uuid4().hex
        input_file = self._fetch(item, folders)
        stored = item if isinstance(item, StoredObject) else None
        environment = {
            **self._environment,
            **dict(query_variables(query or {})),
            **contract_variables(folders, mark, input_file, stored),
        }
        if "AWS_LAMBDA_REQUEST_ID" not in environment:
            environment["AWS_LAMBDA_REQUEST_ID"] = log.request_id
        script = folders.root / "script.sh"
        script.write_text(self._description.script, encoding="utf-8")
        run = ScriptRun(
            script,
            folders.scratch,
            environment,
            bounds.deadline_s,
            bounds.stopped,
            bounds.confinement,
        )
        printed: deque[str] = deque(maxlen=_LAST_LINES)
        run_script(run, self._lines(log, "stdout", printed), self._lines(log, "stderr", printed))
        return Product(collect(folders.outputs), tuple(printed))

    def deliveries(self, product: Product) -> tuple[Delivery, ...]:
        """Return what of a product goes where, in order.

        Raises:
            InvalidOutput: a path is too long for a key.
        """
        return deliveries(product.files, self._description.outputs)

    def deliver(self, delivery: Delivery, log: Log) -> None:
        """Store a file.

        Raises:
            StorageFailed: it could not be stored.
        """
        place = delivery.output.place
        store = self._stores.of(place)
        path, tags = delivery.file.path, delivery.output.tags
        is_written = store.upload(path, place.bucket, delivery.key, tags)
        log.info(
            "output stored" if is_written else "output was there",
            provider=place.provider,
            bucket=place.bucket,
            key=delivery.key,
            size=delivery.file.size,
        )

    def _fetch(self, item: Item, folders: Workspace) -> Path | None:
        if isinstance(item, Payload):
            path = folders.inputs / f"event-file-{uuid.uuid4()}"
            path.write_bytes(item.content)
            return path
        place = self._description.input_of(item.kinds, item.bucket, item.key)
        if place is None:
            raise InvalidEvent(
                f"object {item.key!r} of bucket {item.bucket!r} belongs to no input of "
                f"{self._description.name!r}"
            )
        if not self._description.download_input:
            return None
        path = folders.inputs / file_name(item.key)
        store = self._stores.of(place)
        store.download(item.bucket, item.key, path, item.version_id, item.etag)
        return path

    def _lines(self, log: Log, stream: str, printed: deque[str]) -> LineStream:
        def say(line: str) -> None:
            printed.append(line)
            log.script(stream, line)

        return LineStream(self.mask, say)
