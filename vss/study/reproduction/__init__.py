"""Paper A's second half, from our own measurements: cost, memory, batch size, cold starts."""
