"""The cells of a staged row as one text, which lies encrypted in the table."""

from __future__ import annotations

import json
from typing import Any

from .rows import Row


def dump(row: Row) -> str:
    """The cells of a row, and what stood where no value could be taken, as one text."""
    return json.dumps([row.cells, row.found], ensure_ascii=False, separators=(",", ":"))


def load(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """(cells, what stood where no value could be taken) from that text."""
    cells, found = json.loads(text) if text else ({}, {})
    return cells, found


def row_of(staged: Any) -> Row:
    """A row on its way again, from the table."""
    cells, found = load(staged.cells)
    return Row(staged.number, cells, staged.sheet, found=found)
