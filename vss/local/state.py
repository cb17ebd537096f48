"""What is remembered of the local AWS between commands: one file, readable by its owner alone."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import boto3
from deep_learning.errors import ConfigurationError

from vss.paths import REPOSITORY

ACCOUNT = "123456789012"
REGION = "eu-west-1"
# Another folder is another local AWS beside this one.
FOLDER = Path(os.environ.get("VSS_LOCAL_FOLDER", REPOSITORY / "build" / "local")).resolve()


@dataclass(frozen=True, slots=True)
class LocalState:
    """A running local AWS.

    Attributes:
        endpoint: base address of the emulated AWS APIs.
        access_key_id: of the deployer, who may do everything.
        secret_access_key: likewise; made anew for each start.
        api_pid: process of the emulated control plane.
        data_plane_pid: process that runs the functions; None until something is deployed.
        stage: the stage that is deployed; None until then.
    """

    endpoint: str
    access_key_id: str
    secret_access_key: str
    api_pid: int
    data_plane_pid: int | None = None
    stage: str | None = None

    @classmethod
    def read(cls, folder: Path = FOLDER) -> Self | None:
        """Return the state kept in ``folder``, None where nothing runs.

        Raises:
            ConfigurationError: the file is not one of ours.
        """
        path = folder / "state.json"
        try:
            return cls(**json.loads(path.read_text("utf-8")))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError) as error:
            raise ConfigurationError(
                f"{path} cannot be read ({error}); `vss local down` and remove it"
            ) from error

    def session(self) -> boto3.Session:
        """Return a session with the deployer's credentials."""
        return boto3.Session(
            aws_access_key_id=self.access_key_id,
            aws_secret_access_key=self.secret_access_key,
            region_name=REGION,
        )

    def write(self, folder: Path = FOLDER) -> None:
        """Keep the state in ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "state.json"
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        # It holds the credentials of the local deployer.
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            json.dump(asdict(self), file)
        part.replace(path)

    @staticmethod
    def forget(folder: Path = FOLDER) -> None:
        """Remove the state of ``folder``."""
        (folder / "state.json").unlink(missing_ok=True)
