"""The outbox of emails: written in the transaction of the change, sent after it."""

from django.db import models
from django.db.models import Q

from smartplus.kernel.scoping import ScopeBy, ScopedModel
from smartplus.kernel.secrets import EncryptedTextField
from smartplus.kernel.words import _

from .users import User


class Email(ScopedModel):
    """One email to one person.

    Bodies hold single-use links, so they lie encrypted and are emptied once sent.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    scope_by = ScopeBy(user="user_id")

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="emails")
    kind = models.CharField(max_length=40)
    to = models.EmailField(blank=True)
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=200, blank=True, help_text=_("Known once it was rendered."))
    context = EncryptedTextField(purpose="email.context", default="", blank=True)
    state = models.CharField(max_length=6, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="email_due")]

    def __str__(self) -> str:
        return f"{self.kind} ({self.state})"
