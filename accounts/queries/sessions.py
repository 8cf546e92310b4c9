"""Sessions by their digest, and which of them are still alive."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from smartplus.kernel.scoping import Scope

from ..models import UserSession

LONGEST = timedelta(days=7)
"""However busy a session is, after this long its person signs in anew."""


def is_over(session: UserSession) -> bool:
    """Whether a session was ended, or is too old."""
    return session.ended_at is not None or timezone.now() - session.started_at > LONGEST


def session_of(digest: bytes) -> UserSession | None:
    """The session on the list, ended or not, with its person and their company: one query."""
    rows = UserSession.objects.select_related("user__organisation")
    return rows.filter(digest=digest).first()


def alive(rows: Any) -> Any:
    """Those of `rows` that are signed in still: not ended, and not older than any session lives."""
    now = timezone.now()
    since = now - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return rows.filter(ended_at=None, seen_at__gt=since, started_at__gt=now - LONGEST)


def open_sessions(scope: Scope) -> int:
    """How many sessions the person has."""
    number: int = alive(UserSession.objects.visible_to(scope)).count()
    return number
