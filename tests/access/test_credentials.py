"""PINs and cards: their form, where they are unique, that doors are told and nobody else learns them."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.models import AccessRight, Credential
from access.services import listeners
from access.services.codes import draw_pin, key_of, plain_card, plain_pin
from access.services.credentials import add_cards, generate_pin, remove_credentials, set_pins
from access.services.people import AccessTo, save_access
from access.services.reveal import own_keys, reveal
from accounts.models import AuditEntry, Role
from accounts.permissions import scope_for
from devices.models import DeviceSync
from sites.events import SiteChanged
from sites.models import Site
from smartplus.kernel.errors import Refused, RefusedMany
from tests.access.village import small_home


def pins_of(person: Any) -> list[str]:
    return list(Credential.objects.filter(residency=person, kind="pin").values_list("value", flat=True))


def cards_of(person: Any) -> list[str]:
    rows = Credential.objects.filter(residency=person, kind="card").order_by("pk")
    return list(rows.values_list("value", flat=True))


def give(home: Any, person: Any, pin: str) -> None:
    set_pins(scope=home.village.scope, site=home.village.site, pins={person.pk: pin})


def refused(home: Any, person: Any, pin: str) -> Refused:
    with pytest.raises(RefusedMany) as caught:
        give(home, person, pin)
    return caught.value.rows[person.pk]


@pytest.mark.parametrize("pin", ["12", "00", "12345678", " 8421 "])
def test_good_pins(pin: str) -> None:
    assert plain_pin(pin) == pin.strip()


@pytest.mark.parametrize(
    ("pin", "code"),
    [
        ("1", "pin-form"),
        ("123456789", "pin-form"),
        ("12a4", "pin-form"),
        ("٣٣٣٣", "pin-form"),
        ("9123", "pin-nine"),
        ("99", "pin-nine"),
    ],
)
def test_bad_pins_hear_the_rule(home: Any, pin: str, code: str) -> None:
    refusal = refused(home, home.person, pin)
    assert (refusal.code, refusal.field) == (code, "pin")
    assert pins_of(home.person) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("00f29107", "00F29107"), ("00:f2-91.07", "00F29107"), ("ABCDEF", "ABCDEF"), ("1" * 20, "1" * 20)],
)
def test_good_cards(typed: str, kept: str) -> None:
    assert plain_card(typed) == kept


@pytest.mark.parametrize("card", ["ABCDE", "1" * 21, "XYZ12345", ""])
def test_bad_cards(card: str) -> None:
    with pytest.raises(Refused):
        plain_card(card)


def test_a_pin_reaches_every_door_of_the_person(home: Any) -> None:
    before = AccessRight.objects.get(device=home.door).want
    revision = DeviceSync.objects.get(device=home.door, part="access").desired_rev
    give(home, home.person, "1234")
    assert AccessRight.objects.get(device=home.door).want > before
    assert DeviceSync.objects.get(device=home.door, part="access").desired_rev == revision + 1


def test_the_same_pin_again_tells_nobody(home: Any) -> None:
    give(home, home.person, "1234")
    before = AccessRight.objects.get(device=home.door).want
    give(home, home.person, "1234")
    assert AccessRight.objects.get(device=home.door).want == before


def test_a_pin_is_changed_and_taken_away(home: Any) -> None:
    give(home, home.person, "1234")
    give(home, home.person, "4321")
    assert pins_of(home.person) == ["4321"]
    give(home, home.person, "")
    assert pins_of(home.person) == []


def test_a_pin_in_use_is_refused_without_saying_whose(home: Any) -> None:
    other = home.village.person(home.unit, "Marta")
    give(home, other, "1234")
    refusal = refused(home, home.person, "1234")
    assert refusal.code == "pin-taken"
    assert "Marta" not in refusal.message
    assert "1234" not in refusal.message


def test_two_people_swap_their_pins(home: Any) -> None:
    other = home.village.person(home.unit)
    scope, site = home.village.scope, home.village.site
    set_pins(scope=scope, site=site, pins={home.person.pk: "1111", other.pk: "2222"})
    set_pins(scope=scope, site=site, pins={home.person.pk: "2222", other.pk: "1111"})
    assert (pins_of(home.person), pins_of(other)) == (["2222"], ["1111"])


def test_one_bad_row_keeps_all_from_being_written(home: Any) -> None:
    other = home.village.person(home.unit)
    with pytest.raises(RefusedMany) as caught:
        set_pins(
            scope=home.village.scope, site=home.village.site, pins={home.person.pk: "1111", other.pk: "9"}
        )
    assert set(caught.value.rows) == {other.pk}
    assert Credential.objects.count() == 0


def test_the_same_pin_twice_in_one_call(home: Any) -> None:
    other = home.village.person(home.unit)
    with pytest.raises(RefusedMany) as caught:
        set_pins(
            scope=home.village.scope, site=home.village.site, pins={home.person.pk: "1111", other.pk: "1111"}
        )
    assert set(caught.value.rows) == {home.person.pk, other.pk}


def test_in_apt_pin_mode_a_pin_is_unique_within_the_apartment(home: Any) -> None:
    village = home.village
    Site.objects.filter(pk=village.site.pk).update(pin_mode="apt_pin")
    flatmate, neighbour = village.person(home.unit), village.person(village.unit(home.building))
    give(home, home.person, "1234")
    give(home, neighbour, "1234")
    assert refused(home, flatmate, "1234").code == "pin-taken"


def change_mode(home: Any, mode: str) -> None:
    site = home.village.site
    site.pin_mode = mode
    site.save(update_fields=["pin_mode"])
    listeners.site_changed(SiteChanged(site.pk, frozenset({"pin_mode"})))


def test_changing_to_pin_mode_lists_who_would_clash(home: Any) -> None:
    village = home.village
    change_mode(home, "apt_pin")
    neighbour = village.person(village.unit(home.building, "1205"), "Marta")
    give(home, home.person, "1234")
    give(home, neighbour, "1234")
    with pytest.raises(Refused) as caught:
        change_mode(home, "pin")
    assert caught.value.field == "pin_mode"
    assert "Anna (North House 1204) and Marta (North House 1205)" in caught.value.message
    assert "1234" not in caught.value.message
    give(home, neighbour, "4321")
    change_mode(home, "pin")
    assert set(Credential.objects.values_list("space", flat=True)) == {0}
    assert refused(home, neighbour, "1234").code == "pin-taken"
    change_mode(home, "apt_pin")
    give(home, neighbour, "1234")


def test_the_same_pin_on_another_site_is_nobodys_business(home: Any) -> None:
    other = small_home()
    give(home, home.person, "1234")
    give(other, other.person, "1234")
    assert pins_of(other.person) == ["1234"]


def test_several_cards_and_none_twice(home: Any) -> None:
    scope, site = home.village.scope, home.village.site
    assert (
        add_cards(scope=scope, site=site, cards={home.person.pk: ["00F29107", "00F29108", "00f29107"]}) == 2
    )
    assert add_cards(scope=scope, site=site, cards={home.person.pk: ["00F29107"]}) == 0
    assert cards_of(home.person) == ["00F29107", "00F29108"]


def test_a_card_of_somebody_else(home: Any) -> None:
    other = home.village.person(home.unit, "Marta")
    scope, site = home.village.scope, home.village.site
    add_cards(scope=scope, site=site, cards={other.pk: ["00F29107"]})
    with pytest.raises(RefusedMany) as caught:
        add_cards(scope=scope, site=site, cards={home.person.pk: ["AABBCCDD", "00F29107"]})
    assert "Marta" in caught.value.rows[home.person.pk].message  # a manager may know
    assert cards_of(home.person) == []
    resident = scope_for(home.person.user)
    with pytest.raises(RefusedMany) as caught:
        add_cards(scope=resident, site=site, cards={home.person.pk: ["00F29107"]})
    assert "Marta" not in caught.value.rows[home.person.pk].message


def test_at_most_twenty_cards(home: Any) -> None:
    cards = [f"{n:08X}" for n in range(21)]
    with pytest.raises(RefusedMany) as caught:
        add_cards(scope=home.village.scope, site=home.village.site, cards={home.person.pk: cards})
    assert caught.value.rows[home.person.pk].code == "many"


def test_a_card_is_taken_away_and_free_again(home: Any) -> None:
    scope, site = home.village.scope, home.village.site
    add_cards(scope=scope, site=site, cards={home.person.pk: ["00F29107"]})
    before = AccessRight.objects.get(device=home.door).want
    remove_credentials(scope=scope, credentials=list(Credential.objects.all()))
    assert AccessRight.objects.get(device=home.door).want > before
    other = home.village.person(home.unit)
    add_cards(scope=scope, site=site, cards={other.pk: ["00F29107"]})


def test_people_of_another_site_are_refused(home: Any) -> None:
    other = small_home()
    with pytest.raises(Refused, match="does not live"):
        give(home, other.person, "1234")


def test_values_lie_encrypted_and_never_in_the_trail(home: Any) -> None:
    give(home, home.person, "13579246")
    add_cards(scope=home.village.scope, site=home.village.site, cards={home.person.pk: ["00F29107"]})
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(c::text, '') FROM access_credential c")
        stored = cursor.fetchone()[0]
    assert "13579246" not in stored
    assert b"13579246".hex() not in stored
    trail = str(list(AuditEntry.objects.values()))
    assert "pin.change" in trail
    assert "card.add" in trail
    assert "13579246" not in trail
    assert "00F29107" not in trail


def test_who_sees_the_values(home: Any) -> None:
    give(home, home.person, "1234")
    scope = home.village.scope
    assert reveal(scope=scope, person=home.person).pin == "1234"
    assert AuditEntry.objects.filter(verb="credential.show").count() == 1
    fitter = home.village.user(Role.INSTALLER, home.village.installer)
    installer = scope_for(fitter)
    acting = scope_for(home.village.manager, actor=fitter)
    for nobody in (installer, acting):
        with pytest.raises(Refused):
            reveal(scope=nobody, person=home.person)
    own = scope_for(home.person.user)
    keys = own_keys(scope=own, person=home.person)
    assert keys is not None
    assert keys.pin == "1234"
    flatmate = home.village.person(home.unit)
    assert own_keys(scope=own, person=flatmate) is None
    assert own_keys(scope=scope_for(home.person.user, actor=fitter), person=home.person) is None


def test_drawn_pins_are_free_and_not_for_visitors(home: Any) -> None:
    for _ in range(20):
        pin = generate_pin(site=home.village.site, residency=home.person)
        assert len(pin) == 6
        assert not pin.startswith("9")
    first = draw_pin(())
    assert draw_pin({key_of("pin", first)}) != first


def test_two_thousand_at_once_in_few_queries(home: Any) -> None:
    people = home.village.people(home.unit, 2000)
    pins = {person.pk: f"{n:06}" for n, person in enumerate(people)}
    cards = {person.pk: [f"{n:08X}"] for n, person in enumerate(people)}
    with CaptureQueriesContext(connection) as queries:
        set_pins(scope=home.village.scope, site=home.village.site, pins=pins)
        add_cards(scope=home.village.scope, site=home.village.site, cards=cards)
    assert len(queries) < 40
    assert Credential.objects.count() == 4000


def test_all_of_a_residents_access_at_once(home: Any) -> None:
    village, person = home.village, home.person
    pool = village.group("Pool", home.door.relays.all()[:1])
    save_access(scope=village.scope, person=person, to=AccessTo("1234", ["00F29107"], (), [pool.pk]))
    assert (pins_of(person), cards_of(person)) == (["1234"], ["00F29107"])
    assert set(home.subject.grants.values_list("group_id", flat=True)) == {pool.pk}
    card = Credential.objects.get(kind="card")
    with pytest.raises(Refused) as caught:
        save_access(scope=village.scope, person=person, to=AccessTo("9999", [], [card.pk]))
    assert caught.value.field == "pin"
    assert cards_of(person) == ["00F29107"]
    save_access(scope=village.scope, person=person, to=AccessTo(None, ["ABCDEF"], [card.pk]))
    assert (pins_of(person), cards_of(person)) == (["1234"], ["ABCDEF"])
