"""A local AWS on one machine: the synthesized app deployed by the stock CDK CLI and run for real.

Emulated are the control plane and KMS; see ``docs/operations.md``.
"""
