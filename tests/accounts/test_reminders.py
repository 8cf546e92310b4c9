"""The monthly reminder, and words that are no password here."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Email, Role, User
from accounts.services import passwords, reminders
from smartplus.kernel.errors import Refused

from .makers import PASSWORD, Trade

pytestmark = pytest.mark.django_db
OLD = {"password_set_at": timezone.now() - timedelta(days=31), "reminded_monthly": True}


def letters(user: User) -> int:
    return Email.objects.filter(user=user, kind="password_reminder").count()


def test_an_old_password_is_reminded_of_once_in_thirty_days(trade: Trade) -> None:
    owner = trade.people[Role.INSTALLER]
    User.objects.filter(pk=owner.pk).update(**OLD)
    assert [reminders.remind_all() for _ in range(3)] == [1, 0, 0]
    assert letters(owner) == 1
    Email.objects.update(created_at=timezone.now() - timedelta(days=31))
    assert reminders.remind_all() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"reminded_monthly": False},
        {"password_set_at": timezone.now() - timedelta(days=29)},
        {"password_set_at": None},
        {"is_active": False},
        {"email": ""},
        {"password": "!none"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_who_is_left_alone(trade: Trade, change: dict[str, Any]) -> None:
    owner = trade.people[Role.INSTALLER]
    User.objects.filter(pk=owner.pk).update(**{**OLD, **change})
    assert reminders.remind_all() == 0
    assert letters(owner) == 0


def test_an_account_of_unknown_password_age_counts_from_its_making(trade: Trade) -> None:
    owner = trade.people[Role.INSTALLER]
    User.objects.filter(pk=owner.pk).update(
        **{**OLD, "password_set_at": None}, created_at=OLD["password_set_at"]
    )
    assert reminders.remind_all() == 1


@pytest.mark.parametrize(
    "password",
    [
        "smartplus2026",
        "Smart-Plus-1!",
        "nord-installer",
        "NordInstaller99",
        "intercom1234",
        "Password-Login1",
    ],
)
def test_words_of_the_place_are_no_password(trade: Trade, password: str) -> None:
    with pytest.raises(Refused) as refusal:
        passwords.judge(password, trade.people[Role.INSTALLER])
    assert refusal.value.code == "weak"


@pytest.mark.parametrize("password", [PASSWORD, "the portal sings quietly", "nord wind blows over roofs"])
def test_but_may_stand_in_a_sentence(trade: Trade, password: str) -> None:
    passwords.judge(password, trade.people[Role.INSTALLER])
