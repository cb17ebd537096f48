"""The stores that a function's inputs and outputs lie in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from supervisor.description import Credentials, FunctionDescription, Provider, StoragePlace
from supervisor.errors import InvalidDescription
from supervisor.object_store import ObjectStore
from supervisor.s3_clients import s3_client
from supervisor.secret_references import resolve

OWN = "s3.default"
"""The store that the function reaches by its own role."""

FindStore = Callable[[StoragePlace], ObjectStore]


class Stores:
    """The stores of a function, each made when it is first asked for.

    Args:
        description: names the providers.
        variables: what ``env:`` references look into.
    """

    def __init__(self, description: FunctionDescription, variables: Mapping[str, str]) -> None:
        self._description = description
        self._variables = variables
        self._made: dict[str, ObjectStore] = {}

    def of(self, place: StoragePlace) -> ObjectStore:
        """Return the store of a place.

        Raises:
            InvalidDescription: its provider is not described, or has no keys.
        """
        if place.provider not in self._made:
            self._made[place.provider] = self._make(place.provider)
        return self._made[place.provider]

    def check(self) -> None:
        """Make all of them now, so that what is missing is told before any work is done.

        Raises:
            InvalidDescription: as `of`.
        """
        for place in (*self._description.inputs, *(o.place for o in self._description.outputs)):
            self.of(place)

    def secrets(self) -> list[str]:
        """Return the keys of all providers."""
        given = [provider.credentials for provider in self._description.providers.values()]
        return [key for keys in given if keys is not None for key in self._keys(keys)]

    def _make(self, name: str) -> ObjectStore:
        provider = self._description.providers.get(name)
        if provider is None and name == OWN:
            provider = Provider()
        if provider is None:
            raise InvalidDescription(f"storage provider {name!r} is not described")
        if provider.credentials is None:
            if name != OWN:
                raise InvalidDescription(
                    f"storage provider {name!r} needs both access_key and secret_key"
                )
            return ObjectStore(s3_client(provider, None), self._description.bucket_owner)
        client = s3_client(provider, self._keys(provider.credentials))
        # Amazon S3, which has no endpoint here, keeps to conditions.
        return ObjectStore(client, looks_first=provider.endpoint is not None)

    def _keys(self, credentials: Credentials) -> tuple[str, str]:
        return (
            resolve(credentials.access_key, self._variables),
            resolve(credentials.secret_key, self._variables),
        )
