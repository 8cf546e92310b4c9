"""The secrets of a demo: drawn once, kept in `var/secrets.env`, readable by its owner only."""

import os
import secrets
from pathlib import Path

NAMES = ("SECRET_KEY", "FIELD_KEYS", "INDEX_KEY", "SIMULATOR_TOKEN", "MQTT_PASSWORD")


def keep(file: Path) -> dict[str, str]:
    """The secrets in `file`; what is missing there is drawn and added."""
    known = read(file)
    missing = {name: secrets.token_urlsafe(36) for name in NAMES if name not in known}
    if missing:
        write(file, {**known, **missing})
    return {**known, **missing}


def read(file: Path) -> dict[str, str]:
    """Names and values of a file of NAME=value lines; empty when there is none."""
    lines = file.read_text().splitlines() if file.exists() else []
    return dict(line.split("=", 1) for line in lines if "=" in line)


def write(file: Path, values: dict[str, str]) -> None:
    """Replace `file` in one step, closed to others from its first byte."""
    draft = file.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.writelines(f"{name}={value}\n" for name, value in values.items())
    draft.replace(file)
