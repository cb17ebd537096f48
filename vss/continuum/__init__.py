"""Workflows along the cloud continuum: functions at the edge and in AWS, joined by storage."""
