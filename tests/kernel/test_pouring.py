"""Many rows as one stream are the rows an INSERT would have made."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from devices.models import DeviceSync, Relay
from sites.models import Unit
from smartplus.kernel.pouring import FEW, pour

pytestmark = pytest.mark.django_db
MANY = FEW * 3


def units(alpha: Any, count: int, first: int = 50_000) -> list[Unit]:
    site, building = alpha.site, alpha.north
    return [
        Unit(site=site, building=building, number=f"{n}", name="Ä\t\\N\n“x”", sip=f"pour{n}")
        for n in range(first, first + count)
    ]


@pytest.mark.parametrize("count", [1, MANY])
def test_rows_are_as_an_insert_makes_them(alpha: Any, count: int) -> None:
    poured = pour(units(alpha, count))
    assert all(not row._state.adding for row in poured)
    found = list(Unit.objects.filter(pk__in=[row.pk for row in poured]).order_by("pk"))
    assert [row.pk for row in found] == [row.pk for row in poured]
    assert {row.name for row in found} == {"Ä\t\\N\n“x”"}
    assert all(row.created_at and row.call_type == 0 for row in found)
    assert [row.sort_key.strip() for row in poured] == [row.number for row in poured]


def test_lists_json_and_choices_arrive(alpha: Any) -> None:
    entries = [
        AuditEntry(
            at=alpha.site.created_at, verb="unit.test", object_type="x", fields=["a", 'b"{'],
            after={"a": [1, None], "b": "ü"}, address="10.0.0.1", object_id=n,
        )
        for n in range(MANY)
    ]  # fmt: skip
    pour(entries, numbered=False)
    entry = AuditEntry.objects.filter(verb="unit.test").latest("pk")
    assert (entry.fields, entry.after) == (["a", 'b"{'], {"a": [1, None], "b": "ü"})
    assert entry.address == "10.0.0.1"
    assert entry.before is None


def test_what_the_database_fills_in_is_left_to_it(alpha: Any) -> None:
    relays = list(Relay.objects.values_list("device", flat=True).distinct())
    DeviceSync.objects.filter(device__in=relays).delete()
    rows = [DeviceSync(device_id=device, part=f"p{n}") for device in relays for n in range(MANY)]
    pour(rows)
    assert DeviceSync.objects.filter(device__in=relays, flight="", sent_digest="").count() == len(rows)


def test_a_double_is_refused_and_nothing_stays(alpha: Any) -> None:
    before = Unit.objects.count()
    (double,) = units(alpha, 1)
    double.sip = "another"
    with pytest.raises(IntegrityError, match="unit_once_per_building"), transaction.atomic():
        pour([*units(alpha, MANY), double])
    assert Unit.objects.count() == before


def test_a_thousand_cost_two_queries(alpha: Any) -> None:
    with CaptureQueriesContext(connection) as queries:
        pour(units(alpha, 1000))
    assert len(queries) == 2
