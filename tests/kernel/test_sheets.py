"""Spreadsheets: what is read, what is refused and with which words, and that text stays text."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.utils.safestring import SafeString
from openpyxl import Workbook, load_workbook

from smartplus.kernel.sheets import Limits, SheetError, read
from smartplus.kernel.sheets.templates import marked, template
from smartplus.kernel.sheets.writer import Sheet, file_name, sheet_name, write


@dataclass(frozen=True)
class Col:
    """A column of a template."""

    label: str
    name: str
    optional: bool = False
    example: str = ""
    key: bool = False
    digits: bool = False
    also: tuple[str, ...] = ()

    def rule(self) -> str:
        """What may stand there."""
        return "Anything."


COLUMNS = (Col("Building", "building"), Col("Apt", "apt"), Col("PIN", "pin"))
HEAD = ("Building", "Apt", "PIN")


def book(*lines: Any, prepare: Any = None) -> BytesIO:
    """A workbook with these rows."""
    made = Workbook()
    for line in lines:
        made.active.append(line)
    if prepare:
        prepare(made)
    return saved(made)


def saved(made: Workbook) -> BytesIO:
    """The bytes of a workbook."""
    file = BytesIO()
    made.save(file)
    file.seek(0)
    return file


def cells(file: BytesIO) -> list[dict[str, str]]:
    """The cells of the rows that were read."""
    return [row.cells for row in read(file, COLUMNS).rows]


def refusal(file: BytesIO, limits: Limits | None = None) -> str:
    """Why a file is refused."""
    with pytest.raises(SheetError) as caught:
        read(file, COLUMNS, limits)
    return caught.value.message


def repacked(file: BytesIO, **members: bytes) -> BytesIO:
    """The same package with members replaced or added; a name's slashes are written as two underscores."""
    names = {name.replace("__", "/"): content for name, content in members.items()}
    out = BytesIO()
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            if info.filename not in names:
                target.writestr(info, source.read(info))
        for name, content in names.items():
            target.writestr(name, content)
    out.seek(0)
    return out


def test_values_are_read_as_one_would_type_them() -> None:
    def zeros(made: Workbook) -> None:
        made.active["C2"].number_format = "0000"

    file = book(
        HEAD, ("North", 12.0, 7), (" Ost\u200b ", 1.5, True),
        (date(2026, 11, 20), time(9, 5), datetime(2026, 1, 2, 3, 4)),
        ("Zu\u0308rich", "007", "\u00a0904172 "), prepare=zeros,
    )  # fmt: skip
    assert cells(file) == [
        {"building": "North", "apt": "12", "pin": "0007"},
        {"building": "Ost", "apt": "1.5", "pin": "1"},
        {"building": "2026-11-20", "apt": "09:05", "pin": "2026-01-02 03:04"},
        {"building": "Zürich", "apt": "007", "pin": "904172"},
    ]


def test_blank_rows_and_columns_do_not_count() -> None:
    file = book(HEAD, ("A", "1", None, None, None), (), (None, " ", "  "), ("B", "2"), *[(None,) * 30] * 50)
    read_rows = read(file, COLUMNS).rows
    assert [(row.number, row.cells["building"]) for row in read_rows] == [(2, "A"), (5, "B")]


def test_the_header_is_found_below_a_title_whatever_its_case_and_spaces() -> None:
    file = book(("Residents of Lindenhof",), (), ("apt ", " b u i l d i n g", "Pin *"), ("1", "A", "44"))
    found = read(file, COLUMNS)
    assert found.rows[0].cells == {"building": "A", "apt": "1", "pin": "44"}
    assert found.letters == {"apt": "A", "building": "B", "pin": "C"}


def test_the_first_sheet_that_fits_is_read_and_others_are_named() -> None:
    def more(made: Workbook) -> None:
        made.active.title = "Notes"
        second = made.create_sheet("Residents")
        second.append(HEAD)
        second.append(("A", "1", "2"))

    found = read(book(("anything",), prepare=more), COLUMNS)
    assert found.name == "Residents"
    assert found.notices == ["Not read: sheet “Notes”."]


def test_hidden_sheets_are_left_alone() -> None:
    def hide(made: Workbook) -> None:
        made.active.sheet_state = "hidden"
        shown = made.create_sheet("Residents")
        shown.append(HEAD)
        shown.append(("B", "2", "3"))
        made.active = 1

    found = read(book(HEAD, ("A", "1", "2"), prepare=hide), COLUMNS)
    assert [row.cells["building"] for row in found.rows] == ["B"]
    assert found.notices == ["Not read: sheet “Sheet”."]


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (("Building", "PIN"), "This column is missing: Apt."),
        (("Building", "Apt", "PIN", "Colour", "Size"), "These columns are unknown: Colour, Size."),
        (("Building", "Apt", "PIN", "apt"), "This column is there twice: Apt."),
        (("x", "y"), "No sheet has the header"),
        ((), "No sheet has the header"),
    ],
)
def test_a_wrong_header_is_named(head: Any, words: str) -> None:
    assert words in refusal(book(head, ("1", "2", "3")))


