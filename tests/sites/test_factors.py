"""Residents who lost every factor: whoever looks after the site removes them."""

from time import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import AuditEntry, Email, RecoveryCode, TotpApp, User, UserSession
from accounts.queries.factors import factors_of
from sites import services
from smartplus.kernel.errors import Refused
from smartplus.kernel.pages.fresh import PROVEN

from .makers import House

pytestmark = pytest.mark.django_db
BUTTON = "Remove app and passkeys"


def browser(user: User, *, proven: bool = True) -> Client:
    client = Client()
    client.force_login(user)
    if proven:
        session = client.session
        session[PROVEN] = int(time())
        session.save()
    return client


def test_the_manager_removes_the_factors_of_a_resident(world: House, stranger: Any) -> None:
    anna = world.master(email="anna@example.net")
    page = reverse("sites:resident", args=[world.community.pk, anna.pk])
    url = reverse("sites:resident_factors", args=[world.community.pk, anna.pk])
    manager = browser(world.manager)
    assert BUTTON not in manager.get(page).content.decode()
    assert "no app and no passkey" in manager.post(url).content.decode()
    TotpApp.objects.create(user=anna.user, secret="secret")
    RecoveryCode.objects.create(user=anna.user, digest=b"digest")
    User.objects.filter(pk=anna.user_id).update(email_confirmed_at=now(), welcomed_at=now())
    home = browser(anna.user)
    home.get("/")
    Email.objects.all().delete()
    assert BUTTON in manager.get(page).content.decode()
    assert "call back at a number you know" in manager.get(url).content.decode()

    late = browser(world.manager, proven=False).post(url)
    assert late["Location"].startswith("/accounts/confirm/")
    assert browser(User.objects.get(pk=stranger.user_id)).post(url).status_code == 404
    assert home.post(url).status_code == 403
    assert factors_of(anna.user).own

    assert manager.post(url)["Location"] == page
    assert not factors_of(anna.user).own
    assert not RecoveryCode.objects.filter(user=anna.user).exists()
    assert not UserSession.objects.filter(user=anna.user, ended_at=None).exists()
    letter = Email.objects.get()
    assert (letter.kind, letter.to, letter.user) == ("factor_changed", "anna@example.net", anna.user)
    entry = AuditEntry.objects.get(verb="factor.remove")
    assert (entry.actor, entry.object_id, entry.site_id) == (
        world.manager, anna.user_id, world.community.pk,
    )  # fmt: skip


def test_a_member_without_an_email_is_told_by_the_master(world: House) -> None:
    world.master(email="anna@example.net")
    otto = world.member()
    TotpApp.objects.create(user=otto.user, secret="secret")
    Email.objects.all().delete()
    services.remove_factors(scope=world.scope, person=otto)
    assert list(Email.objects.values_list("kind", "to")) == [("factor_changed", "anna@example.net")]


def test_another_reach_removes_nothing(world: House, stranger: Any) -> None:
    anna = world.master()
    TotpApp.objects.create(user=anna.user, secret="secret")
    with pytest.raises(Refused, match="not there any more"):
        services.remove_factors(scope=stranger, person=anna)
    assert factors_of(anna.user).own
