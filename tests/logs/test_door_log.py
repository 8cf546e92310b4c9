"""The door log: each event once, at the site it happened, for as long as it is kept (L1)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils.timezone import now

from accounts.models import Role
from devices.models import Command, Device
from devices.services import order_command, remove_devices
from logs.models import DoorLog
from logs.services import keep_partitions, store_door_events
from logs.services.partitions import DEFAULT, week_of
from sites.models import Residency, Site
from tests.world import news


def test_told_twice_is_kept_once(alpha: Any) -> None:
    one = news(alpha.rows[Device], 100, None)
    assert store_door_events([one]) == 1
    assert store_door_events([one, replace(one, seq=101)]) == 1
    assert DoorLog.objects.filter(device=alpha.rows[Device], seq__in=(100, 101)).count() == 2


def test_who_it_was_is_kept_as_it_was_known(alpha: Any) -> None:
    entry = DoorLog.objects.filter(site=alpha.rows[Site]).first()
    person = alpha.rows[Residency]
    assert (entry.initiator, entry.person_id) == (person.full_name, person.user_id)
    assert entry.relay_name == alpha.rows[Device].relays.get().name


def test_an_order_from_the_portal_names_who_gave_it(alpha: Any) -> None:
    device = alpha.rows[Device]
    order_command(
        scope=alpha.scope(Role.PROPERTY_MANAGER), device=device, verb=Command.Verb.UNLOCK, args={"relay": 1}
    )
    store_door_events([replace(news(device, 200, None), method="portal", action="release", at=now())])
    assert DoorLog.objects.get(device=device, seq=200).initiator == str(alpha.people[Role.PROPERTY_MANAGER])


def test_late_news_belongs_to_the_site_it_was_at(alpha: Any, bravo: Any) -> None:
    device = alpha.rows[Device]
    late = replace(news(device, 300, None), at=now())
    remove_devices(scope=alpha.scope(Role.INSTALLER), devices=[device])
    device.refresh_from_db()
    device.site = bravo.rows[Site]
    device.save(update_fields=["site"])
    assert store_door_events([late]) == 1
    assert DoorLog.objects.get(device=device, seq=300).site == alpha.rows[Site]


def test_an_unknown_place_is_left_out(alpha: Any) -> None:
    assert store_door_events([replace(news(alpha.rows[Device], 400, None), place=99)]) == 0


def test_a_bad_clock_loses_nothing(alpha: Any) -> None:
    far = replace(news(alpha.rows[Device], 500, None), at=now() + timedelta(days=4000))
    assert store_door_events([far]) == 1


def partitions() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname LIKE 'logs_doorlog_2%%' AND relkind = 'r'")
        return {name for (name,) in cursor.fetchall()}


def test_weeks_are_made_ahead_and_take_over_what_the_default_held(alpha: Any) -> None:
    before = DoorLog.objects.count()
    made, _ = keep_partitions()
    assert made >= 5
    assert keep_partitions() == (0, 0)
    assert f"logs_doorlog_{week_of(now()):%Y%m%d}" in partitions()
    assert DoorLog.objects.count() == before
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {DEFAULT}")
        assert cursor.fetchone()[0] == 0


def test_past_weeks_go(alpha: Any, settings: Any) -> None:
    settings.LOG_DAYS = 100
    keep_partitions()
    settings.LOG_DAYS = 30
    made, dropped = keep_partitions()
    assert made == 0
    assert dropped >= 9


def test_the_switch_hides_the_log_from_managers(alpha: Any, client: Any) -> None:
    client.force_login(alpha.people[Role.PROPERTY_MANAGER])
    site = alpha.rows[Site]
    url = f"/logs/{site.pk}/doors/"
    assert client.get(url).status_code == 200
    Site.objects.filter(pk=site.pk).update(managers_see_logs=False)
    assert client.get(url).status_code == 403
    assert "Door log" not in client.get("/").content.decode()
