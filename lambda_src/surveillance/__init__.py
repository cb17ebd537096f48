"""The surveillance function: from a batch of stored images to their records and alerts."""

from time import perf_counter

STARTED_S = perf_counter()
"""When Lambda imported the function, before any library: the start of the initialisation."""
