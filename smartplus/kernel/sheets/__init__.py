"""Spreadsheets in and out, the same way everywhere: .xlsx of Excel and LibreOffice, never a formula."""

from .guard import Limits, SheetError
from .heads import SheetColumn
from .reader import CellProblem, OpenSheet, ReadSheet, SheetRow, open_sheet, read
from .writer import sheet_response, write

__all__ = [
    "CellProblem", "Limits", "OpenSheet", "ReadSheet", "SheetColumn", "SheetError", "SheetRow", "open_sheet",
    "read", "sheet_response", "write",
]  # fmt: skip
