"""The algorithms of the pipeline: camera cover, body pose, faces, identification.

Does no I/O; `pipeline.py` reads as the flow from a decoded frame to its findings.
"""
