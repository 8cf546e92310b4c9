"""Sites: what may be added, changed and removed."""

import pytest

from accounts.models import AuditEntry
from accounts.permissions import scope_for
from sites import services
from sites.events import BuildingRemoved, SiteChanged, UnitsChanged
from sites.models import Building, Residency, Site, Unit
from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from tests.sites.makers import House, everything


def test_a_site_takes_the_time_zone_of_its_installer(world: House) -> None:
    assert world.community.time_zone == "Europe/Copenhagen"


def test_adding_a_site_is_audited(world: House) -> None:
    entry = AuditEntry.objects.get(verb="site.create", object_label="Lindenhof")
    assert (entry.site_id, entry.actor, entry.request_id) == (world.community.pk, world.boss, "r-1")
    assert entry.after["time_zone"] == "Europe/Copenhagen"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 65}, "name"),
        ({"name": "LINDENHOF"}, "name"),
        ({"name": "Lin\ndenhof Zwei"}, "name"),
        ({"name": "A\u202eB"}, "name"),
        ({"name": "\u200d"}, "name"),
        ({"name": "New", "time_zone": "Mars/Olympus"}, "time_zone"),
        ({"name": "New", "country": "XX"}, "country"),
        ({"name": "New", "date_format": "D.M.Y"}, "date_format"),
        ({"name": "New", "pin_mode": "face"}, "pin_mode"),
        ({"name": "New", "access_control": "none"}, "access_control"),
        ({"name": "New", "street": "s" * 129}, "street"),
    ],
)
def test_bad_values_are_refused_at_their_field(world: House, values: dict[str, str], field: str) -> None:
    before = everything()
    with pytest.raises(Refused) as refused:
        services.add_site(scope=world.scope, kind="community", **values)
    assert refused.value.field == field
    assert everything() == before


@pytest.mark.parametrize("name", ["Дом 7", "بيت النخيل", "Haus 🏡", "Nguye\u0302\u0303n", "👩\u200d👧 Court"])
def test_names_of_all_scripts_are_kept(world: House, name: str) -> None:
    site = services.add_site(scope=world.scope, kind="community", name=name)
    site.refresh_from_db()
    assert site.name in {name, "Nguyễn"}


def test_another_installer_may_use_the_same_name(world: House, stranger: Scope) -> None:
    services.add_site(scope=stranger, kind="community", name="Lindenhof")
    assert Site.objects.filter(name="Lindenhof").count() == 2


def test_only_an_installer_adds_sites(world: House) -> None:
    resident = scope_for(world.master().user)
    with pytest.raises(Refused, match="installer"):
        services.add_site(scope=resident, kind="community", name="Mine")


def test_a_sub_installer_is_given_what_it_adds(world: House) -> None:
    helper = scope_for(world.helper)
    site = services.add_site(scope=helper, kind="office", name="Annex")
    assert list(Site.objects.visible_to(helper)) == [site]


def test_a_house_has_nothing_for_managers(world: House) -> None:
    with pytest.raises(TypeError):
        services.add_site(scope=world.scope, kind="house", name="Villa", pin_mode="pin")


def test_changing_a_site_tells_what_devices_must_know(world: House, heard: list[object]) -> None:
    person = world.master()
    services.change_site(
        scope=world.scope, site=world.community, name="Lindenhof", time_zone="Asia/Tokyo", city="Ørsted"
    )
    assert heard[1:] == [SiteChanged(world.community.pk, frozenset({"time_zone"}))]
    entry = AuditEntry.objects.get(verb="site.change")
    assert entry.before == {"time_zone": "Europe/Copenhagen", "city": ""}
    person.user.refresh_from_db()
    assert person.user.time_zone == "Asia/Tokyo"


def test_nothing_changed_is_nothing_done(world: House, heard: list[object]) -> None:
    services.change_site(scope=world.scope, site=world.community, name="Lindenhof")
    assert heard == []
    assert not AuditEntry.objects.filter(verb="site.change").exists()