def test_a_column_may_be_optional_and_our_own_errors_column_is_ignored() -> None:
    columns = (*COLUMNS[:2], Col("PIN", "pin", optional=True))
    file = book(("Building", "Apt", "Errors"), ("A", "1", "PIN: wrong"))
    assert read(file, columns).rows[0].cells == {"building": "A", "apt": "1"}


def test_formulas_and_errors_are_refused_with_their_cell() -> None:
    def broken(made: Workbook) -> None:
        made.active["B3"] = "#N/A"

    file = book(HEAD, ("A", "=1+1", "2"), ("B", "x", "3"), prepare=broken)
    first, second = read(file, COLUMNS).rows
    assert [(one.name, one.value, one.reason) for one in first.problems] == [
        ("apt", "=1+1", "A formula; paste the value.")
    ]
    assert second.problems[0].name == "apt"
    assert first.cells["apt"] == ""


def test_text_that_looks_like_a_formula_is_text() -> None:
    def text(made: Workbook) -> None:
        made.active["A2"].value = "=A1"
        made.active["A2"].data_type = "s"

    assert cells(book(HEAD, ("x", "1", "2"), prepare=text))[0]["building"] == "=A1"


def test_merged_cells_are_refused_with_their_range() -> None:
    def merge(made: Workbook) -> None:
        made.active.merge_cells("B3:B4")

    rows = read(book(HEAD, ("A", "1"), ("B", "2"), ("C", "3"), ("D", "4"), prepare=merge), COLUMNS).rows
    assert [[one.value for one in row.problems] for row in rows] == [[], ["B3:B4"], ["B3:B4"], []]
    assert "B3:B4" in rows[1].problems[0].reason


def test_a_merged_header_is_refused() -> None:
    def merge(made: Workbook) -> None:
        made.active.merge_cells("C1:D1")

    assert "merged" in refusal(book(HEAD, ("A", "1", "2"), prepare=merge))


def test_merged_cells_above_the_header_do_no_harm() -> None:
    def merge(made: Workbook) -> None:
        made.active.merge_cells("A1:C1")

    assert len(cells(book(("A title",), HEAD, ("A", "1", "2"), prepare=merge))) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not an Excel workbook"),
        (b"%PDF-1.7 something", "not an Excel workbook"),
        (b"Building;Apt;PIN\r\nA;1;2\r\n", "not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
        (b"PK\x03\x04 and then nothing", "damaged"),
    ],
)
def test_what_is_no_workbook_is_told_so(content: bytes, words: str) -> None:
    assert words in refusal(BytesIO(content))


def test_an_opendocument_and_a_word_file_are_told_apart() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("content.xml", "<x/>")
    assert "OpenDocument" in refusal(out)
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("[Content_Types].xml", "<x/>")
        package.writestr("word/document.xml", "<x/>")
    assert "not an Excel workbook" in refusal(out)


def test_50_megabytes_are_refused_unread() -> None:
    file = BytesIO(b"PK")
    file.seek(50 * 1024 * 1024)
    file.write(b"\0")
    assert refusal(file) == "The file has 50 MB; at most 10 MB."


def test_a_bomb_is_refused_unopened() -> None:
    bomb = repacked(book(HEAD, ("A", "1", "2")), xl__media__a=b"\0" * 30_000_000)
    assert len(bomb.getvalue()) < 200_000
    assert "unpacks to far more" in refusal(bomb)
    assert "unpacks to far more" in refusal(book(HEAD, ("A", "1", "2")), Limits(members=3))
    assert "unpacks to far more" in refusal(book(HEAD, ("A", "1", "2")), Limits(unpacked=500))


def test_a_member_that_lies_about_its_size_is_refused() -> None:
    file = book(HEAD, ("A", "1", "2"))
    data = bytearray(file.getvalue())
    name = data.rindex(b"xl/workbook.xml") - 46 + 24
    data[name : name + 4] = (5).to_bytes(4, "little")
    assert refusal(BytesIO(bytes(data)))


@pytest.mark.parametrize(
    "start",
    [
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>',
        b'<?xml version="1.0"?><!--' + b"x" * 1_100_000 + b'--><!DOCTYPE x [<!ENTITY a "aaaa">]>',
        b'<?xml version="1.0" encoding="utf-7"?>',
        "\ufeff<?xml version='1.0'?><!DOCTYPE x>".encode("utf-16"),
    ],
)
def test_entities_and_odd_encodings_are_refused(start: bytes) -> None:
    file = book(HEAD, ("A", "1", "2"))
    with zipfile.ZipFile(file) as package:
        sheet = package.read("xl/worksheets/sheet1.xml")
    changed = repacked(file, **{"xl__worksheets__sheet1.xml": start + sheet.split(b"?>", 1)[-1]})
    assert "Copy the rows into a new workbook." in refusal(changed)


