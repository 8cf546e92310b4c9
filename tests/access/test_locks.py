"""Two changes of a site at the same time, on two real connections: no right nobody granted, none missing."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import connection, connections, transaction

from access.models import AccessRight, Grant
from access.queries.items import range_items
from access.services.grants import add_people, remove_people
from access.services.groups import GroupTo, change_group
from access.services.locks import access_lock, access_lock_shared
from tests.access.village import naive, small_home, standing
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """Each with a connection of its own, closed at the end."""
    with ThreadPoolExecutor(4) as pool:
        yield pool


def elsewhere(pool: ThreadPoolExecutor, work: Callable[[], Any]) -> Future[Any]:
    """Run `work` on another connection."""

    def run() -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    return pool.submit(run)


def someone_waits() -> bool:
    """Whether a connection waits for an advisory lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return bool(cursor.fetchone()[0])


def held_open(work: Callable[[], Any], begun: Event, go_on: Event) -> Callable[[], Any]:
    """`work` in a transaction that stays open until told."""

    def run() -> None:
        with transaction.atomic():
            work()
            begun.set()
            assert go_on.wait(20)

    return run


def race(pool: ThreadPoolExecutor, first: Callable[[], Any], second: Callable[[], Any]) -> None:
    """`second` starts while `first` has written and not committed."""
    begun, go_on = Event(), Event()
    one = elsewhere(pool, held_open(first, begun, go_on))
    assert begun.wait(20)
    other = elsewhere(pool, second)
    until(someone_waits, message="the second change does not wait for the first")
    go_on.set()
    one.result(20)
    other.result(20)


def test_a_person_joins_while_the_group_gets_a_door(threads: ThreadPoolExecutor) -> None:
    home = small_home()
    village = home.village
    cellar = village.door(village.building())
    group = village.group("Cellar")
    to = GroupTo("Cellar", relays=(cellar.relays.get().pk,))
    race(
        threads,
        lambda: add_people(scope=village.scope, group=group, residencies=[home.person]),
        lambda: change_group(scope=village.scope, group=group, to=to),
    )
    assert standing(village.site).keys() == naive(village.site).keys()
    assert AccessRight.objects.filter(device=cellar, subject=home.subject.pk, gone=False).exists()


def test_a_person_leaves_while_the_group_gets_a_door(threads: ThreadPoolExecutor) -> None:
    home = small_home()
    village = home.village
    cellar = village.door(village.building())
    group = village.group("Cellar")
    add_people(scope=village.scope, group=group, residencies=[home.person])
    to = GroupTo("Cellar", relays=(cellar.relays.get().pk,))
    race(
        threads,
        lambda: change_group(scope=village.scope, group=group, to=to),
        lambda: remove_people(scope=village.scope, grants=list(Grant.objects.filter(group=group))),
    )
    assert standing(village.site).keys() == naive(village.site).keys()
    assert not AccessRight.objects.filter(device=cellar, gone=False).exists()


def test_a_range_waits_for_changes_under_way(threads: ThreadPoolExecutor) -> None:
    home = small_home()
    village = home.village
    begun, go_on = Event(), Event()
    change = elsewhere(threads, held_open(lambda: village.person(home.unit), begun, go_on))
    assert begun.wait(20)
    reading = elsewhere(threads, lambda: range_items(home.door.pk, 0, 100))
    until(someone_waits, message="the range does not wait for the change")
    go_on.set()
    change.result(20)
    found = reading.result(20)
    assert len(found.items) == 2
    assert max(item.number for item in found.items) <= found.as_of


def test_readers_do_not_wait_for_each_other(threads: ThreadPoolExecutor) -> None:
    home = small_home()
    begun, go_on = Event(), Event()
    one = elsewhere(threads, held_open(lambda: access_lock_shared([home.village.site.pk]), begun, go_on))
    assert begun.wait(20)
    assert len(range_items(home.door.pk, 0, 100).items) == 1
    go_on.set()
    one.result(20)


def test_sites_do_not_wait_for_each_other(threads: ThreadPoolExecutor) -> None:
    home, other = small_home(), small_home()
    begun, go_on = Event(), Event()
    one = elsewhere(threads, held_open(lambda: access_lock([home.village.site.pk]), begun, go_on))
    assert begun.wait(20)
    with transaction.atomic():
        access_lock([other.village.site.pk])
    go_on.set()
    one.result(20)


def test_several_sites_are_taken_in_one_order(threads: ThreadPoolExecutor) -> None:
    """Named the other way round they would wait for each other for ever."""
    ids = [small_home().village.site.pk for _ in range(2)]

    def often(order: list[int]) -> None:
        for _ in range(50):
            with transaction.atomic():
                access_lock(order)

    both = [elsewhere(threads, lambda: often(ids)), elsewhere(threads, lambda: often(ids[::-1]))]
    for one in both:
        one.result(20)


def test_no_lock_without_a_transaction() -> None:
    with pytest.raises(RuntimeError):
        access_lock([1])
    with pytest.raises(RuntimeError):
        access_lock_shared([1])
