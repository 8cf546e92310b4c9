"""What the lists export says states in the words of the page (S18)."""

from typing import Any

from django.test import Client
from django.utils.translation import override

from sites.models import Residency
from sites.services import NewUnit, add_units
from tests.sites.makers import House
from tests.sites.test_pages import url

CODES = {"normal", "registered", "inactivated", "unregistered", "expired", "master", "member"}


def test_states_are_exported_in_the_words_and_the_language_of_the_page(world: House, sheet_text: Any) -> None:
    anna = world.master()
    world.member()
    Residency.objects.filter(pk=anna.pk).update(app_state="registered")
    add_units(scope=world.scope, site=world.community, rows=[NewUnit(world.north.pk, "7")])
    client = Client()
    for language in ("en", "zh-hans"):
        world.manager.language = language
        world.manager.save()
        client.force_login(world.manager)
        with override(language):
            registered, normal = (
                str(state.label) for state in (Residency.AppState.REGISTERED, Residency.AccountState.NORMAL)
            )
        for name, words in (("units", {registered}), ("residents", {registered, normal})):
            page = url(name, world.community.pk)
            cells = set(sheet_text(client.get(page, {"export": "xlsx"})).split("\n"))
            assert words <= cells and not cells & CODES
            shown = client.get(page).content.decode()
            assert all(word in shown for word in words)
