"""Imports: staged rows, uploaded, checked, shown, applied; each step can be repeated after a crash."""

from .importer import Fact, ImportColumn, Importer, importer_called
from .rows import ListedField, Row, RowForm
from .services import apply, cancel, check, run, stage, start, sweep

__all__ = [
    "Fact", "ImportColumn", "Importer", "ListedField", "Row", "RowForm",
    "apply", "cancel", "check", "importer_called", "run", "stage", "start", "sweep",
]  # fmt: skip
