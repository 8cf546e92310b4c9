"""Tables as CSV: what is read, what is refused and with which words."""

from __future__ import annotations

from io import BytesIO

import pytest

from smartplus.kernel.sheets import Limits, SheetError, read
from tests.kernel.test_sheets import COLUMNS, book


@pytest.mark.parametrize(
    "content",
    [
        "Building;Apt;PIN\r\nA;007;=1+1\r\n\r\nÄ;8;\r\n",
        "\ufeffBuilding,Apt,PIN\nA,007,=1+1\n\nÄ,8\n",
        'pin\tbuilding\tAPT *\n=1+1\t"A"\t007\n\n\tÄ\t8\n',
    ],
)
def test_csv_is_read_as_it_is_typed(content: str) -> None:
    found = read(BytesIO(content.encode()), COLUMNS, csv=True)
    assert [(row.number, row.cells, row.problems) for row in found.rows] == [
        (2, {"building": "A", "apt": "007", "pin": "=1+1"}, []),
        (4, {"building": "Ä", "apt": "8", "pin": ""}, []),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "neither an Excel workbook nor CSV"),
        (b"%PDF-1.7 something", "neither"),
        ("Building;Apt;PIN\nÄ;1;2".encode("latin-1"), "UTF-8"),
        ("Building;Apt;PIN\nA;1;2".encode("utf-16"), "UTF-8"),
        (b"Building;PIN\nA;1", "This column is missing: Apt."),
        (b"x;y\n1;2", "no line with these columns: Building, Apt, PIN"),
        (b'Building;Apt;PIN\nA;"1" x;2', "Line 2"),
        (b'Building;Apt;PIN\nA;"1;2', "Line 2"),
        (b"Building;Apt;PIN\n" + b"A;1;2\n" * 4, "At most 3 rows"),
        (b"Building;Apt;PIN\nA;" + b"1" * 200_000, "Line 2"),
        (b"Building;Apt;PIN\n" + b";" * 300, "more than 200 columns"),
        (b"Building;Apt;PIN\n" + b"A;1;2\n" * 200_000, "at most"),
        (b"PK\x03\x04 and then nothing", "damaged"),
    ],
)
def test_csv_that_cannot_be_read_says_why(content: bytes, words: str) -> None:
    with pytest.raises(SheetError) as error:
        read(BytesIO(content), COLUMNS, Limits(rows=3, packed=1_000_000), csv=True)
    assert words in error.value.message


def test_columns_nobody_knows_are_left_out_where_they_may_be() -> None:
    found = read(BytesIO(b"Building,Rent,Apt,PIN,Note\nA,900,1,2,x"), COLUMNS, csv=True, others=True)
    assert (found.rows[0].cells, found.letters["apt"]) == ({"building": "A", "apt": "1", "pin": "2"}, "C")
    assert found.notices == ["Not read: columns Rent, Note."]
    file = book(("Building", "Apt", "PIN", "Rent"), ("A", "1", "2", "900"))
    assert read(file, COLUMNS, others=True).notices == ["Not read: column Rent."]
