"""What a reader must know of the networks behind a result."""

from __future__ import annotations

from collections.abc import Iterable

from business_logic.record import Json


def model_set_notice(name: str, knows: str | None) -> str | None:
    """Say in one line how little the set ``name`` knows and how to get more, None for a real one.

    Args:
        name: the model set.
        knows: all that its networks know, as the manifest says it.
    """
    if knows is None:
        return None
    return (
        f"Model set {name} knows {knows}; for real people: `vss models pull`, then model_set omz."
    )


def notices_of(records: Iterable[Json]) -> list[str]:
    """Return the notice of each model set that ``records`` come from, those of real ones left out.

    They carry all that is said: a record may come from a deployment of another manifest.
    """
    sets = [record["model_set"] for record in records]
    notices = (model_set_notice(found["name"], found["knows"]) for found in sets)
    return list(dict.fromkeys(notice for notice in notices if notice is not None))
