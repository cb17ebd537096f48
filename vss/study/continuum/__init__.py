"""Paper B's evaluation from our own measurements: where the stages of a workflow should run."""