def test_too_many_rows_are_refused() -> None:
    assert "At most 2 rows" in refusal(book(HEAD, *[("A", "1", "2")] * 3), Limits(rows=2))


def test_a_lonely_cell_at_the_end_of_the_sheet_is_found() -> None:
    def far(made: Workbook) -> None:
        made.active.cell(row=60_000, column=1, value="Z")

    assert [row.number for row in read(book(HEAD, ("A", "1", "2"), prepare=far), COLUMNS).rows] == [2, 60_000]


def test_a_file_saved_by_libreoffice_is_read() -> None:
    """Title, merged cells, a formula, leading zeros, a date, names in other scripts, formatted columns."""
    columns = (*COLUMNS, Col("Joined", "joined"))
    with (Path(__file__).parent / "files" / "saved-by-libreoffice.xlsx").open("rb") as file:
        found = read(file, columns)
    assert [(row.number, *row.cells.values()) for row in found.rows] == [
        (3, "North", "0101", "0007", "2026-11-20"),
        (4, "", "102", "8", ""),
        (6, "Юг 🏠", "دانیال", "12", "x"),
        (7, "M", "1", "", ""),
        (8, "", "2", "", ""),
    ]
    assert [[one.value for one in row.problems] for row in found.rows] == [
        [],
        ["=1+1"],
        [],
        ["A7:A8"],
        ["A7:A8"],
    ]


def test_progress_is_told_on_the_way() -> None:
    heard: list[int] = []
    read(book(HEAD, *[("A", "1", "2")] * 1200), COLUMNS, progress=heard.append)
    assert heard == [500, 1000]


def written(*sheets: Sheet) -> Any:
    """What a reader finds in a written workbook."""
    file = BytesIO()
    write(file, sheets)
    file.seek(0)
    return load_workbook(file)


def test_nothing_that_is_written_is_a_formula() -> None:
    risky = ["=1+1", "+45 12", "-1", "@SUM(A1)", "\tx", "\rx", "#N/A", '=HYPERLINK("http://x")', "  =1"]
    page = written(Sheet("S", ["Text", "=head"], [(text, "") for text in risky])).active
    found = [row[0] for row in page.iter_rows(min_row=2)]
    assert [cell.data_type for cell in found] == ["s"] * len(risky)
    assert found[0].value == "=1+1"
    assert found[0].quotePrefix
    assert page["B1"].data_type == "s"


def test_values_are_written_as_what_they_are() -> None:
    moment = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    line = (
        5,
        1.5,
        moment,
        date(2026, 1, 2),
        True,
        None,
        SafeString("<b>x</b>"),
        "a\x00b\x1f",
        10**18,
        "x" * 40_000,
    )
    row = list(written(Sheet("S", ["a"], [line])).active.iter_rows(min_row=2, values_only=True))[0]
    assert row[:6] == (5, 1.5, datetime(2026, 11, 20, 8, 0), datetime(2026, 1, 2), "Yes", None)
    assert row[6:9] == ("x", "ab", str(10**18))
    assert len(row[9]) == 32_767


def test_names_of_sheets_and_files_are_harmless() -> None:
    assert sheet_name("a/b:[c]*?" + "x" * 40) == "a b  c   " + "x" * 22
    assert sheet_name("///") == "Sheet"
    assert file_name('../../etc/pass"wd\r\n') == "etc pass wd.xlsx"
    assert file_name("") == "table.xlsx"


def test_a_template_has_its_columns_as_text_and_a_help_sheet() -> None:
    made = written(*template("Residents", COLUMNS, [{"building": "A", "pin": "007", "apt": ["1", "2"]}]))
    assert made.sheetnames == ["Residents", "Help"]
    assert [cell.value for cell in made["Residents"][1]] == list(HEAD)
    assert [cell.value for cell in made["Residents"][2]] == ["A", "1;2", "007"]
    assert made["Residents"].column_dimensions["C"].number_format == "@"
    assert [cell.value for cell in made["Help"][2]] == ["Building", "Anything.", None]
    file = BytesIO()
    write(file, template("Residents", COLUMNS, [{"building": "A", "pin": "007", "apt": "1"}]))
    assert cells(file) == [{"building": "A", "apt": "1", "pin": "007"}]


def test_errors_come_back_marked_and_the_file_can_be_imported_again() -> None:
    columns = [{"name": one.name, "label": one.label} for one in COLUMNS]
    errors = [
        {"name": "pin", "column": "PIN", "reason": "Too short."},
        {"name": "", "column": "", "reason": "Odd."},
    ]
    sheets = marked("Residents", columns, [({"building": "A", "apt": "=1", "pin": "9"}, errors)])
    file = BytesIO()
    write(file, sheets)
    page = load_workbook(file).active
    assert [cell.value for cell in page[2]] == ["A", "=1", "9", "PIN: Too short. Odd."]
    assert page["C2"].fill.fgColor.rgb == "FFF9DEDC"
    file.seek(0)
    assert cells(file) == [{"building": "A", "apt": "=1", "pin": "9"}]
