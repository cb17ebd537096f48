"""``make demo-continuum``: the reference workflow, both halves on this machine."""
