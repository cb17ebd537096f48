"""Services on OSCAR clusters (up to 4.1), through the cluster's REST API."""
