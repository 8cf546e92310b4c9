"""The language of the pages: of the browser for strangers, of the account for who is signed in."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

from accounts.acting import SWITCH
from accounts.models import Role, Switch, User
from sites.models import Site
from tests.sessions import client_of


@pytest.fixture(autouse=True)
def two_languages() -> Iterator[None]:
    with override_settings(PAGE_LANGUAGES=["en", "zh-hans"]):
        yield


def choose(client: Client, language: str, **more: str) -> Any:
    return client.post(reverse("accounts:language"), {"language": language, **more})


def spoken(client: Client, path: str = "/login/", **headers: str) -> str:
    page = client.get(path, headers=headers).content.decode()
    return page.partition('<html lang="')[2].partition('"')[0]


def test_a_stranger_gets_what_the_browser_asks_for_if_we_have_it(db: None) -> None:
    assert spoken(Client()) == "en"
    assert spoken(Client(), **{"Accept-Language": "zh-CN,zh;q=0.9"}) == "zh-hans"
    assert spoken(Client(), **{"Accept-Language": "de"}) == "en", "no pages in German"


def test_a_stranger_chooses(db: None) -> None:
    client = Client()
    answer = choose(client, "zh-hans", next="/password/forgot/")
    assert (answer.status_code, answer["Location"]) == (302, "/password/forgot/")
    cookie = answer.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert spoken(client) == "zh-hans"
    assert spoken(client, **{"Accept-Language": "en"}) == "zh-hans"


@pytest.mark.parametrize("language", ["de", "", "xx", "zh-hans\0"])
def test_a_language_without_pages_changes_nothing(db: None, language: str) -> None:
    client = Client()
    assert settings.LANGUAGE_COOKIE_NAME not in choose(client, language).cookies
    assert spoken(client) == "en"


def test_it_never_leads_away(db: None) -> None:
    assert choose(Client(), "zh-hans", next="https://evil.example/")["Location"] == "/"
    assert Client().get(reverse("accounts:language")).status_code == 405


def test_the_account_keeps_it(alpha: Any) -> None:
    user = alpha.people[Role.INSTALLER]
    client = client_of(user)
    choose(client, "zh-hans")
    assert User.objects.get(pk=user.pk).language == "zh-hans"
    assert spoken(client, "/") == "zh-hans"
    choose(client, "en")
    assert spoken(client, "/") == "en"


def test_it_is_not_changed_for_the_account_one_works_in(alpha: Any) -> None:
    actor, into = alpha.people[Role.DISTRIBUTOR], alpha.rows[Switch].into
    client = client_of(actor)
    session = client.session
    session[SWITCH] = alpha.rows[Switch].pk
    session.save()
    choose(client, "zh-hans")
    languages = set(User.objects.filter(pk__in=[actor.pk, into.pk]).values_list("language", flat=True))
    assert languages == {"en"}


def test_a_forged_choice_is_refused(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    assert choose(client, "zh-hans").status_code == 403


def test_a_panel_is_told_anew_in_the_other_language(alpha: Any) -> None:
    client = client_of(alpha.people[Role.PROPERTY_MANAGER])
    url = reverse("logs:site_panel", args=[alpha.rows[Site].pk])
    fragment = {"HX-Request": "true"}
    tag = client.get(url, headers=fragment)["ETag"]
    assert client.get(url, headers=fragment | {"If-None-Match": tag}).status_code == 304
    choose(client, "zh-hans")
    assert client.get(url, headers=fragment | {"If-None-Match": tag}).status_code == 200
