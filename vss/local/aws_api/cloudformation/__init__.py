"""CloudFormation: templates deployed resource by resource through the ordinary AWS APIs.

Moto's own engine drops properties and ignores failures; only its API layer is used.
"""
