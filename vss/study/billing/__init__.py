"""What the resources of a template are billed for: one module a service."""
