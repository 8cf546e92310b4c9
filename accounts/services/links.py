"""Single-use links by which a person sets a password. Only their digest is kept."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from smartplus.kernel.pouring import pour
from smartplus.kernel.secrets import draw_secret

from ..models import PasswordLink, User

LIFETIMES = {
    PasswordLink.Purpose.WELCOME: timedelta(days=7),
    PasswordLink.Purpose.RESET: timedelta(minutes=30),
}


@dataclass(frozen=True)
class Issued:
    """A link that was just made: its token, which nobody can read again, and its end."""

    token: str = field(repr=False)
    expires_at: datetime


def issue(user: User, purpose: PasswordLink.Purpose, *, to: str = "") -> str:
    """A new link's token, to be mailed to the address `to`; earlier links stay good, so that whichever
    email is opened first works.
    """
    token = draw_secret()
    expires_at = timezone.now() + LIFETIMES[purpose]
    PasswordLink.objects.create(
        user=user, purpose=purpose, digest=_digest(token), expires_at=expires_at, to=to
    )
    return token


def issue_anew(user_ids: Iterable[int], purpose: PasswordLink.Purpose) -> dict[int, Issued]:
    """A link for each user by id, to be handed over and not mailed; every earlier link of theirs is void."""
    wanted = list(dict.fromkeys(user_ids))
    void_many(wanted)
    expires_at = timezone.now() + LIFETIMES[purpose]
    made = {user_id: Issued(draw_secret(), expires_at) for user_id in wanted}
    pour(
        [
            PasswordLink(user_id=user_id, purpose=purpose, digest=_digest(one.token), expires_at=expires_at)
            for user_id, one in made.items()
        ],
        numbered=False,
    )
    return made


def find(token: str) -> PasswordLink | None:
    """The link behind a token if it is still good. Looking does not use it up: mail scanners look too."""
    return _good().filter(digest=_digest(token)).first()


def find_many(tokens: Iterable[str], purpose: PasswordLink.Purpose) -> dict[str, PasswordLink]:
    """The good links of this purpose behind tokens, by token."""
    asked = {_digest(token): token for token in tokens}
    found = _good().filter(digest__in=list(asked), purpose=purpose)
    return {asked[bytes(link.digest)]: link for link in found}


def still_good(link_id: int | None) -> PasswordLink | None:
    """The link by id if it is still good, with its user."""
    return _good().filter(pk=link_id).first() if link_id else None


def use(link: PasswordLink) -> bool:
    """Use a link up, and with it all others of its user. False when somebody was faster."""
    now = timezone.now()
    rows = PasswordLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=now)
    used = rows.update(used_at=now)
    if used:
        void(link.user)
    return bool(used)


def void(user: User) -> None:
    """No link of this user is good any more: a password was set, or the mailbox is another."""
    void_many([user.pk])


def void_many(user_ids: Iterable[int]) -> None:
    """`void` for several users in one statement."""
    PasswordLink.objects.filter(user__in=list(user_ids), used_at=None).update(used_at=timezone.now())


def forget(token: str) -> None:
    """The email with this token was never sent."""
    PasswordLink.objects.filter(digest=_digest(token)).delete()


def waiting(user_ids: list[int], purpose: PasswordLink.Purpose) -> list[int]:
    """The users of the good links of this purpose, one id a link."""
    return list(_good().filter(user__in=user_ids, purpose=purpose).values_list("user_id", flat=True))


def _good() -> QuerySet[PasswordLink]:
    company_on = Q(user__organisation=None) | Q(user__organisation__is_active=True)
    alive = Q(used_at=None, expires_at__gt=timezone.now(), user__is_active=True)
    return PasswordLink.objects.select_related("user__organisation").filter(alive, company_on)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
