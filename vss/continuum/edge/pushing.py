"""Lets the stores of the services push their events to a runner, as long as it works."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress

from supervisor.description import Provider, StoragePlace
from supervisor.errors import StorageFailed
from supervisor.object_store import ObjectStore
from supervisor.s3_clients import s3_client
from supervisor.secret_references import resolve

from vss.continuum.edge.notifications import Take, receiving
from vss.continuum.edge.services import EdgeService
from vss.continuum.edge.subscription import subscribe, unsubscribe


@contextmanager
def pushed(
    services: Sequence[EdgeService],
    variables: Mapping[str, str],
    take: Take,
    address: tuple[str, int],
    say: Callable[[str], None],
) -> Iterator[None]:
    """Receive events until the ``with`` block ends; a store that pushes none is looked at only.

    Args:
        services: of the runner.
        variables: environment of this process; secrets are looked up in it.
        take: remembers the objects of an event.
        address: host and port to listen on, by which the stores reach this machine.
        say: told which stores push, and why others do not.

    Raises:
        OSError: the address cannot be listened on.
    """
    with receiving(take, *address) as url, ExitStack() as until_then:
        for service in services:
            for place in service.description.inputs:
                provider = service.description.providers.get(place.provider)
                if provider is None or provider.endpoint is None or provider.credentials is None:
                    say(f"{place.provider} is looked at: Amazon S3 pushes to no such address")
                    continue
                given = provider.credentials
                keys = resolve(given.access_key, variables), resolve(given.secret_key, variables)
                name = f"vss-edge-{service.name}"
                if _subscribed(provider, keys, place, name, url, say):
                    until_then.callback(_unsubscribe, provider, keys, place, name)
        yield


def _subscribed(
    provider: Provider,
    keys: tuple[str, str],
    place: StoragePlace,
    name: str,
    url: str,
    say: Callable[[str], None],
) -> bool:
    try:
        subscribe(ObjectStore(s3_client(provider, keys)), provider, keys, place, name, url)
    except StorageFailed as error:
        say(f"{place.provider} is looked at: it does not push ({error})")
        return False
    say(f"{place.provider} pushes what is new in {place.bucket}/{place.folder}".rstrip("/"))
    return True


def _unsubscribe(provider: Provider, keys: tuple[str, str], place: StoragePlace, name: str) -> None:
    # A store that is out of reach goes on pushing to nobody, until the next runner is there.
    with suppress(StorageFailed):
        unsubscribe(ObjectStore(s3_client(provider, keys)), provider, keys, place, name)
