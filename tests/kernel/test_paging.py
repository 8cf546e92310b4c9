"""Paging by key: whatever the order and however many equal values, a walk meets every row once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.models import Device, DeviceState
from sites.models import Unit
from smartplus.kernel import paging
from smartplus.kernel.paging import COUNT_LIMIT, Count, counts, keys_of, page_of, unpack

pytestmark = pytest.mark.django_db

ORDERS = (
    ("number",),
    ("-number",),
    ("name", "number"),
    ("-name", "number"),
    ("call_type", "-name"),
    ("-pk",),
)


def walk(rows: Any, order: Any, size: int) -> tuple[list[int], list[int]]:
    """The keys met going forward page by page, and those met coming back (in reading order)."""
    forward: list[int] = []
    pages = []
    cursor = ""
    while True:
        page = page_of(rows, order, cursor, size)
        pages.append(page)
        forward += [row.pk for row in page.rows]
        if not page.after:
            break
        cursor = page.after
    back: list[int] = [row.pk for row in page.rows]
    while page.before:
        page = page_of(rows, order, page.before, size)
        back = [row.pk for row in page.rows] + back
    return forward, back


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    numbers=st.lists(st.tuples(st.sampled_from("abÀz%_'\"\\"), st.integers(0, 2)), min_size=0, max_size=23),
    order=st.sampled_from(ORDERS),
    size=st.integers(1, 7),
)
def test_a_walk_meets_every_row_once(alpha: Any, numbers: Any, order: Any, size: int) -> None:
    Unit.objects.all().delete()
    made = alpha.units(alpha.north, *(f"n{index}" for index in range(len(numbers))))
    for unit, (name, kind) in zip(made, numbers, strict=True):
        unit.name, unit.call_type = name, kind
    Unit.objects.bulk_update(made, ["name", "call_type"])
    rows = Unit.objects.all()
    forward, back = walk(rows, order, size)
    expected = list(paging.ordered(rows, order).values_list("pk", flat=True))
    assert forward == expected
    assert (
        back == expected[-len(back) :] if len(expected) % size and len(expected) > size else back == expected
    )


def test_rows_that_come_and_go_neither_skip_nor_double(alpha: Any) -> None:
    Unit.objects.all().delete()
    alpha.units(alpha.north, *(f"{number:03d}" for number in range(10, 30)))
    first = page_of(Unit.objects.all(), ("number",), "", 5)
    alpha.units(alpha.north, "001", "002")
    Unit.objects.filter(number="012").delete()
    second = page_of(Unit.objects.all(), ("number",), first.after, 5)
    assert [row.number for row in first.rows] == ["010", "011", "012", "013", "014"]
    assert [row.number for row in second.rows] == ["015", "016", "017", "018", "019"]
    back = page_of(Unit.objects.all(), ("number",), second.before, 5)
    assert [row.number for row in back.rows] == ["002", "010", "011", "013", "014"]


def test_stepping_back_to_too_few_rows_gives_the_whole_first_page(alpha: Any) -> None:
    first = page_of(Unit.objects.filter(site=alpha.site), ("pk",), "", 2)
    second = page_of(Unit.objects.filter(site=alpha.site), ("pk",), first.after, 2)
    Unit.objects.filter(pk=first.rows[0].pk).delete()
    back = page_of(Unit.objects.filter(site=alpha.site), ("pk",), second.before, 2)
    assert len(back.rows) == 2
    assert back.first == 1
    assert not back.before


def test_a_cursor_is_good_for_its_order_only(alpha: Any) -> None:
    page = page_of(Unit.objects.all(), ("number",), "", 2)
    assert unpack(page.after, keys_of(("number",))) is not None
    assert unpack(page.after, keys_of(("-number",))) is None
    for text in (page.after + "x", "nonsense", "a:b", "\0", "é" * 9, page.after[:-3]):
        assert unpack(text, keys_of(("number",))) is None
        assert page_of(Unit.objects.all(), ("number",), text, 2).rows == page.rows


def test_null_counts_as_the_lowest(alpha: Any) -> None:
    day = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(6):
        device = Device.objects.create(
            mac=f"0C110500000{number}",
            kind=0,
            name=f"d{number}",
            sip=f"5{number}",
            secret="s",
            site=alpha.site,
        )
        if number % 2:
            seen = day + timedelta(days=number) if number > 2 else None
            DeviceState.objects.create(device=device, last_seen=seen)
    rows = Device.objects.filter(site=alpha.site).select_related("now")
    forward, back = walk(rows, ("now__last_seen",), 2)
    assert len(forward) == len(set(forward)) == 6
    assert forward == back
    assert [row.name for row in paging.ordered(rows, ("-now__last_seen",))][:2] == ["d5", "d3"]


def test_a_nullable_column_without_a_lowest_value_is_a_mistake(alpha: Any) -> None:
    with pytest.raises(ImproperlyConfigured, match="NULL"):
        page_of(DeviceState.objects.all(), ("ip",), "", 5)


def test_one_direction_compares_whole_rows_by_the_index(alpha: Any) -> None:
    page = page_of(Unit.objects.all(), ("number",), "", 2)
    cursor = unpack(page.after, keys_of(("number",)))
    assert cursor is not None
    rows = Unit.objects.filter(paging.beyond(keys_of(("number",)), cursor.values))
    assert '("sites_unit"."number", "sites_unit"."id") > (' in str(rows.query)


def test_counts_come_in_one_query_and_stop_at_the_limit(
    alpha: Any, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(paging, "COUNT_LIMIT", 4)
    units = Unit.objects.filter(site=alpha.site)
    with django_assert_num_queries(1):
        found = counts(
            {
                "all": units,
                "some": units.filter(number="101"),
                "none": units.none(),
                "odd": units.filter(Q(pk__in=[])),
            }
        )
    assert [found[name].rows for name in ("all", "some", "none", "odd")] == [5, 2, 0, 0]
    assert str(found["all"]) == "4+"


def test_a_count_says_when_there_are_more() -> None:
    assert [str(Count(number)) for number in (0, 1234, COUNT_LIMIT, COUNT_LIMIT + 1)] == [
        "0", "1,234", "10,000", "10,000+",
    ]  # fmt: skip
