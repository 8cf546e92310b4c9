"""From grants (why) to rights (what each device must know)."""

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Least

from devices.models import Device
from sites.models import Residency, Site
from smartplus.kernel.scoping import ScopeBy, ScopedModel
from smartplus.kernel.words import _

from .groups import AccessGroup


class Subject(ScopedModel):
    """Somebody doors know by number. Outlives the person, as the proof of what doors were told.

    The number (`id`) is drawn from the sequence `access_number`, never used twice. `name` and
    `apartment` (number of the unit) are what doors are told, `building` is where the default
    access came from, `valid_from` and `valid_until` the span of the lease and of the apartment's valid time
    together; all kept by this app's listeners. `left_at` is when the person was deleted, `departed_at` the
    earlier of that and the end of the span. Without a name it is somebody who was erased. `changed` is a
    number of the same sequence: a right whose `want` is lower tells an old story (used where many rights
    are renewed by a job).
    """

    class Kind(models.TextChoices):
        RESIDENT = "resident", _("Resident")

    scope_by = ScopeBy(site="site", person="residency__user")

    id = models.BigIntegerField(primary_key=True)
    site = models.ForeignKey(Site, models.CASCADE, related_name="subjects")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.RESIDENT)
    residency = models.OneToOneField(
        Residency, models.SET_NULL, null=True, blank=True, related_name="subject"
    )
    name = models.CharField(max_length=129)
    place_label = models.CharField(max_length=162, blank=True)
    apartment = models.CharField(max_length=32, blank=True)
    building = models.BigIntegerField(null=True)
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    departed_at = models.GeneratedField(
        expression=Least("left_at", "valid_until"),
        output_field=models.DateTimeField(_("departed"), null=True),
        db_persist=True,
    )
    changed = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["site", "departed_at", "id"],
                condition=Q(departed_at__isnull=False),
                name="departures_of_site",
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(_("Erased person"))

    @property
    def erased(self) -> bool:
        """Whether the name was taken away for good; the number is the proof."""
        return not self.name


class Grant(ScopedModel):
    """The one source of openings: a subject may open a group's relays.

    Within the group's schedule and, where given, this span.
    """

    scope_by = ScopeBy(site="site", person="subject__residency__user")

    site = models.ForeignKey(Site, models.CASCADE, related_name="grants")
    subject = models.ForeignKey(Subject, models.CASCADE, related_name="grants")
    group = models.ForeignKey(AccessGroup, models.CASCADE, related_name="grants", db_index=False)
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["subject", "group"], name="grant_once")]
        indexes = [
            models.Index(fields=["group", "ends_at"], name="grant_of_group"),
            models.Index(fields=["starts_at"], condition=Q(starts_at__isnull=False), name="grant_starts"),
            models.Index(fields=["ends_at"], condition=Q(ends_at__isnull=False), name="grant_ends"),
        ]

    def __str__(self) -> str:
        return str(self.subject)


class AccessRight(ScopedModel):
    """One subject (person or schedule) on one device, as it must know it: the outbox of part `access`.

    `want` is a new number of the sequence `access_number` whenever what the device must know
    changes, `gone` says it must forget. `held` is the `want` the device last confirmed (NULL:
    nothing). Pending: `held IS DISTINCT FROM want`. `subject` has no foreign key: the right
    stays until the door forgot, and after that as proof. `sent_at` is when it was last put on the wire.
    `shape` is a hash of the openings it stands for: where it differs, the device must be told anew.
    `turn` is the order of sending: removals of people, schedules (people name them), urgent people
    (somebody waits), other people, removals of schedules, and last what the device refused before.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        SCHEDULE = "schedule", _("Schedule")

    scope_by = ScopeBy(site="site")

    site = models.ForeignKey(Site, models.CASCADE, related_name="+", db_index=False)
    device = models.ForeignKey(Device, models.CASCADE, related_name="rights", db_index=False)
    place = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PERSON)
    subject = models.BigIntegerField()
    want = models.BigIntegerField()
    gone = models.BooleanField(default=False)
    urgent = models.BooleanField(default=False)
    held = models.BigIntegerField(null=True)
    held_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    refused = models.CharField(max_length=60, blank=True)
    shape = models.BigIntegerField(default=0)
    turn = models.GeneratedField(
        expression=Case(
            When(~Q(refused=""), then=Value(5)),
            When(kind="schedule", gone=True, then=Value(4)),
            When(kind="schedule", then=Value(1)),
            When(gone=True, then=Value(0)),
            When(urgent=True, then=Value(2)),
            default=Value(3),
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["device", "place", "subject"], name="one_right_per_place"),
        ]
        indexes = [
            models.Index(
                fields=["device", "place", "turn", "want"],
                condition=Q(held__isnull=True) | ~Q(held=F("want")),
                name="right_pending",
            ),
            models.Index(fields=["subject", "device", "place"], name="right_of_subject"),
            models.Index(fields=["site", "kind", "subject"], name="right_of_site"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} on {self.device_id}"


class RightsJob(ScopedModel):
    """Rights of a site that are being brought up to date in the background: too many for one request.

    Due while `asked > served`. What is left to do follows from grants and rights, so a crash costs
    nothing but the time: the next worker goes on from `phase` and `cursor` (the last subject done).
    """

    class Phase(models.TextChoices):
        REMOVE = "remove", _("Taking away")
        SCHEDULES = "schedules", _("Schedules")
        GIVE = "give", _("Giving")
        REST = "rest", _("Finishing")

    scope_by = ScopeBy(site="site")

    site = models.OneToOneField(Site, models.CASCADE, primary_key=True, related_name="+")
    asked = models.PositiveBigIntegerField(default=0)
    served = models.PositiveBigIntegerField(default=0)
    serving = models.PositiveBigIntegerField(default=0)
    phase = models.CharField(max_length=9, choices=Phase, default=Phase.REMOVE)
    cursor = models.BigIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(asked__gt=F("served")), name="rights_job_due")
        ]

    def __str__(self) -> str:
        return f"rights of site {self.site_id}"
