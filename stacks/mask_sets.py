"""Which networks find masks: they are in sets of their own, beside those of a stage."""

from __future__ import annotations

_MASK_SETS = {"demo": "demo-masks", "omz": "masks"}


def mask_set(model_set: str) -> str:
    """Return the set of networks of the mask function in a stage with ``model_set``."""
    return _MASK_SETS.get(model_set, model_set)
