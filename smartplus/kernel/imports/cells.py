"""The cells of a staged row as one text, which lies encrypted in the table."""

from __future__ import annotations

import json
from typing import Any

from .rows import Row


def dump(row: Row) -> str:
    """The cells of a row, what stood where no value could be taken, its plan, what was there, as one text."""
    kept: list[Any] = [row.cells, row.found]
    if row.plan or row.seen is not None:
        kept += [row.plan, row.seen]
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def load(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """(cells, what stood where no value could be taken) from that text."""
    cells, found, *_plan = json.loads(text) if text else ({}, {})
    return cells, found


def plan_in(text: str) -> str:
    """What would be done with the row when it was checked, in words; "" where nobody says."""
    kept = json.loads(text) if text else []
    return str(kept[2]) if len(kept) > 2 else ""


def seen_in(text: str) -> dict[str, str] | None:
    """What was there where the row says something else; None for a row that was not compared."""
    kept = json.loads(text) if text else []
    return kept[3] if len(kept) > 3 else None


def row_of(staged: Any) -> Row:
    """A row on its way again, from the table."""
    text = staged.cells
    cells, found = load(text)
    return Row(staged.number, cells, staged.sheet, found=found, seen=seen_in(text))
