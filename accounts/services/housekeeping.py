"""Forgets what nobody needs any more."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from ..models import Email, LoginThrottle, PasswordLink

THROTTLES_KEPT = timedelta(days=2)
LINKS_KEPT = timedelta(days=30)
EMAILS_KEPT = timedelta(days=90)


def tidy_up() -> None:
    """Delete stale throttles, dead links, the record of old emails, and sessions that have ended."""
    now = timezone.now()
    LoginThrottle.objects.filter(last_failure_at__lt=now - THROTTLES_KEPT).delete()
    PasswordLink.objects.filter(expires_at__lt=now - LINKS_KEPT).delete()
    Email.objects.filter(due_at=None, created_at__lt=now - EMAILS_KEPT).delete()
    Session.objects.filter(expire_date__lt=now).delete()
