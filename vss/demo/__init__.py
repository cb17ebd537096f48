"""``make demo``: the whole way, from camera images to records, in the local AWS."""
