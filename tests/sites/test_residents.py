"""People: who may be added where, what changes, and what goes with whom."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, Role, User
from accounts.permissions import scope_for
from sites import services
from sites.events import ResidentsAdded, ResidentsChanged, ResidentsRemoved
from sites.models import Residency
from sites.services import NewResident, NewUnit
from smartplus.kernel.errors import Refused, RefusedMany
from smartplus.kernel.scoping import Scope
from tests.sites.makers import House, everything


def test_a_person_gets_a_login_named_by_the_personal_number(world: House, heard: list[object]) -> None:
    anna = world.master(last_name="Berg", email="anna@example.net", language="da")
    login = anna.user
    assert anna.sip == login.username
    assert int(anna.sip) > 100_000
    assert anna.sip != world.flat.sip
    assert (login.role, login.language, login.time_zone) == (Role.RESIDENT, "da", "Europe/Copenhagen")
    assert not login.has_usable_password()
    assert (anna.place_label, anna.building) == ("North House 1204", world.north)
    assert heard == [ResidentsAdded(world.community.pk, (anna.pk,))]
    assert AuditEntry.objects.get(verb="resident.create").after["sip"] == anna.sip


def test_plural_and_singular_write_the_same(world: House) -> None:
    numbers = ["1", "2", "3", "4"]
    flats = services.add_units(
        scope=world.scope, site=world.community, rows=[NewUnit(world.north.pk, number) for number in numbers]
    )

    def people(*units: Any) -> list[NewResident]:
        return [
            NewResident(
                "master",
                "Émile",
                "Zola",
                unit.pk,
                email="e@example.net",
                country_code="+33",
                mobile="0612345678",
            )
            for unit in units
        ]

    services.add_residents(scope=world.scope, site=world.community, rows=people(*flats[:2]))
    for unit in flats[2:]:
        services.add_residents(scope=world.scope, site=world.community, rows=people(unit))
    columns = [
        "kind", "first_name", "last_name", "email", "country_code", "mobile", "sort_name", "user__role",
        "user__email", "account_state", "app_state",
    ]  # fmt: skip
    rows = list(Residency.objects.order_by("pk").values_list(*columns))
    assert len(rows) == 4
    assert len(set(rows)) == 1
    assert rows[0][4:6] == ("33", "612345678")


def test_a_thousand_cost_as_many_queries_as_two(world: House, heard: list[object]) -> None:
    def cost(first: int, count: int) -> int:
        numbers = range(first, first + count)
        rows = [NewUnit(world.north.pk, str(number)) for number in numbers]
        flats = services.add_units(scope=world.scope, site=world.community, rows=rows)
        people = [NewResident("master", "Anna", unit_id=flat.pk, email="a@example.net") for flat in flats]
        members = [NewResident("member", "Otto", unit_id=flat.pk) for flat in flats[: count // 2]]
        with CaptureQueriesContext(connection) as queries:
            services.add_residents(scope=world.scope, site=world.community, rows=[*people, *members])
        return len(queries)

    cost(1, 2)
    assert cost(1_000, 40) == cost(2_000, 300) <= 22


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"first_name": ""}, "first_name"),
        ({"first_name": "x" * 300}, "first_name"),
        ({"first_name": "An\u202ena"}, "first_name"),
        ({"first_name": "An\x00na"}, "first_name"),
        ({"first_name": "\u200b\u0301"}, "first_name"),
        ({"last_name": "y" * 65}, "last_name"),
        ({"email": "anna@"}, "email"),
        ({"email": "a" * 250 + "@example.net"}, "email"),
        ({"country_code": "999"}, "country_code"),
        ({"country_code": "45x"}, "country_code"),
        ({"mobile": "20123456"}, "country_code"),
        ({"country_code": "45", "mobile": "123"}, "mobile"),
        ({"country_code": "45", "mobile": "+4915112345678"}, "mobile"),
        ({"country_code": "45", "mobile": "twenty"}, "mobile"),
        ({"language": "tlh"}, "language"),
        ({"remark": "r" * 201}, "remark"),
        ({"kind": "staff"}, "kind"),
        ({"unit_id": None}, "unit"),
        ({"unit_id": -1}, "unit"),
    ],
)
def test_bad_values_are_refused_at_their_field(world: House, values: dict[str, Any], field: str) -> None:
    good = {"kind": "master", "first_name": "Anna", "unit_id": world.flat.pk}
    before = everything()
    with pytest.raises(RefusedMany) as refused:
        services.add_residents(
            scope=world.scope, site=world.community, rows=[NewResident(**{**good, **values})]
        )
    assert refused.value.rows[0].field == field
    assert everything() == before


@pytest.mark.parametrize("name", ["שרה", "محمد", "Zoë 🦊", "नेहा", "Ngọć"])
def test_names_of_all_scripts_are_kept(world: House, name: str) -> None:
    anna = world.master(first_name=name)
    anna.refresh_from_db()
    assert anna.first_name == name
    assert name in anna.search_text


def test_a_mobile_is_kept_without_code_and_trunk_zero(world: House) -> None:
    anna = world.master(country_code="0044", mobile="+44 (0)7700 900123")
    assert (anna.country_code, anna.mobile) == ("44", "7700900123")


def test_one_master_and_no_member_without(world: House) -> None:
    rows = [
        NewResident("member", "Otto", unit_id=world.flat.pk),
        NewResident("master", "Anna", unit_id=world.flat.pk),
        NewResident("master", "Berta", unit_id=world.flat.pk),
    ]
    before = everything()
    with pytest.raises(RefusedMany) as refused:
        services.add_residents(scope=world.scope, site=world.community, rows=rows[:1])
    assert refused.value.rows[0].code == "no_master"
    with pytest.raises(RefusedMany) as refused:
        services.add_residents(scope=world.scope, site=world.community, rows=rows)
    assert {index: no.code for index, no in refused.value.rows.items()} == {2: "second_master"}
    assert everything() == before
    services.add_residents(scope=world.scope, site=world.community, rows=rows[:2])
    with pytest.raises(RefusedMany) as refused:
        services.add_residents(scope=world.scope, site=world.community, rows=rows[1:2])
    assert refused.value.rows[0].code == "second_master"


def test_members_wait_for_an_activated_master(world: House) -> None:
    Residency.objects.filter(pk=world.master().pk).update(account_state="inactivated")
    with pytest.raises(Refused, match="not activated"):
        world.member()


def test_a_house_knows_its_home(world: House) -> None:
    villa = world.villa()
    row = NewResident("member", "Ole")
    ole = services.add_resident(scope=world.scope, site=villa, row=row)
    assert ole.place_label == "Garden house"


def test_an_office_has_departments_and_ids(world: House) -> None:
    sven = world.staff(intercom=False, call_type=2, phone="+4520123456")
    assert (sven.place_label, sven.unit, sven.intercom, sven.call_type) == ("Sales", None, False, 2)
    rows = [
        NewResident("staff", "A", building_id=world.sales.pk, unique_id="s1"),
        NewResident("personnel", "B", building_id=world.sales.pk, unique_id="S2"),
        NewResident("personnel", "C", building_id=world.sales.pk, unique_id="s2"),
        NewResident("personnel", "D", building_id=world.sales.pk),
        NewResident("personnel", "E", building_id=world.north.pk, unique_id="S3"),
        NewResident("master", "F", building_id=world.sales.pk, unique_id="S4"),
        NewResident("staff", "G", building_id=world.sales.pk, unique_id="S5", call_type=3),
    ]
    before = everything()
    with pytest.raises(RefusedMany) as refused:
        services.add_residents(scope=world.scope, site=world.office, rows=rows)
    assert {index: (no.field, no.code) for index, no in refused.value.rows.items()} == {
        0: ("unique_id", "in_use"),
        2: ("unique_id", "double"),
        3: ("unique_id", "required"),
        4: ("building", "no_building"),
        5: ("kind", "kind"),
        6: ("call_type", "unknown"),
    }
    assert everything() == before


def test_changing_a_name_is_told_and_carried_to_the_login(world: House, heard: list[object]) -> None:
    anna = world.master(last_name="Berg")
    heard.clear()
    services.change_resident(scope=world.scope, person=anna, last_name="Bjerg", remark="Tenant")
    anna.refresh_from_db()
    assert (anna.last_name, anna.remark, anna.user.last_name) == ("Bjerg", "Tenant", "Bjerg")
    assert heard == [ResidentsChanged(world.community.pk, (anna.pk,))]
    entry = AuditEntry.objects.get(verb="resident.change")
    assert (entry.before, entry.after) == (
        {"last_name": "Berg", "remark": ""},
        {"last_name": "Bjerg", "remark": "Tenant"},
    )


def test_what_doors_need_not_know_is_not_told(world: House, heard: list[object]) -> None:
    anna = world.master()
    heard.clear()
    services.change_resident(scope=world.scope, person=anna, remark="Tenant", language="fr")
    services.change_resident(scope=world.scope, person=anna, first_name="Anna")
    assert heard == []


def test_a_login_with_a_name_of_its_own_keeps_it(world: House) -> None:
    anna = world.master(first_name="Anna")
    User.objects.filter(pk=anna.user_id).update(first_name="Annika")
    services.change_resident(scope=world.scope, person=anna, first_name="Ann")
    anna.user.refresh_from_db()
    assert anna.user.first_name == "Annika"


def test_a_mobile_is_judged_with_the_code_that_stays(world: House) -> None:
    anna = world.master(country_code="45", mobile="20123456")
    services.change_resident(scope=world.scope, person=anna, mobile="30 12 34 56")
    anna.refresh_from_db()
    assert anna.mobile == "30123456"
    with pytest.raises(Refused) as refused:
        services.change_resident(scope=world.scope, person=anna, country_code="1")
    assert refused.value.field == "mobile"


def test_people_of_an_office_change_departments(world: House, heard: list[object]) -> None:
    sven = world.staff()
    care = services.add_building(scope=world.scope, site=world.office, name="Care")
    heard.clear()
    services.change_resident(
        scope=world.scope, person=sven, building_id=care.pk, kind="personnel", unique_id="P7"
    )
    sven.refresh_from_db()
    assert (sven.place_label, sven.place_key, sven.kind, sven.unique_id) == (
        "Care",
        "care",
        "personnel",
        "P7",
    )
    assert heard == [ResidentsChanged(world.office.pk, (sven.pk,))]


def test_refused_changes_name_their_position(world: House) -> None:
    sven, tina = world.staff(), world.staff(unique_id="S2", first_name="Tina")
    before = everything()
    changes = {
        sven.pk: {"unique_id": "s2x"},
        tina.pk: {"unique_id": "S2X"},
        -1: {"remark": "x"},
    }
    with pytest.raises(RefusedMany) as refused:
        services.change_residents(scope=world.scope, site=world.office, changes=changes)
    assert {index: no.code for index, no in refused.value.rows.items()} == {1: "double", 2: "gone"}
    for bad in ({"unique_id": ""}, {"building_id": world.north.pk}, {"kind": "master"}):
        with pytest.raises(Refused):
            services.change_resident(scope=world.scope, person=sven, **bad)
    assert everything() == before


def test_an_id_in_use_is_refused_on_change_too(world: House) -> None:
    sven, tina = world.staff(), world.staff(unique_id="S2")
    with pytest.raises(Refused) as refused:
        services.change_resident(scope=world.scope, person=tina, unique_id=sven.unique_id)
    assert refused.value.field == "unique_id"
    services.change_resident(scope=world.scope, person=tina, unique_id="s2")
    tina.refresh_from_db()
    assert tina.unique_id == "s2"


def test_people_of_apartments_do_not_move(world: House) -> None:
    anna = world.master()
    with pytest.raises(TypeError):
        services.change_resident(scope=world.scope, person=anna, unit_id=1)


def test_a_removed_person_can_no_longer_sign_in(world: House, heard: list[object]) -> None:
    anna = world.master()
    there: list[bool] = []
    heard.clear()
    gone = services.remove_residents(scope=world.scope, site=world.community, residency_ids=[anna.pk])
    there.append(Residency.objects.filter(pk=anna.pk).exists())
    anna.user.refresh_from_db()
    assert gone == [anna.pk]
    assert heard == [ResidentsRemoved(world.community.pk, (anna.pk,))]
    assert there == [False]
    assert not anna.user.is_active
    assert AuditEntry.objects.get(verb="resident.delete").before["first_name"] == "Anna"


def test_the_announcement_comes_before_the_deletion(world: House, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = world.master()
    seen: list[bool] = []
    handlers = {ResidentsRemoved: [lambda news: seen.append(Residency.objects.filter(pk=anna.pk).exists())]}
    monkeypatch.setattr("smartplus.kernel.events._handlers", handlers)
    services.remove_residents(scope=world.scope, site=world.community, residency_ids=[anna.pk])
    assert seen == [True]


def test_the_family_goes_with_its_master(world: House) -> None:
    anna, otto = world.master(), world.member()
    gone = services.remove_residents(scope=world.scope, site=world.community, residency_ids=[anna.pk])
    assert set(gone) == {anna.pk, otto.pk}
    assert not Residency.objects.exists()


def test_a_member_goes_alone(world: House) -> None:
    anna, otto = world.master(), world.member()
    services.remove_residents(scope=world.scope, site=world.community, residency_ids=[otto.pk])
    assert list(Residency.objects.all()) == [anna]


def test_a_login_with_another_home_stays_on(world: House) -> None:
    anna, vera = world.master(), Residency.objects.get(site=world.villa())
    Residency.objects.filter(pk=vera.pk).update(user=anna.user)
    services.remove_residents(scope=world.scope, site=world.community, residency_ids=[anna.pk])
    anna.user.refresh_from_db()
    assert anna.user.is_active


def test_a_manager_removes_people_only_where_permitted(world: House) -> None:
    anna = world.master()
    services.change_site(scope=world.scope, site=world.community, managers_delete_people=False)
    before = everything()
    with pytest.raises(Refused, match="Only your installer"):
        services.remove_residents(
            scope=scope_for(world.manager), site=world.community, residency_ids=[anna.pk]
        )
    assert everything() == before
    services.change_site(scope=world.scope, site=world.community, managers_delete_people=True)
    services.remove_residents(scope=scope_for(world.manager), site=world.community, residency_ids=[anna.pk])
    assert not Residency.objects.exists()


def test_people_of_another_site_stay(world: House, stranger: Scope) -> None:
    anna = world.master()
    assert services.remove_residents(scope=world.scope, site=world.office, residency_ids=[anna.pk]) == []
    with pytest.raises(Refused, match="not there"):
        services.remove_residents(scope=stranger, site=world.community, residency_ids=[anna.pk])
    with pytest.raises(Refused, match="not there"):
        services.change_resident(scope=stranger, person=anna, first_name="Mine")
    assert Residency.objects.filter(pk=anna.pk, first_name="Anna").exists()
