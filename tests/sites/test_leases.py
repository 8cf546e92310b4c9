"""Leases of people and the valid time of apartments: what may be written, and what follows at the end."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from accounts.models import AuditEntry, User
from sites import services
from sites.events import ResidentsChanged, ResidentsRemoved, UnitsChanged
from sites.models import Residency, Unit
from sites.services import NewResident, NewUnit, leases
from sites.services.leases import delete_what_ended
from smartplus.kernel.errors import Refused, RefusedMany
from tests.sites.makers import House, everything

MAY, JUNE = datetime(2027, 5, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC)


def test_a_lease_is_kept_told_and_audited(world: House, heard: list[object]) -> None:
    anna, sven = world.master(valid_from=MAY), world.staff(valid_until=JUNE)
    assert (anna.valid_from, sven.valid_until) == (MAY, JUNE)
    heard.clear()
    services.change_resident(scope=world.scope, person=anna, valid_until=JUNE, valid_from=None)
    anna.refresh_from_db()
    assert (anna.valid_from, anna.valid_until) == (None, JUNE)
    services.change_resident(scope=world.scope, person=sven, valid_from=MAY)
    assert heard == [
        ResidentsChanged(world.community.pk, (anna.pk,)), ResidentsChanged(world.office.pk, (sven.pk,))
    ]  # fmt: skip
    entry = AuditEntry.objects.filter(verb="resident.change").earliest("pk")
    assert (entry.fields, entry.before["valid_until"]) == (["valid_from", "valid_until"], None)


def test_an_end_lies_after_its_beginning(world: House, heard: list[object]) -> None:
    anna = world.master(valid_from=MAY)
    row = NewResident("member", "Otto", unit_id=world.flat.pk, valid_from=JUNE, valid_until=MAY)
    before = everything()
    attempts: list[Any] = [
        lambda: services.add_resident(scope=world.scope, site=world.community, row=row),
        lambda: services.change_resident(scope=world.scope, person=anna, valid_until=MAY),
        lambda: services.change_unit(scope=world.scope, unit=world.flat, valid_from=MAY, valid_until=MAY),
        lambda: services.add_units(
            scope=world.scope, site=world.community,
            rows=[NewUnit(world.north.pk, "9", valid_from=JUNE, valid_until=MAY)],
        ),
    ]  # fmt: skip
    for attempt in attempts:
        with pytest.raises(RefusedMany) as refused:
            attempt()
        assert [no.field for no in refused.value.rows.values()] == ["valid_until"]
    with pytest.raises(TypeError):
        services.change_resident(scope=world.scope, person=anna, valid_until=datetime(2027, 9, 1))
    assert everything() == before


def test_valid_time_of_apartments_is_kept_told_and_audited(world: House, heard: list[object]) -> None:
    ends = now() + timedelta(days=3)
    wanted = {"valid_until": ends, "auto_delete": True, "member_limit": "2"}
    services.change_unit(scope=world.scope, unit=world.flat, **wanted)
    world.flat.refresh_from_db()
    assert (world.flat.valid_until, world.flat.auto_delete, world.flat.member_limit) == (ends, True, 2)
    assert heard == [UnitsChanged(world.community.pk, (world.north.pk,), (world.flat.pk,))]
    assert AuditEntry.objects.get(verb="unit.change").fields == ["auto_delete", "member_limit", "valid_until"]
    services.change_unit(scope=world.scope, unit=world.flat, valid_until=None)
    world.flat.refresh_from_db()
    assert (world.flat.valid_until, world.flat.auto_delete) == (
        None,
        False,
    )  # no end, nothing to delete at it


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"auto_delete": True}, "auto_delete"),
        ({"auto_delete": True, "valid_until": datetime(2020, 1, 1, tzinfo=UTC)}, "valid_until"),
        ({"member_limit": -1}, "member_limit"),
        ({"member_limit": "many"}, "member_limit"),
    ],
)
def test_bad_validity_is_refused_at_its_field(world: House, given: dict[str, Any], field: str) -> None:
    before = everything()
    with pytest.raises(Refused) as refused:
        services.change_unit(scope=world.scope, unit=world.flat, **given)
    assert refused.value.field == field
    assert everything() == before


def test_a_family_grows_to_its_limit(world: House) -> None:
    services.change_unit(scope=world.scope, unit=world.flat, member_limit=2)
    world.master()
    world.member()
    rows = [NewResident("member", name, unit_id=world.flat.pk) for name in ("Ida", "Ole")]
    before = everything()
    with pytest.raises(RefusedMany) as refused:
        services.add_residents(scope=world.scope, site=world.community, rows=rows)
    assert {index: (no.field, no.code) for index, no in refused.value.rows.items()} == {1: ("unit", "full")}
    assert everything() == before
    services.add_residents(scope=world.scope, site=world.community, rows=rows[:1])
    services.change_unit(scope=world.scope, unit=world.flat, member_limit=None)
    services.add_residents(scope=world.scope, site=world.community, rows=rows[1:])


def test_accounts_go_when_the_valid_time_is_over(world: House, heard: list[object]) -> None:
    """Those of the apartments that say so, once, by the portal itself; the apartment is free then."""
    anna, otto = world.master(), world.member()
    loft, attic = services.add_units(
        scope=world.scope, site=world.community,
        rows=[NewUnit(world.north.pk, "1", valid_until=JUNE), NewUnit(world.north.pk, "2")],
    )  # fmt: skip
    rows = [NewResident("master", "Ida", unit_id=unit.pk) for unit in (loft, attic)]
    stay = services.add_residents(scope=world.scope, site=world.community, rows=rows)
    services.change_unit(
        scope=world.scope, unit=world.flat, valid_until=now() + timedelta(1), auto_delete=True
    )
    assert delete_what_ended() == 0
    over = now() - timedelta(seconds=1)
    Unit.objects.filter(pk__in=[world.flat.pk, loft.pk]).update(valid_until=over)
    heard.clear()
    assert delete_what_ended() == 2
    assert set(Residency.objects.values_list("pk", flat=True)) == {one.pk for one in stay}
    assert not User.objects.filter(pk__in=[anna.user_id, otto.user_id], is_active=True).exists()
    world.flat.refresh_from_db()
    assert (world.flat.valid_until, world.flat.auto_delete) == (None, False)
    assert {type(news) for news in heard} == {ResidentsRemoved, UnitsChanged}
    trail = AuditEntry.objects.filter(actor_name="SmartPlus")
    assert set(trail.values_list("verb", "object_id")) == {
        ("resident.delete", anna.pk), ("resident.delete", otto.pk), ("unit.change", world.flat.pk),
        ("user.switch_off", anna.user_id), ("user.switch_off", otto.user_id),
    }  # fmt: skip
    heard.clear()
    before = everything()
    assert delete_what_ended() == 0
    assert (everything(), heard) == (before, [])


def test_a_site_whose_accounts_are_held_does_not_keep_the_others(
    world: House, heard: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    villa = world.villa()
    home = Unit.objects.get(site=villa)
    world.master()
    Unit.objects.filter(pk__in=[home.pk, world.flat.pk]).update(
        valid_until=MAY.replace(year=2020), auto_delete=True
    )
    take_out = leases.take_out

    def held(scope: Any, site: Any, people: Any) -> None:
        take_out(scope, site, people)
        if site == world.community:
            raise Refused("Still held.")

    monkeypatch.setattr(leases, "take_out", held)
    assert delete_what_ended() == 1
    assert Residency.objects.filter(site=world.community).count() == 1
    monkeypatch.undo()
    assert delete_what_ended() == 1
