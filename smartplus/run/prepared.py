"""Whether `manage.py prepare` has anything to do: its two seconds are most of a second start."""

import hashlib
from pathlib import Path

from smartplus.run.places import BASE

PARTS = ("*/migrations/*.py", "*/*/migrations/*.py", "static/**/*", "requirements*.txt")


def state(*choices: object) -> str:
    """A mark of all that `prepare` reads: migrations, static files, packages, and the choices of the
    stack. The demo's data are loaded once and not part of it."""
    mark = hashlib.sha256(repr(choices).encode())
    for part in PARTS:
        for file in sorted(BASE.glob(part)):
            if file.is_file():
                stat = file.stat()
                mark.update(f"{file.relative_to(BASE)} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return mark.hexdigest()


def is_noted(var: Path, mark: str) -> bool:
    """Whether the data in `var` were prepared from the same state."""
    note = var / "prepared"
    return note.exists() and note.read_text() == mark


def note(var: Path, mark: str) -> None:
    """Remember that they are."""
    (var / "prepared").write_text(mark)
