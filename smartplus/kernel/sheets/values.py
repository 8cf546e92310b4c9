"""What a cell of a spreadsheet says, as text."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from typing import Any

INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\ufeff"
ZEROS = re.compile(r"0{2,}")


def text_of(cell: Any) -> str:
    """What a cell says, as one would type it: "12" for 12.0, "007" for 7 shown as 007, ISO for dates."""
    value = cell.value
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):
        return _number(value, cell)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return clean(str(value))


def _number(value: float, cell: Any) -> str:
    if isinstance(value, float) and not value.is_integer():
        return format(value, ".15g")
    digits = str(int(value))
    shown = str(getattr(cell, "number_format", ""))
    return digits.zfill(len(shown)) if ZEROS.fullmatch(shown) else digits


def clean(text: str) -> str:
    """Text without control and zero-width characters at its ends, in one Unicode form."""
    if text.isascii():
        return text.replace("_x000D_", "").replace("\x00", "").strip()
    text = unicodedata.normalize("NFC", text.replace("_x000D_", "").replace("\x00", ""))
    return text.strip().strip(INVISIBLE).strip()
