"""The version of the software, written into every record."""

__version__ = "0.1.0"
