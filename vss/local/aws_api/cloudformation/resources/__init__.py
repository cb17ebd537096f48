"""The resource types of our templates and of the CDK's bootstrap template, one module a service."""
