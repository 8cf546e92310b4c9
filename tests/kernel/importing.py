"""What the tests of imports share: filled-in templates and imports at a step."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.utils import timezone
from openpyxl import Workbook

from smartplus.kernel import imports
from smartplus.kernel.imports import services
from smartplus.kernel.models import Import
from tests.kernel.sample import UnitImporter

HEAD = ("Building", "Apt", "PIN", "Phones", "Remark")


def sheet(*lines: Any, head: Any = HEAD) -> BytesIO:
    """A filled-in template."""
    book = Workbook()
    for line in (head, *lines):
        book.active.append(line)
    file = BytesIO()
    book.save(file)
    file.seek(0)
    file.name = "move-in.xlsx"
    return file


def lines(side: Any, *numbers: str, **other: str) -> list[tuple[str, ...]]:
    """Rows for apartments of the north building."""
    return [(side.north.name, number, "", "", other.get("remark", "")) for number in numbers]


def run(side: Any, file: BytesIO, choice: str = "all") -> Import:
    """All steps at once."""
    return imports.run(UnitImporter.key, side.scope, {"site": side.site.pk}, file, choice=choice)


def staged(side: Any, file: BytesIO) -> Import:
    """Uploaded, not checked."""
    context = {"site": side.site.pk}
    return imports.stage(scope=side.scope, key=UnitImporter.key, context=context, file=file, name="a.xlsx")


def said(made: Import) -> list[tuple[int, str, str]]:
    """(row, column, reason) of all errors."""
    rows = made.rows.exclude(errors=[]).order_by("number")
    return [(row.number, error["column"], error["reason"]) for row in rows for error in row.errors]


def started(side: Any, *numbers: str, **other: str) -> Import:
    """Checked and started, not written."""
    made = staged(side, sheet(*lines(side, *numbers, **other)))
    services.check(made.pk)
    services.start(scope=side.scope, run=made, choice="good")
    return made


def silent_for_long(made: Import) -> None:
    """As if its worker had died some time ago."""
    Import.objects.filter(pk=made.pk).update(heartbeat_at=timezone.now() - 2 * services.STALE)
