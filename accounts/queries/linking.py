"""Linked accounts, and which of the links still hold."""

from django.db.models import QuerySet

from smartplus.kernel.secrets import keyed_index

from ..models import AccountLink, User
from .factors import factors_of


def mark_of(user: User) -> bytes:
    """Stands for how this account is opened now: another password, another mark."""
    demanded = int(factors_of(user).demanded)
    return keyed_index(f"{user.pk} {demanded} {user.password}", "account.link")


def holds(link: AccountLink) -> bool:
    """Whether both sides are opened as they were when they were linked."""
    pairs = ((link.user_mark, link.user), (link.other_mark, link.other))
    return all(bytes(mark) == mark_of(user) for mark, user in pairs)


def links_of(user_id: int) -> QuerySet[AccountLink]:
    """The accounts linked to this one, with their companies."""
    found = AccountLink.objects.filter(user=user_id)
    return found.select_related("user", "other__organisation").order_by("pk")
