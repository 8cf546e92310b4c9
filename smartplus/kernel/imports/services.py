"""The steps of an import: stage, check, start, apply, cancel, sweep. The row is the truth."""

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import IO, Any

from django.conf import settings
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from ..errors import Refused
from ..models import Import
from ..reminders import held_back, remind
from ..scoping import Scope, rebuild
from ..sheets import SheetError
from ..sheets.delimited import check_upload
from ..sheets.guard import too_large
from ..words import _, ngettext, speaking
from .applying import apply_chunk
from .checking import check_file, limits_of
from .importer import Importer, importer_called

log = logging.getLogger(__name__)
STALE = timedelta(seconds=90)
"""A job that was silent for so long has lost its worker."""
MOST_ATTEMPTS = 4
KEPT = timedelta(days=14)
GAVE_UP = _(
    "The job ended {n} times before it was done. Nothing more is tried; split the file and import it again."
)
NO_RIGHT = _("You may not do this any more.")
Status = Import.Status


def stage(
    *,
    scope: Scope,
    key: str,
    context: Mapping[str, Any],
    file: IO[bytes],
    name: str,
    site_id: int | None = None,
) -> Import:
    """Take a file in and have it checked. Raises `Refused` (field "file") for what is no safe spreadsheet."""
    importer = importer_called(key)
    if not name.lower().endswith(importer.endings):
        raise Refused(_wanted(importer), field="file", code="kind")
    limits = limits_of(importer)
    file.seek(0, 2)
    if problem := too_large(file.tell(), limits):
        raise Refused(problem, field="file", code="size")
    try:
        check_upload(file, limits, csv=".csv" in importer.endings)
    except SheetError as error:
        raise Refused(error.message, field="file", code="sheet") from error
    file.seek(0)
    content = file.read()
    with transaction.atomic():
        made = Import.objects.create(
            importer=key, user_id=scope.user_id, actor_id=scope.actor_id, site_id=site_id,
            request_id=scope.request_id, address=scope.address, context=dict(context), file_name=name[-255:],
            file=base64.b64encode(content).decode(), size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
        )  # fmt: skip
        hurry("check_import", made.pk)
    return made


def _wanted(importer: Importer) -> str:
    """Which files this importer takes."""
    if ".csv" in importer.endings:
        return _("Choose an Excel workbook (.xlsx) or a CSV file (.csv).")
    return _("Choose an Excel workbook (.xlsx).")


def hurry(task: str, run_id: int) -> None:
    """Send the task after the commit; should that fail, the sweep finds the row."""
    transaction.on_commit(partial(remind, f"smartplus.kernel.tasks.{task}", run_id, queue="bulk"))


def _claim(run_id: int, fresh: Status, running: Status) -> Import | None:
    """Take a waiting import, or one whose worker died; None when somebody has it in hand or it is over."""
    now = timezone.now()
    dead = Q(status=running) & (Q(heartbeat_at__isnull=True) | Q(heartbeat_at__lt=now - STALE))
    free = dead if fresh == running else Q(status=fresh) | dead
    claimed = Import.objects.filter(free, pk=run_id).update(
        status=running, heartbeat_at=now, started_at=now, attempts=F("attempts") + 1
    )
    if not claimed:
        return None
    run: Import = Import.objects.get(pk=run_id)
    if run.attempts > MOST_ATTEMPTS:
        with speaking(_language_of(run)):
            _fail(run_id, GAVE_UP.format(n=MOST_ATTEMPTS))
        return None
    return run


def _fail(run_id: int, error: str) -> None:
    Import.objects.filter(pk=run_id, status__in=Import.RUNNING).update(
        status=Status.FAILED, error=str(error), file="", heartbeat_at=None, finished_at=timezone.now()
    )


def _language_of(run: Import) -> str:
    """The language of who imports; that of the house when they are gone."""
    try:
        return rebuild(run.user_id, run.actor_id).language
    except PermissionError:
        return settings.LANGUAGE_CODE


def _scope_of(run: Import, importer: Importer) -> Scope:
    """Who imports, with the rights of now. Raises `Refused` when they are gone."""
    try:
        scope = rebuild(run.user_id, run.actor_id)
    except PermissionError as error:
        raise Refused(NO_RIGHT) from error
    if not scope.can(importer.needs):
        raise Refused(NO_RIGHT)
    return replace(scope, request_id=run.request_id, address=run.address)


