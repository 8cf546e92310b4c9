"""Headings that are known by several names, and what is said where two of them mean one column."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from smartplus.kernel.imports import ImportColumn, Importer
from smartplus.kernel.sheets import SheetError, read
from smartplus.kernel.sheets.templates import template

COLUMNS = (
    ImportColumn("Unit", "unit", also=("Unit no", "Apartment")),
    ImportColumn("Email", "email", also=("Email address",)),
    ImportColumn("To", "end", optional=True, also=("Move-out date",)),
)


def table(head: str, others: bool = False) -> Any:
    """A table of one row below this header."""
    return read(BytesIO(f"{head}\n1,2,3,4".encode()), COLUMNS, csv=True, others=others)


@pytest.mark.parametrize(
    "head",
    ["Unit,Email,To", "UNIT #,E-Mail,to:", "Apartment,E-mail Address *,MOVE OUT DATE", "unit_no.,e mail,To"],
)
def test_a_heading_is_known_by_several_names_in_any_writing(head: str) -> None:
    found = table(head)
    assert found.rows[0].cells == {"unit": "1", "email": "2", "end": "3"}
    assert found.letters == {"unit": "A", "email": "B", "end": "C"}


@pytest.mark.parametrize("others", [False, True])
@pytest.mark.parametrize(
    ("head", "words"),
    [
        (
            "Unit,Apartment,Email",
            "These headings all mean the column Unit: Unit, Apartment. Keep one, rename",
        ),
        ("Unit,To,Move-out date,Email", "mean the column To: To, Move-out date."),
        ("Unit,Email,E-mail", "This column is there twice: Email."),
        ("Unit,Unit,Email,Email", "These columns are there twice: Unit, Email."),
        ("Apartment,Move out date", "This column is missing: Email."),
    ],
)
def test_two_headings_of_one_column_are_named_never_guessed(head: str, words: str, others: bool) -> None:
    with pytest.raises(SheetError) as refused:
        table(head, others)
    assert words in refused.value.message


def test_the_help_sheet_says_what_else_is_read() -> None:
    _sheet, help_sheet = template("Leases", COLUMNS)
    (_label, rule, _example), *_more = help_sheet.rows
    assert rule.endswith("Other headings that are read: Unit no, Apartment.")


def test_an_importer_says_which_of_its_methods_is_missing() -> None:
    class Bare(Importer):
        """Nothing but a class."""

    with pytest.raises(NotImplementedError, match="Bare does not say what is there"):
        Bare().export(None, {})  # type: ignore[arg-type]
