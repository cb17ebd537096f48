"""After a deployment: does every resource of the templates exist, with its properties?

Stock moto prints success while resources are missing; so nobody is believed here. Each resource is
asked for through the ordinary AWS API, and each of its properties compared.
"""

from vss.local.verification.verify import Problem, verify, verify_resources

__all__ = ["Problem", "verify", "verify_resources"]
