"""Forgets what nobody needs any more."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from ..models import Email, HeldLogin, LoginThrottle, PasswordLink, UserSession

THROTTLES_KEPT = timedelta(days=2)
LINKS_KEPT = timedelta(days=30)
EMAILS_KEPT = timedelta(days=90)
HELD_KEPT = timedelta(days=1)
SESSIONS_KEPT = timedelta(days=30)
"""Longer than any session lives: an ended one must not come back as one nobody knows."""


def tidy_up() -> None:
    """Delete stale throttles, dead links, held logins, the record of old emails, and ended sessions."""
    now = timezone.now()
    LoginThrottle.objects.filter(last_failure_at__lt=now - THROTTLES_KEPT).delete()
    PasswordLink.objects.filter(expires_at__lt=now - LINKS_KEPT).delete()
    Email.objects.filter(due_at=None, created_at__lt=now - EMAILS_KEPT).delete()
    HeldLogin.objects.filter(created_at__lt=now - HELD_KEPT).delete()
    UserSession.objects.filter(seen_at__lt=now - SESSIONS_KEPT).delete()
    Session.objects.filter(expire_date__lt=now).delete()
