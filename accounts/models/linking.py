"""Accounts of one person at several installers, linked by the person."""

from django.db import models
from django.db.models import F, Q

from smartplus.kernel.scoping import ScopeBy, ScopedModel
from smartplus.kernel.words import _

from .users import User


class AccountLink(ScopedModel):
    """`user` may change over to `other` without signing in. Each link is two rows, one for either side.

    The marks stand for the passwords that both had when they were linked (and for whether a second
    factor was demanded): another password, another mark, and the link opens nothing any more.
    """

    scope_by = ScopeBy(user="user_id")

    user = models.ForeignKey(User, models.CASCADE, related_name="account_links")
    other = models.ForeignKey(User, models.CASCADE, related_name="linked_by")
    user_mark = models.BinaryField(max_length=16)
    other_mark = models.BinaryField(max_length=16)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("linked account")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "other"], name="linked_once"),
            models.CheckConstraint(condition=~Q(user=F("other")), name="not_linked_to_itself"),
        ]

    def __str__(self) -> str:
        return str(self.other)
