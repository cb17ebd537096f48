"""Which permissions an API call needs, service by service."""
