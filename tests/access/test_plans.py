"""What the feature plan and the state of an account mean for PINs, cards and the app (S2, S18)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from access.models import AccessRight, Credential
from access.queries.people import may_open_now
from access.services.credentials import add_cards, remove_credentials, set_pins
from access.services.people import AccessTo, save_access
from access.services.unlock import unlock_own
from accounts.permissions import scope_for
from sites.models import Residency, Site
from smartplus.kernel.errors import Refused

from .test_import import bring, errors_of

BASIC = {"feature_plan": "basic"}
ENDED = {"premium_until": now() - timedelta(days=1)}


def browser(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("plan", [BASIC, ENDED])
def test_pins_are_not_the_managers_without_premium(home: Any, plan: dict[str, Any]) -> None:
    village = home.village
    set_pins(scope=village.scope, site=village.site, pins={home.person.pk: "4711"})
    Site.objects.filter(pk=village.site.pk).update(**plan)
    village.site.refresh_from_db()
    home.person.refresh_from_db()
    manager = scope_for(village.manager)
    before = list(Credential.objects.values()), list(AccessRight.objects.values())
    for pin in ("1234", ""):
        with pytest.raises(Refused) as no:
            save_access(scope=manager, person=home.person, to=AccessTo(pin=pin))
        assert (no.value.field, no.value.code) == ("pin", "plan")
    with pytest.raises(Refused):
        remove_credentials(scope=manager, credentials=list(Credential.objects.filter(kind="pin")))
    assert (list(Credential.objects.values()), list(AccessRight.objects.values())) == before
    add_cards(scope=manager, site=village.site, cards={home.person.pk: ["00F29107"]})
    address = f"/access/{village.site.pk}/residents/{home.person.pk}/"
    page = browser(village.manager).get(address)
    assert page.status_code == 200
    assert 'name="pin"' not in page.content.decode() and "plan" in page.content.decode()
    posted = browser(village.manager).post(address, {"pin": "1234", "cards": "00F29108"})
    assert posted.status_code == 302
    assert list(Credential.objects.filter(kind="pin").values_list("value", flat=True)) == ["4711"]
    assert Credential.objects.filter(kind="card").count() == 2


@pytest.mark.parametrize("state", ["inactivated", "expired"])
def test_an_account_that_is_not_in_use_has_no_app_but_its_keys(home: Any, state: str) -> None:
    village, person = home.village, home.person
    set_pins(scope=village.scope, site=village.site, pins={person.pk: "4711"})
    relay = home.door.relays.first()
    assert may_open_now(user_id=person.user_id, relay=relay)
    rights = list(AccessRight.objects.values())
    Residency.objects.filter(pk=person.pk).update(account_state=state)
    with pytest.raises(Refused):
        unlock_own(scope=scope_for(person.user), relay=relay)
    client = browser(person.user)
    assert "4711" not in client.get("/access/mine/").content.decode()
    panel = client.get(f"/access/mine/{person.pk}/doors/").content.decode()
    assert "activate" in panel and "Unlock" not in panel
    assert list(AccessRight.objects.values()) == rights, "no door forgets anybody by it"


def test_who_would_share_a_pin_is_named_without_the_pin(home: Any) -> None:
    village = home.village
    Site.objects.filter(pk=village.site.pk).update(pin_mode="apt_pin")
    page = f"/access/sites/{village.site.pk}/pins/"
    client = browser(village.manager)
    assert "No PIN is used twice" in client.get(page, HTTP_HX_REQUEST="true").content.decode()
    village.site.refresh_from_db()
    other = village.person(village.unit(home.building, "1205"), "Bert")
    set_pins(scope=village.scope, site=village.site, pins={home.person.pk: "4711", other.pk: "4711"})
    said = client.get(page, HTTP_HX_REQUEST="true").content.decode()
    assert "Anna" in said and "Bert" in said and "4711" not in said
    settings = f"/sites/{village.site.pk}/settings/"
    assert page in client.get(settings).content.decode()
    typed = {"name": "Village", "time_zone": "Europe/Berlin", "hours_24": "True", "date_format": "Y/M/D"}
    answer = client.post(settings, {**typed, "pin_mode": "pin"})
    (error,) = answer.context["form"].errors["pin_mode"]
    assert "Anna" in error and "Bert" in error and "4711" not in error
    assert Site.objects.get(pk=village.site.pk).pin_mode == "apt_pin"
    set_pins(scope=village.scope, site=village.site, pins={other.pk: "4712"})
    assert client.post(settings, {**typed, "pin_mode": "pin"}).status_code == 302
    assert Site.objects.get(pk=village.site.pk).pin_mode == "pin"


def test_the_template_takes_no_pin_without_premium(home: Any) -> None:
    Site.objects.filter(pk=home.village.site.pk).update(**BASIC)
    row = {"Building": "North House", "Apt": "1204", "AccountType": "1", "FirstName": "Otto"}
    Residency.objects.filter(pk=home.person.pk).update(kind="master")
    before = Residency.objects.count()
    found = errors_of(bring(home, {**row, "PIN": "4711"}))
    ((number, _letter, reason),) = found
    assert (number, "Basic plan" in reason) == (2, True)
    assert Residency.objects.count() == before
    assert not errors_of(bring(home, {**row, "RFCard": "00F29107"}))
    assert Credential.objects.filter(kind="card").count() == 1
