"""The monthly password reminder, for logins whose keepers asked for it.

The outbox is its own marker: whoever was written to within 30 days is left alone, so the sweep may
run as often as it likes.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from ..models import Email, User
from . import mail

KIND = "password_reminder"
MONTH = timedelta(days=30)
AT_ONCE = 500


def remind_all() -> int:
    """Write to everybody whose password is older than 30 days. Answers how many that were."""
    total = 0
    while number := _remind_some():
        total += number
    return total


@transaction.atomic
def _remind_some() -> int:
    """One lot; rows that another sweep has in hand are left to it."""
    since = timezone.now() - MONTH
    told = Email.objects.filter(user=OuterRef("pk"), kind=KIND, created_at__gt=since)
    rows = User.objects.filter(~Exists(told), reminded_monthly=True, is_active=True)
    due = rows.alias(of=Coalesce("password_set_at", "created_at")).filter(of__lte=since)
    due = due.exclude(email="").exclude(password__startswith="!").exclude(organisation__is_active=False)
    people = list(due.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:AT_ONCE])
    if people:
        url = f"{settings.PUBLIC_URL}{reverse('accounts:password')}"
        letters = [mail.Letter(user, context={"change": url}) for user in people]
        mail.send_many(scope=None, kind=KIND, letters=letters)
    return len(people)
