"""How long an invocation takes at a memory: the measured figures, and what is made of them.

The figures are those of docs/performance.md, from a machine of 2 cores; none was measured on AWS.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

# Memory that buys one vCPU (Lambda developer guide, "Configure Lambda function memory").
VCPU_MB = Decimal(1769)
SOURCES = (
    "an image: 24.4 ms on one core (docs/performance.md, Speed: one person, 1920 x 1080), "
    "3.9 ms beside its pipeline (Cold starts: a warm invocation)",
    "S3 answers in 30 ms (GET) and 40 ms (PUT): assumed as in docs/performance.md, The deployed "
    "system; read ahead, write behind",
    "INIT by memory: docs/performance.md, Cold starts (global scope, bytecode, no blobs; two "
    "loading threads from 1,769 MB)",
)
_IMAGE_MS = Decimal("24.4") + Decimal("3.9")
GET_MS, PUT_MS = Decimal(30), Decimal(40)
# Networks and gallery, which local scope loads in each invocation; S3 client and gallery alone,
# which a restored snapshot opens anew; at one vCPU.
_LOCAL_SCOPE_MS, _CONNECT_MS = Decimal(543 + 74), Decimal(76)
_INIT_MS = {512: 3727, 704: 2516, 1024: 1713, 1536: 1167, 1769: 1008, 3008: 785}
# Beyond it Lambda starts again inside the first invocation, and both are billed.
_INIT_LIMIT_MS = Decimal(10_000)
# Decode, look, draw and encode an image of 1920 x 1080 at one vCPU, networks of the set "masks":
# docs/performance.md, Mask detection.
MASKS_MS = Decimal(35)
# A photograph takes about as long as an image; S3 is asked five times, one after the other.
_ENROLMENT_S3_MS = 2 * GET_MS + 3 * PUT_MS


def share(memory_mb: int) -> Decimal:
    """Return the part of one core that a memory buys; one thread uses no more than one."""
    return min(Decimal(1), memory_mb / VCPU_MB)


def batch_ms(images: Decimal, memory_mb: int, *, local_scope: bool = False) -> Decimal:
    """Return the duration of a warm invocation.

    The gallery's index is asked for, then the first image; from then on the slowest of reading,
    analysing and writing sets the pace.

    Args:
        images: in the batch, 1 or more.
        memory_mb: of the function.
        local_scope: networks are loaded inside each invocation.
    """
    analysis_ms = _IMAGE_MS / share(memory_mb)
    pace_ms = max(analysis_ms, GET_MS, PUT_MS)
    loading_ms = _LOCAL_SCOPE_MS / share(memory_mb) if local_scope else Decimal(0)
    return loading_ms + 2 * GET_MS + analysis_ms + (images - 1) * pace_ms + PUT_MS


def enrolment_ms(memory_mb: int) -> Decimal:
    """Return the duration of a warm invocation that enrols one photograph."""
    return _IMAGE_MS / share(memory_mb) + _ENROLMENT_S3_MS


def masks_ms(memory_mb: int) -> Decimal:
    """Return the duration of a warm invocation that looks for masks in one image.

    The image is read, its results are written one after the other.
    """
    return MASKS_MS / share(memory_mb) + GET_MS + 2 * PUT_MS


def restore_ms(memory_mb: int) -> Decimal:
    """Return what runs after a restore from a snapshot."""
    return _CONNECT_MS / share(memory_mb)


def init_ms(memory_mb: int, *, local_scope: bool = False) -> Decimal:
    """Return the billed time of an environment's start.

    Between two measured memories it is linear in the reciprocal of the memory; below the least it
    grows as the share of a core shrinks, above the largest it stays.
    """
    started_ms = _measured_init_ms(memory_mb)
    if local_scope:
        started_ms = max(started_ms - _LOCAL_SCOPE_MS / share(memory_mb), Decimal(0))
    return started_ms if started_ms <= _INIT_LIMIT_MS else _INIT_LIMIT_MS + started_ms


def _measured_init_ms(memory_mb: int) -> Decimal:
    least, largest = min(_INIT_MS), max(_INIT_MS)
    if memory_mb <= least:
        return Decimal(_INIT_MS[least]) * least / memory_mb
    if memory_mb >= largest:
        return Decimal(_INIT_MS[largest])
    low, high = next(pair for pair in pairwise(sorted(_INIT_MS)) if pair[1] >= memory_mb)
    x, x_low, x_high = 1 / Decimal(memory_mb), 1 / Decimal(low), 1 / Decimal(high)
    part = (x - x_high) / (x_low - x_high)
    return _INIT_MS[high] + part * (_INIT_MS[low] - _INIT_MS[high])
