"""Tables of the floor itself: what a person prefers, and imports on their way."""

from django.db import models
from django.utils import timezone

from .scoping import ScopeBy, ScopedModel
from .secrets import EncryptedTextField
from .words import _


class Preference(ScopedModel):
    """How one person likes one thing shown: density of rows, columns of a list."""

    scope_by = ScopeBy(user="user_id")

    user_id = models.BigIntegerField()
    key = models.CharField(max_length=120)
    value = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user_id", "key"], name="one_preference_per_key")]

    def __str__(self) -> str:
        return self.key


class Import(ScopedModel):
    """One spreadsheet on its way into the product; personal to who brought it.

    `file` is kept only until its rows are staged. `heartbeat_at` tells a job that runs from one
    whose worker died; `attempts` stops a file that kills its worker each time.
    """

    class Status(models.TextChoices):
        UPLOADED = "uploaded", _("Waiting")
        CHECKING = "checking", _("Checking")
        CHECKED = "checked", _("Checked")
        APPLYING = "applying", _("Importing")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Stopped")

    class Choice(models.TextChoices):
        ALL = "all", _("All rows")
        GOOD = "good", _("The good rows")

    RUNNING = (Status.UPLOADED, Status.CHECKING, Status.APPLYING)

    scope_by = ScopeBy(user="user_id")

    importer = models.CharField(max_length=80)
    user_id = models.BigIntegerField()
    actor_id = models.BigIntegerField(null=True)
    site_id = models.BigIntegerField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=64, blank=True)
    context = models.JSONField(default=dict)
    file_name = models.CharField(max_length=255)
    file = EncryptedTextField(purpose="import.file", default="")
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    status = models.CharField(max_length=9, choices=Status, default=Status.UPLOADED)
    choice = models.CharField(max_length=4, choices=Choice, blank=True)
    sheet = models.CharField(max_length=64, blank=True)
    columns = models.JSONField(default=list)
    notices = models.JSONField(default=list)
    facts = models.JSONField(default=list)
    total = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    done_rows = models.PositiveIntegerField(default=0)
    applied = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["user_id", "importer", "-created_at"], name="imports_of_a_person"),
            models.Index(
                fields=["heartbeat_at"],
                condition=models.Q(status__in=["uploaded", "checking", "applying"]),
                name="imports_that_run",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def running(self) -> bool:
        """Whether a job has it in hand or will soon."""
        return self.status in self.RUNNING

    @property
    def seconds_left(self) -> int | None:
        """How long the running step will still take at its pace so far; None while nobody can tell."""
        if not (self.running and self.started_at and self.done_rows and self.total > self.done_rows):
            return None
        spent = (timezone.now() - self.started_at).total_seconds()
        return max(1, round(spent / self.done_rows * (self.total - self.done_rows)))


class ImportRow(ScopedModel):
    """One staged row of a spreadsheet: its cells (encrypted), what is wrong with it, what became of it."""

    class State(models.TextChoices):
        GOOD = "good", _("Good")
        BAD = "bad", _("With errors")
        APPLIED = "applied", _("Written")
        FAILED = "failed", _("Not written")

    scope_by = ScopeBy(user="run__user_id")

    run = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    sheet = models.CharField(max_length=64, blank=True)
    number = models.PositiveIntegerField()
    cells = EncryptedTextField(purpose="import.cells", default="")
    errors = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    state = models.CharField(max_length=7, choices=State)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="one_row_per_number")]
        indexes = [models.Index(fields=["run", "state", "number"], name="rows_by_state")]

    def __str__(self) -> str:
        return f"row {self.number}"
