"""From grants (why) to rights (what each device must know)."""

from django.db import models
from django.db.models import F, Q

from devices.models import Device
from sites.models import Residency, Site
from smartplus.kernel.scoping import ScopeBy, ScopedModel

from .groups import AccessGroup


class Subject(ScopedModel):
    """Somebody doors know by number. Outlives the person, as the proof of what doors were told.

    The number (`id`) is drawn from the sequence `access_number`, never used twice.
    """

    class Kind(models.TextChoices):
        RESIDENT = "resident", "Resident"

    scope_by = ScopeBy(site="site", person="residency__user")

    id = models.BigIntegerField(primary_key=True)
    site = models.ForeignKey(Site, models.CASCADE, related_name="subjects")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.RESIDENT)
    residency = models.OneToOneField(
        Residency, models.SET_NULL, null=True, blank=True, related_name="subject"
    )
    name = models.CharField(max_length=129)
    place_label = models.CharField(max_length=162, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Grant(ScopedModel):
    """The one source of openings: a subject may open a group's relays.

    Within the group's schedule and, where given, this span.
    """

    scope_by = ScopeBy(site="site")

    site = models.ForeignKey(Site, models.CASCADE, related_name="grants")
    subject = models.ForeignKey(Subject, models.CASCADE, related_name="grants")
    group = models.ForeignKey(AccessGroup, models.CASCADE, related_name="grants")
    starts_at = models.DateTimeField("from", null=True, blank=True)
    ends_at = models.DateTimeField("until", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["subject", "group"], name="grant_once")]
        indexes = [
            models.Index(fields=["starts_at"], condition=Q(starts_at__isnull=False), name="grant_starts"),
            models.Index(fields=["ends_at"], condition=Q(ends_at__isnull=False), name="grant_ends"),
        ]

    def __str__(self) -> str:
        return f"grant {self.pk}"


class AccessRight(ScopedModel):
    """One subject (a person or a schedule) on one device, as the device must know it.

    The outbox of part `access`.

    `want` is a new number of the sequence `access_number` whenever what the device must know
    changes, `gone` says it must forget. `held` is the `want` the device last confirmed (NULL:
    nothing). Pending: `held IS DISTINCT FROM want`. `subject` has no foreign key: the right
    stays until the door forgot, and after that as proof. `sent_at` is when it was last put on the wire.
    """

    class Kind(models.TextChoices):
        PERSON = "person", "Person"
        SCHEDULE = "schedule", "Schedule"

    scope_by = ScopeBy(site="site")

    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    device = models.ForeignKey(Device, models.CASCADE, related_name="rights")
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

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["device", "place", "subject"], name="one_right_per_place"),
        ]
        indexes = [
            models.Index(
                fields=["device", "place", "-gone", "-urgent", "want"],
                condition=Q(held__isnull=True) | ~Q(held=F("want")),
                name="right_pending",
            ),
            models.Index(fields=["subject"], name="right_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} on {self.device_id}"
