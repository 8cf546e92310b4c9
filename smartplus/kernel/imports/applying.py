"""The second half of an import: write the good rows in chunks, each chunk once."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from ..errors import Refused, RefusedMany
from ..models import Import, ImportRow
from ..scoping import Scope
from ..words import _
from .cells import row_of
from .checking import check_row
from .importer import Importer
from .rows import Row, ready_form
from .waiting import said

CLASH = _("This clashes with something that was saved meanwhile. Import the row again.")


def apply_chunk(run_id: int, importer: Importer, scope: Scope) -> bool:
    """Write the next chunk of an import; False when there is none, or somebody stopped it.

    The chunk, its rows' states and the progress are one transaction: a crash leaves all or nothing of it.
    """
    with transaction.atomic():
        run = Import.objects.select_for_update().filter(pk=run_id, status=Import.Status.APPLYING).first()
        if run is None:
            return False
        staged = list(
            ImportRow.objects.filter(run=run, state=ImportRow.State.GOOD).order_by("number")[
                : importer.chunk_size
            ]
        )
        if not staged:
            _finish(run)
            return False
        rows = [row_of(one) for one in staged]
        _write(importer, rows, scope, run)
        _note(run, importer, staged, rows)
    return True


def _write(importer: Importer, rows: list[Row], scope: Scope, run: Import) -> None:
    """Write `rows`; those that are refused get their errors, the others are written all the same."""
    importer.hold(scope, run.context)
    known = importer.prepare(scope, run.context)
    form = ready_form(importer.form_class, importer.columns, known, scope, run.context)
    for row in rows:
        row.errors.clear()
    importer.gather(rows, known)
    for row in rows:
        check_row(importer, form, row)
    good = [row for row in rows if row.good]
    if not good:
        return
    try:
        with transaction.atomic():
            importer.apply(good, known, scope, run.context)
    except RefusedMany as refusals:
        for index, refusal in refusals.rows.items():
            good[index].error(refusal.field or "", refusal.message)
        rest = [row for row in good if row.good]
        if len(rest) < len(good):
            _write(importer, rest, scope, run)
    except (Refused, IntegrityError) as refusal:
        _halve(importer, good, scope, run, refusal)


def _halve(importer: Importer, rows: list[Row], scope: Scope, run: Import, refusal: Exception) -> None:
    """Find the rows that were meant: each half is tried again, down to the single row."""
    if len(rows) > 1:
        middle = len(rows) // 2
        _write(importer, rows[:middle], scope, run)
        _write(importer, rows[middle:], scope, run)
    elif isinstance(refusal, Refused):
        rows[0].error(refusal.field or "", refusal.message)
    else:
        rows[0].error("", CLASH)


def _note(run: Import, importer: Importer, staged: list[ImportRow], rows: list[Row]) -> None:
    letters = {column["name"]: column["letter"] for column in run.columns}
    failed = []
    for one, row in zip(staged, rows, strict=True):
        if not row.good:
            one.state, one.errors = ImportRow.State.FAILED, said(importer, letters, row.errors)
            failed.append(one)
    written = [one.pk for one, row in zip(staged, rows, strict=True) if row.good]
    ImportRow.objects.filter(pk__in=written).update(state=ImportRow.State.APPLIED)
    ImportRow.objects.bulk_update(failed, ["state", "errors"], batch_size=500)
    run.done_rows += len(rows)
    run.applied += len(written)
    run.heartbeat_at = timezone.now()
    run.save(update_fields=["done_rows", "applied", "heartbeat_at", "updated_at"])


def _finish(run: Import) -> None:
    run.status = Import.Status.DONE
    run.finished_at = timezone.now()
    run.heartbeat_at = None
    run.save(update_fields=["status", "finished_at", "heartbeat_at", "updated_at"])
