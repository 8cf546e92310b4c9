"""What proves a person besides the password: an app, passkeys, recovery codes, a code by email."""

from django.db import models

from smartplus.kernel.scoping import ScopeBy, ScopedModel
from smartplus.kernel.secrets import EncryptedTextField
from smartplus.kernel.words import _, pgettext

from .users import User


class TotpApp(ScopedModel):
    """An app that shows six digits, others every 30 seconds. A row is there once one code was right.

    `last_step` is the time step of the last accepted code: none is accepted twice.
    """

    scope_by = ScopeBy(user="user_id")

    user = models.OneToOneField(User, models.CASCADE, related_name="totp_app")
    secret = EncryptedTextField(purpose="totp.secret")
    last_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = pgettext("an authenticator app", "app")

    def __str__(self) -> str:
        return str(pgettext("an authenticator app", "App"))


class Passkey(ScopedModel):
    """A key in a phone, a computer or a stick. We keep its public half, which is no secret."""

    scope_by = ScopeBy(user="user_id")

    user = models.ForeignKey(User, models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=60)
    credential = models.BinaryField(max_length=1023, unique=True)
    public_key = models.BinaryField(max_length=2048)
    sign_count = models.BigIntegerField(default=0)
    transports = models.JSONField(default=list)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    used_at = models.DateTimeField(_("last used"), null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class RecoveryCode(ScopedModel):
    """A code to keep on paper for the day the phone is lost; only its keyed digest is kept."""

    scope_by = ScopeBy(user="user_id")

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    digest = models.BinaryField(max_length=16)
    used_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="one_recovery_code_once")]

    def __str__(self) -> str:
        return str(_("Recovery code"))


class HeldLogin(ScopedModel):
    """A login whose password was right and whose second factor is awaited.

    The browser's session holds its id and nothing else of the person. Tries are counted here, over
    all codes sent for it; the email code itself is only here as a keyed digest.
    """

    scope_by = ScopeBy(user="user_id")

    user = models.ForeignKey(User, models.CASCADE, related_name="held_logins")
    by_email = models.BooleanField(default=False)
    tries = models.PositiveSmallIntegerField(default=0)
    digest = models.BinaryField(max_length=16, null=True)
    codes_sent = models.PositiveSmallIntegerField(default=0)
    code_sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["created_at"], name="held_login_age")]

    def __str__(self) -> str:
        return str(_("Held login"))
