"""Something to do once and soon."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from sites.models import Site
from smartplus.kernel.scoping import ScopeBy, ScopedModel
from smartplus.kernel.words import _

from .inventory import Device


class Command(ScopedModel):
    """An order to a device: sent at most once, void after its time-out, proven by the device's own result."""

    class Verb(models.TextChoices):
        UNLOCK = "unlock", _("Unlock")
        LOCK = "lock", _("Lock")
        REBOOT = "reboot", _("Reboot")
        RESET = "reset", _("Reset")
        AUTOP = "autop", _("One-time AutoP")

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENT = "sent", _("Sent")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        EXPIRED = "expired", _("Expired")

    scope_by = ScopeBy(site="site")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    device = models.ForeignKey(Device, models.CASCADE, related_name="commands")
    place = models.PositiveIntegerField()
    site = models.ForeignKey(Site, models.CASCADE, null=True, related_name="+")
    verb = models.CharField(max_length=10, choices=Verb)
    args = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    result = models.CharField(max_length=200, blank=True)
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("ordered"), auto_now_add=True)
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["device", "-id"], name="command_of_device"),
            models.Index(
                fields=["expires_at"], condition=Q(state__in=["queued", "sent"]), name="command_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} ({self.state})"

    @property
    def result_words(self) -> str:
        """What came of it, as it is shown: what the portal said itself is kept in English."""
        return str(_(self.result)) if self.result else ""

    @property
    def evidence_at(self) -> datetime:
        """When the present state was reached."""
        return self.finished_at or self.sent_at or self.created_at
