"""Sessions by their digest, and which of them are still alive."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from smartplus.kernel.scoping import Scope

from ..models import UserSession


def is_over(session: UserSession) -> bool:
    """Whether a session was ended, was begun too long ago, or has not been used for too long."""
    begun, used = _bounds()
    return session.ended_at is not None or session.started_at <= begun or session.seen_at <= used


def session_of(digest: bytes) -> UserSession | None:
    """The session on the list, ended or not, with its person and their company: one query."""
    try:
        return UserSession.objects.select_related("user__organisation").get(digest=digest)
    except UserSession.DoesNotExist:
        return None


def alive(rows: Any) -> Any:
    """Those of `rows` by which somebody is signed in still."""
    begun, used = _bounds()
    return rows.filter(ended_at=None, started_at__gt=begun, seen_at__gt=used)


def _bounds() -> tuple[datetime, datetime]:
    """After which moments a session must have begun, and have been used, to be alive now."""
    now = timezone.now()
    idle = timedelta(minutes=settings.SESSION_IDLE_MINUTES)
    return now - timedelta(seconds=settings.SESSION_COOKIE_AGE), now - idle


def open_sessions(scope: Scope) -> int:
    """How many sessions the person has."""
    number: int = alive(UserSession.objects.visible_to(scope)).count()
    return number
