"""The first half of an import: read the sheet, check every row, stage what was found."""

from __future__ import annotations

import base64
import json
from io import BytesIO
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from ..models import Import, ImportRow
from ..scoping import Scope
from ..secrets import encrypt
from ..sheets import Limits, ReadSheet, SheetError, read
from ..words import _, ngettext
from .cells import dump
from .importer import Importer
from .rows import Row, RowForm, ready_form

EVERY = 500
"""After so many rows the job says how far it has come."""
INTO = "COPY {} (run_id, sheet, number, cells, errors, warnings, state) FROM STDIN"


def limits_of(importer: Importer) -> Limits:
    """What is accepted of a file for this importer."""
    return Limits(packed=settings.IMPORT_MAX_BYTES, rows=importer.max_rows)


def check_file(run: Import, importer: Importer, scope: Scope) -> None:
    """Read and check the file of a claimed import and stage its rows, all at once at the end.

    Raises `SheetError` or `Refused` when the file or the place cannot be used at all.
    """
    file = BytesIO(base64.b64decode(run.file))
    sheet = read(file, importer.columns, limits_of(importer), csv=".csv" in importer.endings)
    if not sheet.rows:
        raise SheetError(_("Sheet “{sheet}” has a header but no rows.").format(sheet=sheet.name))
    _tell(run, total=len(sheet.rows), done_rows=0)
    known = importer.prepare(scope, run.context)
    rows = _checked(
        run, importer, sheet, ready_form(importer.form_class, importer.columns, known, scope, run.context)
    )
    importer.check_all(rows, known)
    sheet.notices += [str(line) for line in importer.notices(rows, known)]
    _stage(run, importer, sheet, rows, [fact.stored() for fact in importer.facts(rows, known)])


def _checked(run: Import, importer: Importer, sheet: ReadSheet, form: RowForm) -> list[Row]:
    rows = []
    for done, found in enumerate(sheet.rows, start=1):
        row = Row(found.number, found.cells, sheet.name)
        for problem in found.problems:
            row.found[problem.name] = problem.value
            row.error(problem.name, problem.reason)
        check_row(importer, form, row)
        rows.append(row)
        if done % EVERY == 0:
            _tell(run, done_rows=done)
    return rows


def check_row(importer: Importer, form: RowForm, row: Row) -> None:
    """The rules of one row: its lengths, then its form."""
    for column in importer.columns:
        length = len(row.cells.get(column.name, ""))
        if length > column.max_length:
            said_of = ngettext("{n} character; at most {most}.", "{n} characters; at most {most}.", length)
            row.error(column.name, said_of.format(n=length, most=column.max_length))
    form.take(row)


def _tell(run: Import, **figures: Any) -> None:
    """Say how far the job has come; outside any transaction, so that the page sees it at once."""
    Import.objects.filter(pk=run.pk).update(heartbeat_at=timezone.now(), **figures)


def _stage(
    run: Import, importer: Importer, sheet: ReadSheet, rows: list[Row], facts: list[dict[str, Any]]
) -> None:
    """Put the rows in the place of any earlier ones, unless the job was taken away meanwhile."""
    good = sum(row.good for row in rows)
    with transaction.atomic():
        mine = Import.objects.select_for_update().filter(
            pk=run.pk, status=Import.Status.CHECKING, attempts=run.attempts
        )
        if not mine.exists():
            return
        ImportRow.objects.filter(run=run).delete()
        _copy(run, importer, sheet, rows)
        columns = [
            {
                "name": one.name,
                "label": str(one.label),
                "letter": sheet.letters[one.name],
                "secret": one.secret,
            }
            for one in importer.columns
            if one.name in sheet.letters
        ]
        Import.objects.filter(pk=run.pk).update(
            status=Import.Status.CHECKED, file="", sheet=sheet.name, columns=columns, notices=sheet.notices,
            facts=facts, total=len(rows), done_rows=len(rows), good=good, bad=len(rows) - good,
            heartbeat_at=None, finished_at=timezone.now(),
        )  # fmt: skip


def _copy(run: Import, importer: Importer, sheet: ReadSheet, rows: list[Row]) -> None:
    """Send the rows as one stream: ten thousand of them cost what a thousand inserts would."""
    cells: Any = ImportRow._meta.get_field("cells")
    with connection.cursor() as cursor:
        stream: Any = cursor.copy(INTO.format(connection.ops.quote_name(ImportRow._meta.db_table)))
        with stream as copy:
            for row in rows:
                errors = json.dumps(said(importer, sheet.letters, row.errors))
                warnings = json.dumps(said(importer, sheet.letters, row.warnings))
                state = ImportRow.State.GOOD if row.good else ImportRow.State.BAD
                sealed = encrypt(dump(row), cells.purpose)
                copy.write_row((run.pk, row.sheet, row.number, sealed, errors, warnings, state.value))


def said(importer: Importer, letters: dict[str, str], words: list[tuple[str, str]]) -> list[dict[str, str]]:
    """Errors or warnings as they are kept: label and letter of their column, never a value."""
    kept = []
    places = {column.name: place for place, column in enumerate(importer.columns)}
    for name, reason in sorted(words, key=lambda word: places.get(word[0], -1)):
        column = importer.column(name)
        label = str(column.label) if column else ""
        kept.append({"name": name, "column": label, "letter": letters.get(name, ""), "reason": str(reason)})
    return kept
