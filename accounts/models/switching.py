"""Who was in whose account: people of the trade inside an installer's login, without its password."""

from datetime import datetime

from django.db import models
from django.utils import timezone

from smartplus.kernel.scoping import ScopeBy, ScopedModel
from smartplus.kernel.words import _

from .organisations import Organisation
from .users import User


class Switch(ScopedModel):
    """A stay of `actor` in the login `into` of an installer.

    The session holds only the number of this row. Whether it still opens anything is asked anew at
    each request: the row alone proves nothing, the offer and the grant of the company count. Ids and
    names outlive the logins, as in the audit trail.
    """

    class End(models.TextChoices):
        """Why it is over."""

        RETURNED = "returned", _("Returned")
        SIGNED_OUT = "signed_out", _("Signed out")
        REVOKED = "revoked", _("Revoked")
        WITHDRAWN = "withdrawn", _("No longer offered")
        EXPIRED = "expired", _("Time was up")
        REFUSED = "refused", _("Account switched off")

    scope_by = ScopeBy(org="organisation", user="actor_id")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="switches")
    actor = models.ForeignKey(User, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    actor_name = models.CharField(max_length=140)
    into = models.ForeignKey(User, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    into_name = models.CharField(max_length=140)
    started_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=10, choices=End, blank=True)

    class Meta:
        verbose_name_plural = _("switches")
        ordering = ["-started_at", "-pk"]
        indexes = [
            models.Index(fields=["organisation", "-started_at", "-id"], name="switch_of_organisation"),
            models.Index(fields=["actor", "-started_at", "-id"], name="switch_of_actor"),
        ]

    def __str__(self) -> str:
        return _("{actor} as {account}").format(actor=self.actor_name, account=self.into_name)

    @property
    def is_over(self) -> bool:
        """Whether it has ended, by somebody or by time."""
        return self.ended_at is not None or self.expires_at <= timezone.now()

    @property
    def over_at(self) -> datetime:
        """When it ended, or will end at the latest."""
        return min(self.ended_at or self.expires_at, self.expires_at)

    @property
    def state_words(self) -> str:
        """Where it stands, in words."""
        if not self.is_over:
            return _("Inside now")
        return str(self.get_end_reason_display() or self.End.EXPIRED.label)
