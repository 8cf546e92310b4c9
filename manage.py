#!/usr/bin/env python
"""Django's commands. Beside a running demo they use its services and secrets, unless told otherwise."""

import os
import sys
from pathlib import Path


def _join_the_demo() -> None:
    """Take over what the running demo noted down, when nothing says which database to use."""
    note = Path(os.environ.get("VAR", Path(__file__).parent / "var")) / "demo.env"
    if "DATABASE_URL" in os.environ or "DATABASE_URL_FILE" in os.environ or not note.is_file():
        return
    for line in note.read_text().splitlines():
        name, _, value = line.partition("=")
        os.environ.setdefault(name, value)


def main() -> None:
    _join_the_demo()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartplus.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