def test_what_devices_need_not_know_is_not_told(world: House, heard: list[object]) -> None:
    services.change_site(scope=world.scope, site=world.community, city="Ørsted", managers_see_logs=False)
    assert heard == []


def test_a_taken_name_is_refused_on_change_too(world: House) -> None:
    before = everything()
    with pytest.raises(Refused) as refused:
        services.change_site(scope=world.scope, site=world.office, name="lindenhof", city="X")
    assert refused.value.field == "name"
    assert everything() == before


def test_another_installers_site_is_not_there(world: House, stranger: Scope) -> None:
    before = everything()
    with pytest.raises(Refused, match="not there"):
        services.change_site(scope=stranger, site=world.community, name="Mine now")
    with pytest.raises(Refused, match="not there"):
        services.remove_site(scope=stranger, site=world.community)
    assert everything() == before


def test_a_site_with_people_cannot_go(world: House) -> None:
    world.master()
    before = everything()
    with pytest.raises(Refused, match="1 person is still on this site"):
        services.remove_site(scope=world.scope, site=world.community)
    assert everything() == before


def test_an_empty_site_goes_with_its_places(world: House, heard: list[object]) -> None:
    north, flat = world.north.pk, world.flat.pk
    services.remove_site(scope=world.scope, site=world.community)
    assert not Site.objects.filter(pk=world.community.pk).exists()
    assert not Building.objects.filter(pk=north).exists()
    assert heard == [
        UnitsChanged(world.community.pk, (north,), (flat,)),
        BuildingRemoved(world.community.pk, north),
    ]


def test_a_house_is_added_whole(world: House) -> None:
    villa = world.villa(email="vera@example.net")
    home = Unit.objects.get(site=villa)
    vera = Residency.objects.get(site=villa)
    assert (home.number, home.name, home.place_label) == ("Home", "Garden house", "Garden house")
    assert (vera.kind, vera.unit, vera.place_label) == ("master", home, "Garden house")
    assert home.sip != vera.sip


def test_a_refused_house_leaves_nothing(world: House) -> None:
    before = everything()
    with pytest.raises(Refused) as refused:
        world.villa(email="not an address")
    assert refused.value.field == "email"
    assert everything() == before


def test_the_rooms_name_has_its_own_field(world: House) -> None:
    with pytest.raises(Refused) as refused:
        services.add_house(
            scope=world.scope,
            values={"name": "Villa"},
            home={"name": "r" * 65},
            master={"first_name": "Vera"},
        )
    assert refused.value.field == "room_name"


def test_a_house_is_changed_whole(world: House) -> None:
    villa = world.villa()
    services.change_house(
        scope=world.scope,
        site=villa,
        values={"city": "Aarhus"},
        home={"name": "Boat house", "phone_1": "+45 20 12 34 56"},
        master={"first_name": "Ida"},
    )
    ida = Residency.objects.get(site=villa)
    assert (ida.first_name, ida.place_label) == ("Ida", "Boat house")
    assert Unit.objects.get(site=villa).phone_1 == "+4520123456"
    villa.refresh_from_db()
    assert villa.city == "Aarhus"


def test_a_house_without_its_master_gets_a_new_one(world: House) -> None:
    villa = world.villa()
    vera = Residency.objects.get(site=villa)
    services.remove_residents(scope=world.scope, site=villa, residency_ids=[vera.pk])
    services.change_house(scope=world.scope, site=villa, values={}, home={}, master={"first_name": "Ida"})
    assert Residency.objects.get(site=villa).first_name == "Ida"


def test_a_house_goes_with_its_family(world: House) -> None:
    villa = world.villa()
    login = Residency.objects.get(site=villa).user
    services.remove_site(scope=world.scope, site=villa)
    login.refresh_from_db()
    assert not login.is_active
    assert not Site.objects.filter(pk=villa.pk).exists()
