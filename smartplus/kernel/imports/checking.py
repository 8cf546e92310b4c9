"""The first half of an import: read the sheet, check every row, stage what was found."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from itertools import chain, islice
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from ..models import Import, ImportRow
from ..scoping import Scope
from ..sheets import Limits, OpenSheet, SheetError, SheetRow, open_sheet
from ..words import _, ngettext
from .importer import Fact, Importer
from .rows import Row, RowForm, ready_form
from .waiting import Late, Waited, Waiting

EVERY = 500
"""After so many rows the job says how far it has come."""
INTO = "COPY {} (run_id, sheet, number, cells, errors, warnings, state) FROM STDIN"


def limits_of(importer: Importer) -> Limits:
    """What is accepted of a file for this importer."""
    return Limits(packed=settings.IMPORT_MAX_BYTES, rows=importer.max_rows)


def check_file(run: Import, importer: Importer, scope: Scope) -> None:
    """Read and check the file of a claimed import and stage its rows, all at once at the end.

    Until then rows wait on disk, their cells encrypted: with a `batched` importer memory does not grow with
    their number. Raises `SheetError` or `Refused` when the file or the place cannot be used at all.
    """
    file = BytesIO(base64.b64decode(run.file))
    run.file = ""
    limits, csv, others = limits_of(importer), ".csv" in importer.endings, importer.other_columns
    with (
        open_sheet(file, importer.columns, limits, csv=csv, others=others) as sheet,
        Waiting(importer, sheet.letters) as waiting,
    ):
        first = next(sheet.rows, None)
        if first is None:
            raise SheetError(_("Sheet “{sheet}” has a header but no rows.").format(sheet=sheet.name))
        _tell(run, total=sheet.expected, done_rows=0)
        known = importer.prepare(scope, run.context)
        form = ready_form(importer.form_class, importer.columns, known, scope, run.context)
        rows: list[Row] = []
        for found in _in_batches(importer, chain([first], sheet.rows)):
            rows = _checked(run, importer, sheet.name, found, form, waiting.heard)
            importer.check_all([row for row in rows if not row.idle], known)
            waiting.take(rows)
        whole = [] if importer.batched else rows
        sheet.notices += [str(line) for line in importer.notices(whole, known)]
        facts = [fact.stored() for fact in importer.facts(whole, known)]
        _stage(run, importer, sheet, waiting, importer.late(known), facts)


def _in_batches(importer: Importer, rows: Iterator[SheetRow]) -> Iterator[list[SheetRow]]:
    """The rows in batches, for an importer that does not take them so all at once."""
    while batch := list(islice(rows, importer.chunk_size) if importer.batched else rows):
        yield batch


def _checked(
    run: Import, importer: Importer, sheet: str, found: list[SheetRow], form: RowForm, before: int
) -> list[Row]:
    rows = [_row_of(sheet, one) for one in found]
    importer.gather(rows, form.known)
    for done, row in enumerate(rows, start=before + 1):
        if row.good and importer.same(row, form.known):
            row.idle = True
        else:
            check_row(importer, form, row)
        if done % EVERY == 0:
            _tell(run, done_rows=done)
    return rows


def _row_of(sheet: str, found: SheetRow) -> Row:
    row = Row(found.number, found.cells, sheet, typed=found.typed)
    for problem in found.problems:
        row.found[problem.name] = problem.value
        row.error(problem.name, problem.reason)
    return row


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
    run: Import,
    importer: Importer,
    sheet: OpenSheet,
    waiting: Waiting,
    late: Late,
    facts: list[dict[str, Any]],
) -> None:
    """Put the rows in the place of any earlier ones, unless the job was taken away meanwhile."""
    with transaction.atomic():
        mine = Import.objects.select_for_update().filter(
            pk=run.pk, status=Import.Status.CHECKING, attempts=run.attempts
        )
        if not mine.exists():
            return
        ImportRow.objects.filter(run=run).delete()
        good, bad, tags = _copy(run, waiting.rows(late))
        facts += [fact.stored() for fact in importer.tally(tags)]
        if waiting.idle:
            facts.append(Fact(_("Unchanged"), waiting.idle, _("nothing is written for them")).stored())
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
            facts=facts, total=waiting.heard, done_rows=waiting.heard, good=good, bad=bad,
            heartbeat_at=None, finished_at=timezone.now(),
        )  # fmt: skip


def _copy(run: Import, rows: Iterator[Waited]) -> tuple[int, int, Counter[str]]:
    """Send the rows as one stream, which costs ten thousand of them what a thousand inserts would.

    Returns how many are good and bad, and the tags of the good ones.
    """
    bad, tags = 0, Counter[str]()
    with connection.cursor() as cursor:
        stream: Any = cursor.copy(INTO.format(connection.ops.quote_name(ImportRow._meta.db_table)))
        with stream as copy:
            for sheet, number, tag, cells, errors, warnings in rows:
                if errors:
                    bad += 1
                else:
                    tags[tag] += 1
                state = ImportRow.State.BAD if errors else ImportRow.State.GOOD
                words = (json.dumps(errors), json.dumps(warnings))
                copy.write_row((run.pk, sheet, number, cells, *words, state.value))
    return tags.total(), bad, tags
