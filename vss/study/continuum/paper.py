"""What paper B says in figures.

"Serverless Workflows for Containerised Applications in the Cloud Continuum", Journal of Grid
Computing 19 (2021), section 4.
"""

from __future__ import annotations

VIDEO_S, IMAGES = 186.0, 37
"""Length of its video, and what is taken of it: an image every five seconds."""

ANONYMISE_S_PER_MINUTE = 65.0

# Figure 7, means of five runs, s.
LOCAL_ANONYMISE_S, LOCAL_MASKS_S = 206.4, 111.4
HYBRID_ANONYMISE_S, HYBRID_MASKS_S = 227.4, 19.6
FIRST_ANONYMISE, FIRST_MASKS = 0.13, 0.10
"""By what share the first run took longer on a new node, at most."""

UPLOAD_S = (HYBRID_ANONYMISE_S - LOCAL_ANONYMISE_S) / IMAGES
"""Of an image to Amazon S3: what the first stage takes longer where it sends its images there."""

# The mask function at 1,024 MB: billed time, and its price.
MEMORY_MB = 1024
COLD_MS, COLD_USD = 12_908.0, 0.00021556
WARM_MS, WARM_USD = 2_123.0, 0.00003545
VIDEO_WARM_USD, VIDEO_COLD_USD = 0.00131165, 0.00797572

# The cluster.
NODES, SLOTS = 5, 3
"""Nodes at most, one of them at the beginning; jobs at a time on each."""
