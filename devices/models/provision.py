"""What we want of a device, part by part."""

from django.db import models
from django.db.models import F, Q

from smartplus.kernel.scoping import ScopeBy, ScopedModel
from smartplus.kernel.words import _

from .inventory import Device


class Part(models.TextChoices):
    """The independently pushed shares of a device's state. A part joins when something renders it."""

    CONFIG = "config", _("Config")
    ACCESS = "access", _("Access")
    CONTACTS = "contacts", _("Contacts")


class DeviceSync(ScopedModel):
    """The outbox: one row per device and part; the row is the truth, a task only a reminder.

    `desired_rev` counts changes, `sent_rev` is the last one put on the wire, `acked_rev` the last
    one the device confirmed (0: none). The row is due while `due_at` lies in the past; it is
    re-armed before each sending. For part `access` the rights themselves are the outbox
    (`access.AccessRight`); its row here only wakes the sender.

    `sent_digest` is the digest of the body last sent: what a device reports for the same revision
    must equal it. `flight` names the one message of part `access` under way, `busy_until` is until
    when its answer is waited for (NULL: none is under way).
    """

    scope_by = ScopeBy(site="device__site")

    device = models.ForeignKey(Device, models.CASCADE, related_name="syncs")
    part = models.CharField(max_length=10, choices=Part)
    desired_rev = models.PositiveBigIntegerField(default=0)
    sent_rev = models.PositiveBigIntegerField(default=0)
    acked_rev = models.PositiveBigIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    drifted_at = models.DateTimeField(
        null=True, help_text=_("When the device last reported something else than it had confirmed.")
    )
    changed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    acked_at = models.DateTimeField(null=True)
    sent_digest = models.CharField(max_length=16, blank=True, db_default="")
    flight = models.CharField(max_length=16, blank=True, db_default="")
    busy_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["device", "part"], name="one_sync_per_part"),
            models.CheckConstraint(
                condition=Q(acked_rev__lte=F("desired_rev")), name="no_ack_from_the_future"
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="sync_due")]

    def __str__(self) -> str:
        return f"{self.part} {self.acked_rev}/{self.desired_rev}"


class AutopLine(ScopedModel):
    """A regular AutoP command of a device: it stays in the device's configuration. One per key."""

    scope_by = ScopeBy(site="device__site")

    device = models.ForeignKey(Device, models.CASCADE, related_name="autop_lines")
    key = models.CharField(max_length=200)
    value = models.CharField(max_length=1024, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["device", "key"], name="autop_key_once")]

    def __str__(self) -> str:
        return self.key
