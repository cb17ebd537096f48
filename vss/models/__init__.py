"""``vss models``: list, fetch and verify the networks of the manifest, of all its model sets.

``pull`` reads as the flow: :mod:`pull` goes through the manifest, a source of :mod:`sources`
(:mod:`http_source` or :mod:`directory_mirror`) delivers each file into a :mod:`part_file`, which
becomes the file of the manifest only after its size and SHA-384 were checked.
"""
