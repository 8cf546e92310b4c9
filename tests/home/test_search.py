"""Search (S17): one field finds what each role may see, and leads to the lists of it all."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, User
from devices.models import Device
from sites import services as sites
from sites.models import Residency, Site, Unit
from smartplus.home import search
from tests.sessions import client_of
from tests.world import crowd

pytestmark = pytest.mark.django_db


def found(world: Any, role: Role, text: str) -> dict[str, list[str]]:
    """Titles of the hits by the heading of their group."""
    groups = search.search(world.scope(role), search.tidied(text))
    return {str(group.label): [hit.title for hit in group.hits] for group in groups}


def page(world: Any, role: Role, text: str) -> str:
    """The page of the search."""
    return client_of(world.people[role]).get("/search/", {"q": text}).content.decode()


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.OPERATOR, Role.RESIDENT)])
def test_each_level_finds_its_own_and_nothing_of_the_other_world(alpha: Any, bravo: Any, role: Role) -> None:
    own, foreign = alpha.rows[Device], bravo.rows[Device]
    assert found(alpha, role, own.mac)["Devices"] == [own.name]
    assert found(alpha, role, f"{own.mac[:2]}-{own.mac[2:4]}:{own.mac[4:6]}") == found(
        alpha, role, own.mac[:6]
    )
    person = alpha.rows[Residency]
    assert found(alpha, role, person.sip)["People"] == [person.full_name]
    for text in (bravo.mark, foreign.mac, foreign.sip, bravo.rows[Residency].sip, "bravo.example"):
        assert found(alpha, role, text) == {}
    assert bravo.mark not in page(alpha, role, alpha.mark)


def test_a_reseller_finds_installers_and_the_people_of_all_of_them(alpha: Any) -> None:
    everything = found(alpha, Role.DISTRIBUTOR, alpha.mark)
    assert list(everything) == ["Companies", "Sites", "People", "Devices", "Users"]
    assert f"{alpha.mark} Installer" in everything["Companies"]
    assert "/sites/people/" in page(alpha, Role.DISTRIBUTOR, alpha.rows[Residency].sip)


def test_a_manager_finds_apartments_but_no_users(alpha: Any) -> None:
    assert list(found(alpha, Role.PROPERTY_MANAGER, alpha.mark)) == [
        "Sites",
        "Apartments",
        "People",
        "Devices",
    ]


def test_the_operator_finds_companies_and_users_only(alpha: Any) -> None:
    assert set(found(alpha, Role.OPERATOR, alpha.mark)) <= {"Companies", "Users"}


def test_all_leads_to_a_list_that_holds_them(alpha: Any) -> None:
    crowd(alpha, 7)
    for role in (Role.DISTRIBUTOR, Role.PROPERTY_MANAGER):
        groups = search.search(alpha.scope(role), search.tidied(alpha.mark))
        named = {str(group.label): group for group in groups}
        assert all(len(group.hits) <= search.FEW for group in groups)
        people = Residency.objects.visible_to(alpha.scope(role)).count()
        assert sum(more.figure.rows for more in named["People"].more) == people
        for more in (more for group in groups for more in group.more):
            answer = client_of(alpha.people[role]).get(more.url)
            assert answer.status_code == 200
            assert answer.context["page"].match_count.rows == more.figure.rows, more.url


def test_a_search_costs_the_same_for_few_and_many(alpha: Any) -> None:
    page(alpha, Role.INSTALLER, alpha.mark)
    asked = []
    for copies in (0, 8):
        crowd(alpha, copies)
        with CaptureQueriesContext(connection) as queries:
            page(alpha, Role.INSTALLER, alpha.mark)
        asked.append(sum("django_session" not in query["sql"] for query in queries))
    assert asked[0] == asked[1] <= 15


def test_people_are_found_by_whatever_is_known_of_them(alpha: Any) -> None:
    scope, site, unit = alpha.scope(Role.INSTALLER), alpha.rows[Site], alpha.rows[Unit]
    new = sites.NewResident(
        "member",
        "Zoë",
        "Quist",
        unit_id=unit.pk,
        email="zq@example.net",
        country_code="45",
        mobile="20998877",
    )
    zoe = sites.add_resident(scope=scope, site=site, row=new)
    for text in (
        "zoë",
        "QUIST",
        "zq@example",
        "+45 20 99 88 77",
        "20998877",
        zoe.sip,
        f"quist {unit.number}",
    ):
        assert found(alpha, Role.PROPERTY_MANAGER, text)["People"] == ["Zoë Quist"], text
    assert User.objects.filter(pk=zoe.user_id).exists()


def test_too_little_and_nothing_are_said(alpha: Any) -> None:
    assert "at least two" in page(alpha, Role.INSTALLER, "x")
    nothing = page(alpha, Role.INSTALLER, "<b>nobody</b> here")
    assert "Nothing found" in nothing and "<b>nobody</b>" not in nothing
    assert "Nothing found" in page(alpha, Role.INSTALLER, "a\0" + "é" * 400)


def test_the_shell_shows_the_field_to_who_may_search(alpha: Any) -> None:
    for role in (Role.OPERATOR, Role.RESIDENT):
        text = client_of(alpha.people[role]).get("/accounts/profile/").content.decode()
        assert ('action="/search/"' in text) == (role != Role.RESIDENT), role
