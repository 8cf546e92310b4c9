"""Is this file a spreadsheet that is safe to open? Asked before any parser sees it."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from ..words import _

OLD_OFFICE = b"\xd0\xcf\x11\xe0"
CHUNK = 1 << 20
OVERLAP = 256
DECLARED = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["']([A-Z]+[0-9]+:[A-Z]+[0-9]+)["']""")
ENCODINGS = {b"utf-8", b"utf8", b"us-ascii", b"iso-8859-1"}


class SheetError(Exception):
    """The file as a whole cannot be used; `message` is for the person."""

    def __init__(self, message: str) -> None:
        super().__init__(str(message))
        self.message = str(message)


@dataclass(frozen=True)
class Limits:
    """How large a file may be, packed and unpacked (bytes), and how many parts and rows it may have."""

    packed: int = 10 * 1024 * 1024
    unpacked: int = 100 * 1024 * 1024
    ratio: int = 250
    members: int = 500
    rows: int = 10_000
    columns: int = 200


def megabytes(size: int) -> str:
    """A size for a sentence: "52 MB", "0.4 MB"."""
    figure = size / (1024 * 1024)
    return f"{figure:.0f} MB" if figure >= 10 else f"{figure:.1f} MB".replace(".0 ", " ")


def too_large(size: int, limits: Limits) -> str:
    """What is said of a file over the limit; "" for one within it."""
    if size <= limits.packed:
        return ""
    return _("The file has {size}; at most {most}.").format(
        size=megabytes(size), most=megabytes(limits.packed)
    )


def inspect(file: IO[bytes], limits: Limits) -> dict[str, list[str]]:
    """Refuse what is no spreadsheet or would not be safe to unpack; returns {member: merged ranges}.

    Raises `SheetError`. Reads each XML part once, in chunks.
    """
    file.seek(0, 2)
    if problem := too_large(file.tell(), limits):
        raise SheetError(problem)
    file.seek(0)
    _check_kind(file.read(4))
    try:
        with ZipFile(file) as package:
            _check_members(package.infolist(), limits)
            return {info.filename: merged for info in package.infolist() if (merged := _scan(package, info))}
    except (BadZipFile, NotImplementedError, EOFError, zlib.error, OSError, RuntimeError) as error:
        raise SheetError(_("The file is damaged. Save it again as Excel workbook (.xlsx).")) from error


def _check_kind(start: bytes) -> None:
    if start == OLD_OFFICE:
        raise SheetError(
            _("This is an old .xls file, or one with a password. Save it as Excel workbook (.xlsx) without.")
        )
    if start[:2] != b"PK":
        raise SheetError(_("This is not an Excel workbook. Save the table as .xlsx and choose that file."))


def _check_members(members: list[ZipInfo], limits: Limits) -> None:
    names = {info.filename for info in members}
    if "content.xml" in names:
        raise SheetError(_("This is an OpenDocument file. Save it as Excel workbook (.xlsx)."))
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise SheetError(_("This is not an Excel workbook. Save the table as .xlsx and choose that file."))
    if any(info.flag_bits & 0x1 for info in members):
        raise SheetError(_("The file has a password. Save it without one."))
    packed = sum(info.compress_size for info in members)
    unpacked = sum(info.file_size for info in members)
    bloated = unpacked > CHUNK and unpacked > limits.ratio * max(packed, 1)
    if len(members) > limits.members or unpacked > limits.unpacked or bloated:
        raise SheetError(
            _("The file unpacks to far more than a table needs. Copy the rows into a new workbook.")
        )


def _scan(package: ZipFile, info: ZipInfo) -> list[str]:
    """The merged ranges of one part; raises `SheetError` for XML that declares entities."""
    if not info.filename.lower().endswith((".xml", ".rels", ".vml")):
        return []
    sheet = info.filename.startswith("xl/worksheets/")
    merged: dict[str, None] = {}
    kept = b""
    with package.open(info) as part:
        while block := part.read(CHUNK):
            if not kept:
                _check_encoding(block[:200])
            window = kept + block
            if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                raise SheetError(_("The file holds more than a table. Copy the rows into a new workbook."))
            if sheet:
                merged.update(dict.fromkeys(found.decode() for found in MERGED.findall(window)))
            kept = block[-OVERLAP:]
    return list(merged)


def _check_encoding(start: bytes) -> None:
    declared = DECLARED.search(start)
    strange = b"\x00" in start or start[:2] in (b"\xff\xfe", b"\xfe\xff")
    if strange or (declared and declared.group(1).lower() not in ENCODINGS):
        raise SheetError(_("The file is written in an unusual encoding. Copy the rows into a new workbook."))
