"""Spreadsheets in and out, the same way everywhere: .xlsx of Excel and LibreOffice, never a formula."""

from .guard import Limits, SheetError
from .reader import CellProblem, ReadSheet, SheetColumn, SheetRow, read
from .writer import sheet_response, write

__all__ = [
    "CellProblem", "Limits", "ReadSheet", "SheetColumn", "SheetError", "SheetRow", "read",
    "sheet_response", "write",
]  # fmt: skip
