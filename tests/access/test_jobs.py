"""Many rights at once: in the background, removals first, going on after a crash; and the nightly sweep."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.events import RightsAsked
from access.models import AccessGroup, AccessRight, Grant, RightsJob, Subject
from access.queries.progress import progress_of, under_way
from access.services import jobs, listeners, rights, sweep
from access.services.credentials import set_pins
from access.services.grants import add_people, remove_people
from devices.models import DeviceSync
from sites.events import ResidentsRemoved
from smartplus.kernel import events
from tests.access.village import naive, standing


@pytest.fixture
def crowd(home: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Twelve people; more than ten rights at once are a job, in chunks of five people."""
    home.people = home.village.people(home.unit, 11)
    monkeypatch.setattr(rights, "MOST_AT_ONCE", 10)
    monkeypatch.setattr(jobs, "CHUNK", 5)
    return home


def join_all(home: Any) -> AccessGroup:
    """Everybody gets into a group of a new door."""
    cellar = home.village.door(home.village.building())
    group = home.village.group("Cellar", cellar.relays.all())
    add_people(scope=home.village.scope, group=group, residencies=[home.person, *home.people])
    home.cellar = cellar
    return group


def on_cellar(home: Any) -> int:
    return AccessRight.objects.filter(device=home.cellar, gone=False).count()


def test_few_rights_are_written_at_once(home: Any) -> None:
    home.people = home.village.people(home.unit, 11)
    join_all(home)
    assert on_cellar(home) == 12
    assert not RightsJob.objects.exists()


def test_many_are_left_to_a_job_and_asked_for(crowd: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[object] = []
    monkeypatch.setitem(events._handlers, RightsAsked, [heard.append])
    join_all(crowd)
    site = crowd.village.site
    assert on_cellar(crowd) == 0
    assert heard == [RightsAsked(site.pk)]
    assert jobs.due() == [site.pk]
    assert under_way(site)
    assert jobs.serve(site.pk)
    assert on_cellar(crowd) == 12
    assert standing(site).keys() == naive(site).keys()
    assert jobs.due() == []
    assert under_way(site) == ""
    assert not jobs.serve(site.pk)


def test_one_person_is_never_left_to_a_job(crowd: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rights, "MOST_AT_ONCE", 0)
    set_pins(scope=crowd.village.scope, site=crowd.village.site, pins={crowd.person.pk: "1234"})
    person = crowd.village.person(crowd.unit)
    assert not RightsJob.objects.exists()
    assert AccessRight.objects.filter(subject=person.subject.pk).exists()


def test_many_new_pins_are_told_by_the_job(crowd: Any) -> None:
    before = standing(crowd.village.site)
    pins = {person.pk: f"10{n:02}" for n, person in enumerate(crowd.people)}
    set_pins(scope=crowd.village.scope, site=crowd.village.site, pins=pins)
    assert standing(crowd.village.site) == before
    jobs.serve(crowd.village.site.pk)
    after = standing(crowd.village.site)
    assert sum(before[key] != want for key, want in after.items()) == 11
    jobs.ask(crowd.village.site.pk)
    jobs.serve(crowd.village.site.pk)
    assert standing(crowd.village.site) == after


def test_removals_come_first(crowd: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    group = join_all(crowd)
    jobs.serve(crowd.village.site.pk)
    new = crowd.village.people(crowd.unit, 11)
    remove_people(scope=crowd.village.scope, grants=list(group.grants.all()))
    add_people(scope=crowd.village.scope, group=group, residencies=new)
    jobs._claim(crowd.village.site.pk)
    job = RightsJob.objects.get()
    while job.phase == "remove":
        assert jobs._step(crowd.village.site.pk)
        job.refresh_from_db()
    old = AccessRight.objects.filter(device=crowd.cellar, subject__in=_numbers([crowd.person, *crowd.people]))
    assert set(old.values_list("gone", flat=True)) == {True}
    assert on_cellar(crowd) == 0


def _numbers(people: list[Any]) -> list[int]:
    return list(Subject.objects.filter(residency__in=people).values_list("pk", flat=True))


def test_a_worker_that_died_is_replaced(crowd: Any) -> None:
    join_all(crowd)
    site = crowd.village.site
    jobs._claim(site.pk)
    for _ in range(4):
        jobs._step(site.pk)
    done = progress_of(site.pk)
    assert done is not None
    assert 0 < done.done < done.total
    assert jobs.due() == []
    assert not jobs.serve(site.pk)  # the first one may still be alive
    RightsJob.objects.update(heartbeat_at=F("heartbeat_at") - timedelta(minutes=2))
    assert jobs.due() == [site.pk]
    assert sweep.serve_due() == 1
    assert standing(site).keys() == naive(site).keys()


def test_asked_again_meanwhile(crowd: Any) -> None:
    group = join_all(crowd)
    site = crowd.village.site
    jobs._claim(site.pk)
    while RightsJob.objects.get().phase != "rest":
        jobs._step(site.pk)
    remove_people(scope=crowd.village.scope, grants=list(group.grants.all()))
    while jobs._step(site.pk):
        pass
    assert on_cellar(crowd) == 0
    assert jobs.due() == []


def test_every_device_that_changes_is_marked(crowd: Any) -> None:
    join_all(crowd)
    DeviceSync.objects.all().delete()
    jobs.serve(crowd.village.site.pk)
    assert set(DeviceSync.objects.values_list("device_id", "part")) == {(crowd.cellar.pk, "access")}


def test_the_night_takes_what_ended_and_brings_what_begins(home: Any) -> None:
    village = home.village
    cellar = village.door(village.building())
    home.cellar = cellar
    group = village.group("Cellar", cellar.relays.all())
    now = timezone.now()
    add_people(scope=village.scope, group=group, residencies=[home.person], ends_at=now + timedelta(hours=1))
    assert on_cellar(home) == 1
    Grant.objects.filter(group=group).update(ends_at=now - timedelta(minutes=1))
    assert on_cellar(home) == 1  # the device closes by itself at that minute
    assert sweep.sweep() == 1
    assert on_cellar(home) == 0
    Grant.objects.filter(group=group).update(ends_at=None, starts_at=now + timedelta(days=8))
    sweep.sweep()
    assert on_cellar(home) == 0
    Grant.objects.filter(group=group).update(starts_at=now + timedelta(days=6))
    sweep.sweep()
    assert on_cellar(home) == 1
    before = standing(village.site)
    sweep.sweep()
    assert standing(village.site) == before


def test_who_left_is_forgotten_when_the_door_logs_are(home: Any) -> None:
    number, site = home.subject.pk, home.village.site
    listeners.residents_removed(ResidentsRemoved(site.pk, (home.person.pk,)))
    home.person.delete()
    old = timezone.now() - timedelta(days=settings.LOG_DAYS + 1)
    AccessRight.objects.update(held=0, held_at=old)
    sweep.forget()
    assert Subject.objects.filter(pk=number).exists()  # the door never confirmed
    AccessRight.objects.update(held=F("want"), held_at=timezone.now())
    sweep.forget()
    assert Subject.objects.filter(pk=number).exists()  # its logs are still there
    AccessRight.objects.update(held_at=old)
    assert sweep.forget() == 1
    assert not AccessRight.objects.exists()
    assert not Subject.objects.filter(pk=number).exists()


def test_the_narrow_path_is_two_statements(home: Any) -> None:
    for _ in range(20):
        home.village.door(home.building)
    number = home.subject.pk
    with CaptureQueriesContext(connection) as queries:
        rights.touch(home.village.site.pk, [number])
    assert len(queries) == 2  # the rights, the marks