def check(run_id: int) -> None:
    """Read and check a waiting import; does nothing when there is nothing to do."""
    run = _claim(run_id, Status.UPLOADED, Status.CHECKING)
    if run is not None:
        with speaking(_language_of(run)):
            _guarded(run, lambda importer, scope: check_file(run, importer, scope))


def apply(run_id: int) -> None:
    """Write the rows of a started import, chunk by chunk; goes on where an earlier job was cut off."""
    run = _claim(run_id, Status.APPLYING, Status.APPLYING)
    if run is not None:
        with speaking(_language_of(run)), held_back():
            _guarded(run, lambda importer, scope: _apply_all(run_id, importer, scope))


def _apply_all(run_id: int, importer: Importer, scope: Scope) -> None:
    while apply_chunk(run_id, importer, scope):
        pass


def _guarded(run: Import, work: Callable[[Importer, Scope], None]) -> None:
    """Do the work; what it refuses is told to the person, a lost database is left to the sweep."""
    try:
        importer = importer_called(run.importer)
        work(importer, _scope_of(run, importer))
    except (SheetError, Refused) as refusal:
        _fail(run.pk, refusal.message)
    except DatabaseError as error:
        if not isinstance(error, IntegrityError):
            raise
        log.exception("import %s", run.pk)
        _fail(run.pk, _broken(run.pk))
    except Exception:
        log.exception("import %s", run.pk)
        _fail(run.pk, _broken(run.pk))


def _broken(run_id: int) -> str:
    written = Import.objects.filter(pk=run_id).values_list("applied", flat=True).first()
    said = ngettext(
        "Something went wrong on our side. {n} row was written, the others were not.",
        "Something went wrong on our side. {n} rows were written, the others were not.",
        written or 0,
    )
    return said.format(n=f"{written or 0:,}")


def start(*, scope: Scope, run: Import, choice: str) -> None:
    """Have a checked import written: "all" only when every row is good, "good" leaves the others out.

    Whoever starts it is who did it, whoever brought the file.
    Raises `Refused` when it is not checked (any more), or has no good row.
    """
    with transaction.atomic():
        row = (
            Import.objects.visible_to(scope)
            .select_for_update()
            .filter(pk=run.pk, status=Status.CHECKED)
            .first()
        )
        if row is None:
            raise Refused(_("This import has gone on already."), code="state")
        if choice not in Import.Choice.values or not row.good:
            raise Refused(_("There is no row to import."), code="nothing")
        if row.bad and choice == Import.Choice.ALL:
            said = ngettext("{n} row has errors.", "{n} rows have errors.", row.bad)
            raise Refused(said.format(n=f"{row.bad:,}"), code="bad")
        Import.objects.filter(pk=row.pk).update(
            status=Status.APPLYING, choice=choice, actor_id=scope.actor_id, done_rows=0, total=row.good,
            attempts=0, started_at=timezone.now(), finished_at=None, heartbeat_at=None,
        )  # fmt: skip
        hurry("apply_import", row.pk)


def cancel(*, scope: Scope, run: Import) -> None:
    """Stop an import; what is written stays, the rest is left out. Raises `Refused` when it is over."""
    stopped = (
        Import.objects.visible_to(scope)
        .filter(pk=run.pk, status__in=[*Import.RUNNING, Status.CHECKED])
        .update(status=Status.CANCELLED, file="", heartbeat_at=None, finished_at=timezone.now())
    )
    if not stopped:
        raise Refused(_("This import is over already."), code="state")


def sweep() -> None:
    """Hurry imports whose task or worker was lost; forget those older than two weeks."""
    now = timezone.now()
    Import.objects.filter(created_at__lt=now - KEPT).delete()
    lost = Q(heartbeat_at__isnull=True, updated_at__lt=now - STALE) | Q(heartbeat_at__lt=now - STALE)
    for run in Import.objects.filter(lost, status__in=Import.RUNNING).only("pk", "status"):
        hurry("apply_import" if run.status == Status.APPLYING else "check_import", run.pk)


def run(
    key: str,
    scope: Scope,
    context: Mapping[str, Any],
    file: IO[bytes],
    name: str = "import.xlsx",
    choice: str = "all",
) -> Import:
    """All steps in one call, without tasks: for tests and for loading demo data. Returns the finished import.

    With choice "all" a file with errors is left checked and unwritten.
    """
    made = stage(scope=scope, key=key, context=context, file=file, name=name)
    check(made.pk)
    made.refresh_from_db()
    if made.status == Status.CHECKED and made.good and not (made.bad and choice == Import.Choice.ALL):
        start(scope=scope, run=made, choice=choice)
        apply(made.pk)
        made.refresh_from_db()
    return made
