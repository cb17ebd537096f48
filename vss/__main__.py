"""``python -m vss``."""

from vss.cli import main

main()
