"""Proving that an address is the person's own."""

from django.db import models
from django.db.models import Q

from smartplus.kernel.scoping import ScopeBy, ScopedModel

from .users import User


class EmailConfirmation(ScopedModel):
    """A single-use link that proves an address before it counts; only its digest is kept.

    A person has one at a time: asking anew voids the one before.
    """

    scope_by = ScopeBy(user="user_id")

    user = models.ForeignKey(User, models.CASCADE, related_name="email_confirmations")
    email = models.EmailField()
    digest = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(used_at=None), name="one_open_confirmation"),
        ]

    def __str__(self) -> str:
        return f"confirmation of user {self.user_id}"
