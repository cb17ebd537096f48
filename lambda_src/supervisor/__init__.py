"""Runs a workflow function's shell script on stored objects: the script contract of SCAR and OSCAR.

The same package runs in Lambda functions (layers or image) and on the edge, so it needs the
standard library and boto3 alone, and nothing else of this project. The way of one object::

    events ▶ workspace ▶ download ▶ script ▶ outputs (filter) ▶ upload

The script is run by ``/bin/sh``; it reads ``$INPUT_FILE_PATH``, writes below ``$TMP_OUTPUT_DIR``.
Nothing leaves before it has ended with exit code 0. Then every file that an output's prefix and
suffix let through is stored as ``<output folder>/<path below $TMP_OUTPUT_DIR>``: outputs in the
order of the description, files by path, each object whole or not at all. S3 has no transaction
over several objects, and a marker beside them would trigger the next function; so a delivery that
breaks off fails the run, and the run that follows writes the same keys: what is there with the
same content is left alone, all else is overwritten.
"""
