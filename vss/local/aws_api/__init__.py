"""The emulated AWS APIs: the moto server, extended where it drops or lacks what our templates use.

Run as ``python -m vss.local.aws_api``. What is changed in moto, and why, stands in one place:
:mod:`vss.local.aws_api.moto_changes`.
"""
