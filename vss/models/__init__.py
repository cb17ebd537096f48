"""``vss models``: list, fetch and verify the networks of the model catalogue.

``pull`` reads as the flow: :mod:`pull` goes through the catalogue, a source of :mod:`sources`
(:mod:`http_source` or :mod:`directory_mirror`) delivers each file into a :mod:`part_file`, which
becomes the file of the catalogue only after its size and SHA-384 were checked.
"""
