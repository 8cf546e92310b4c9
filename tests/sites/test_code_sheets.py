"""Codes for more people than fit on a sheet (S11): made in the background, sheet by sheet, shown once."""

from time import time
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, PasswordLink, User
from accounts.permissions import scope_for
from accounts.services import links
from sites import services
from sites.models import Residency
from sites.services import NewResident, NewUnit, code_sheets, codes
from smartplus.kernel.pages.fresh import PROVEN

from .makers import House


def browser(user: User) -> Client:
    """Somebody who has just shown who it is."""
    client = Client()
    client.force_login(user)
    session = client.session
    session[PROVEN] = int(time())
    session.save()
    return client


def fill(world: House, n: int) -> list[int]:
    """So many more apartments, each with a family master; their ids."""
    rows = [NewUnit(world.north.pk, str(number)) for number in range(1, n + 1)]
    units = services.add_units(scope=world.scope, site=world.community, rows=rows)
    people = [NewResident("master", "Ada", unit_id=unit.pk) for unit in units]
    services.add_residents(scope=world.scope, site=world.community, rows=people)
    return [unit.pk for unit in units]


def key_of(world: House) -> str:
    """Where it is kept what the manager asked for."""
    return f"codes:{world.community.pk}:{world.manager.pk}"


def turn(world: House) -> str:
    """Which of the manager's questions is being answered."""
    return str(cache.get(key_of(world))["turn"])


def page(world: House, name: str = "code_sheets") -> str:
    return reverse(f"sites:{name}", args=[world.community.pk])


def tokens_on(answer: Any) -> list[str]:
    """The codes of a sheet."""
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    return [card["token"] for card in answer.context["cards"]]


@pytest.fixture
def reminded(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """What the background was reminded of."""
    sent: list[list[int]] = []
    monkeypatch.setattr(code_sheets, "remind", lambda task, *given, queue: sent.append(list(given)))
    return sent


def test_a_reset_of_more_than_a_sheet_holds_gives_codes_to_all(
    world: House, reminded: list[Any], django_capture_on_commit_callbacks: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("sites.code_files.qr_code", lambda *given, **more: b"")
    units, client = fill(world, 503), browser(world.manager)
    asked = {"pick": units, "confirmed": "1"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("sites:units_reset", args=[world.community.pk]), asked)
    assert answer.url == page(world) and not PasswordLink.objects.exists()
    assert reminded == [[world.community.pk, world.manager.pk]]
    assert "0 of 503" in client.get(page(world)).content.decode()
    code_sheets.serve(*reminded[0])
    shown = client.get(page(world)).content.decode()
    assert "500 codes, from North House 1 to North House 500" in shown and "3 codes" in shown
    assert PasswordLink.objects.filter(used_at=None).count() == 503
    kept = cache.get(f"{key_of(world)}:sheet:{turn(world)}:0")
    first, second = (tokens_on(client.post(page(world, "code_sheet"), {"number": n})) for n in (1, 2))
    assert len({*first, *second}) == 503 and all(links.find(token) for token in (first[0], second[-1]))
    assert first[0].encode() not in kept, "they wait encrypted"
    again = client.post(page(world, "code_sheet"), {"number": 1}, follow=True)
    assert "shown already" in again.content.decode() and links.find(first[0])
    assert AuditEntry.objects.filter(verb="resident.code", actor_id=world.manager.pk).count() == 503


def ask(world: House, capture: Any, n: int = 3) -> None:
    """Codes for `n` people, one a sheet."""
    fill(world, n)
    people = Residency.objects.filter(site=world.community).values_list("pk", flat=True)
    with capture(execute=True):
        code_sheets.ask(scope=world.manager_scope, site=world.community, residency_ids=people)


def progress(world: House) -> Any:
    return code_sheets.progress_of(scope=world.manager_scope, site=world.community)


def test_a_lost_reminder_or_worker_costs_a_minute(
    world: House, reminded: list[Any], django_capture_on_commit_callbacks: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(codes, "MOST", 1)
    ask(world, django_capture_on_commit_callbacks)
    assert len(reminded) == 1
    progress(world)
    assert len(reminded) == 1, "one reminder a minute"
    cache.delete(f"{key_of(world)}:hurried:{turn(world)}:0")
    progress(world)
    assert len(reminded) == 2
    taken = f"{key_of(world)}:taken:{turn(world)}:0"
    cache.set(taken, 1, 60)
    code_sheets.serve(*reminded[0])
    assert progress(world).done == 0, "another worker is at it"
    cache.delete(taken)
    code_sheets.serve(*reminded[0])
    code_sheets.serve(*reminded[1])
    assert (progress(world).done, len(progress(world).sheets)) == (3, 3)
    assert PasswordLink.objects.filter(used_at=None).count() == 3


def test_sheets_are_for_who_asked_and_end_with_the_rights(
    world: House, reminded: list[Any], django_capture_on_commit_callbacks: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(codes, "MOST", 1)
    ask(world, django_capture_on_commit_callbacks, 2)
    code_sheets.serve(*reminded[0])
    boss = scope_for(world.boss)
    assert code_sheets.progress_of(scope=boss, site=world.community) is None
    assert code_sheets.take(scope=boss, site=world.community, number=1) == []
    assert code_sheets.take(scope=world.manager_scope, site=world.community, number=9) == []
    assert len(code_sheets.take(scope=world.manager_scope, site=world.community, number=1)) == 1
    with django_capture_on_commit_callbacks(execute=True):
        people = Residency.objects.filter(site=world.community).values_list("pk", flat=True)
        code_sheets.ask(scope=world.manager_scope, site=world.community, residency_ids=people)
    world.community.managers.clear()
    before = PasswordLink.objects.count()
    code_sheets.serve(*reminded[-1])
    assert progress(world) is None and PasswordLink.objects.count() == before


def test_many_codes_ask_who_it_is_first(world: House) -> None:
    """One does not: it is made for somebody who stands there."""
    pair = [world.staff().pk, world.staff(unique_id="S2", first_name="Siv").pk]
    client = Client()
    client.force_login(world.boss)
    url = reverse("sites:residents_codes", args=[world.office.pk])
    answer = client.post(url, {"pick": pair, "confirmed": "1"})
    assert answer.url.startswith("/accounts/confirm/") and not PasswordLink.objects.exists()
    assert client.post(page(world, "code_sheet")).url.startswith("/accounts/confirm/")
    assert client.post(url, {"pick": pair[:1], "confirmed": "1"}).status_code == 200
    answer = browser(world.boss).post(url, {"pick": pair, "confirmed": "1"})
    assert answer.status_code == 200 and PasswordLink.objects.filter(used_at=None).count() == 2
