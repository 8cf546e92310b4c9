"""What guards the door of the portal itself."""

from django.db import models

from smartplus.kernel.scoping import ScopeBy, ScopedModel
from smartplus.kernel.words import _

from .users import User


class LoginThrottle(models.Model):
    """Failed tries of one account name or one address (found by a keyed digest, never in clear).

    An account only grows slower, an address is blocked; names nobody has behave alike. `since` is
    when the counting of `failures` began.
    """

    class Kind(models.TextChoices):
        ACCOUNT = "account"
        ADDRESS = "address"

    kind = models.CharField(max_length=8, choices=Kind)
    key = models.BinaryField(max_length=16)
    failures = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    last_failure_at = models.DateTimeField()
    next_try_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="one_throttle_per_key")]
        indexes = [models.Index(fields=["last_failure_at"], name="throttle_age")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.failures}"


class PasswordLink(ScopedModel):
    """A single-use link by which a person sets a password; only its digest is kept."""

    class Purpose(models.TextChoices):
        WELCOME = "welcome"
        RESET = "reset"

    scope_by = ScopeBy(user="user_id")

    user = models.ForeignKey(User, models.CASCADE, related_name="password_links")
    purpose = models.CharField(max_length=8, choices=Purpose)
    to = models.EmailField(blank=True, help_text=_("The mailbox it was sent to."))
    digest = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.purpose} link"
