"""The list of sessions: where a person is signed in, and ending one from afar."""

import hashlib
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

from .. import audit
from ..models import User, UserSession

SEEN_EVERY = timedelta(minutes=5)


def digest_of(key: str) -> bytes:
    """By which the session of this key is found. The key has 160 bits of chance: a plain digest will do."""
    return hashlib.sha256(key.encode()).digest()


def begin(*, user: User, key: str, browser: str = "", address: str = "") -> UserSession:
    """Put a session on the list; one that is there already stays as it is."""
    now = timezone.now()
    row = UserSession(
        user=user,
        digest=digest_of(key),
        browser=browser[:60],
        address=address[:45],
        started_at=now,
        seen_at=now,
    )
    UserSession.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["digest"], update_fields=["seen_at"]
    )
    return row


def seen(session: UserSession, address: str = "") -> None:
    """The session was used; written down once in five minutes at most."""
    now = timezone.now()
    if now - session.seen_at < SEEN_EVERY:
        return
    rows = UserSession.objects.filter(pk=session.pk, seen_at__lt=now - SEEN_EVERY)
    rows.update(seen_at=now, address=address[:45] or session.address)


def move(before: bytes, after: bytes) -> None:
    """The session goes on under another key."""
    if before != after:
        UserSession.objects.filter(digest=before).update(digest=after)


def close(digest: bytes) -> None:
    """Somebody signed out here."""
    UserSession.objects.filter(digest=digest, ended_at=None).update(ended_at=timezone.now())


@transaction.atomic
def end(*, scope: Scope, session: UserSession) -> None:
    """Sign one session out: its next request is a stranger's. Raises `Refused`."""
    rows = UserSession.objects.filter(pk=session.pk, ended_at=None)
    if not rows.update(ended_at=timezone.now()):
        raise Refused(_("This session has ended already."), code="gone")
    audit.record(scope, "session.end", session.user, after={"sessions": 1})


@transaction.atomic
def end_all(*, scope: Scope, user: User) -> int:
    """Sign out everywhere, here too. Answers how many sessions that were."""
    number = void_many([user.pk])
    audit.record(scope, "session.end", user, after={"sessions": number})
    return number


def void_many(user_ids: Iterable[int], but: bytes | None = None) -> int:
    """End all sessions of these people, except the one with the digest `but`."""
    rows = UserSession.objects.filter(user__in=list(user_ids), ended_at=None)
    return (rows.exclude(digest=but) if but else rows).update(ended_at=timezone.now())
