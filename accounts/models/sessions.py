"""Where a person is signed in."""

from django.db import models
from django.db.models import Q

from smartplus.kernel.scoping import ScopeBy, ScopedModel
from smartplus.kernel.words import _

from .users import User


class UserSession(ScopedModel):
    """One browser that is or was signed in, found by the digest of its session's key.

    A session without a row is put on the list at its first request; a row with `ended_at` is
    refused, so ended rows outlive the sessions they stand for.
    """

    scope_by = ScopeBy(user="user_id")

    user = models.ForeignKey(User, models.CASCADE, related_name="sessions")
    digest = models.BinaryField(max_length=32, unique=True)
    browser = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=45, blank=True)
    started_at = models.DateTimeField(_("signed in"))
    seen_at = models.DateTimeField(_("last seen"))
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-seen_at"]
        verbose_name = _("session")
        indexes = [
            models.Index(fields=["user", "-seen_at"], condition=Q(ended_at=None), name="session_of_user"),
            models.Index(fields=["seen_at"], name="session_age"),
        ]

    def __str__(self) -> str:
        browser, on, system = self.browser.partition(" on ")
        if on:
            return _("{browser} on {system}").format(browser=browser, system=system)
        return browser or str(_("Unknown browser"))
