"""One site full of people, devices and door events, written by set-based SQL.

The services would take hours for a million rows; pages only read. What a column is not told here
gets the default of its model, so that the rows stay whole when models grow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection
from django.db.models import AutoField, Model
from django.utils.timezone import now

from access.models import AccessRight, Credential, Grant, GroupDoor, Subject
from accounts.models import AuditEntry, User
from accounts.permissions import scope_for
from devices.models import Device, DevicePlace, DeviceState, DeviceSync, Relay
from logs.models import DoorLog
from logs.services import keep_partitions
from sites import services as sites
from sites.models import Residency, Site, Unit
from tests.bench.people import ZONE, staff

# As many buildings in both: a page that lists them all, or one building's people, has a full page to show.
BUILDINGS, DOORS_EACH, PEOPLE_EACH = 25, 5, 4
NAMES = "ARRAY['Ada','Björn','Carla','Dilan','Emre','Farid','Grete','Hana','Ivo','Jana']"


@dataclass(frozen=True)
class Size:
    """How much stands in the tables."""

    residents: int
    devices: int
    events: int
    operations: int


SMALL = Size(1000, 1000, 1000, 1000)
BIG = Size(100_000, 10_000, 1_000_000, 100_000)


def fill(size: Size) -> Site:
    """Staff and buildings by the services, everything else by SQL; statistics are fresh afterwards."""
    installer, manager = staff()
    scope = scope_for(installer)
    site = sites.add_site(scope=scope, kind=Site.Kind.COMMUNITY, name="Bench town", time_zone=ZONE)
    sites.set_managers(scope=scope, site=site, user_ids=[manager.pk])
    sites.add_buildings(scope=scope, site=site, names=[f"House {number:03}" for number in range(BUILDINGS)])
    keep_partitions()
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    _people(size)
    _devices(size)
    _access()
    _events(size, manager)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SET synchronous_commit = on")
    return site


def insert(model: type[Model], columns: Mapping[str, str], source: str) -> None:
    """`INSERT INTO model SELECT … FROM source`; columns that are not named get the model's default."""
    values: list[object] = []
    names, expressions = [], []
    for field in model._meta.concrete_fields:
        told = field.column in columns
        if field.generated or (not told and (isinstance(field, AutoField) or field.has_db_default())):
            continue
        names.append(f'"{field.column}"')
        if told:
            expressions.append(columns[field.column])
            continue
        default = now() if getattr(field, "auto_now_add", False) else field.get_default()
        values.append(field.get_db_prep_save(default, connection))
        expressions.append(f"%s::{field.cast_db_type(connection)}")
    text = (
        f'INSERT INTO "{model._meta.db_table}" ({", ".join(names)}) SELECT {", ".join(expressions)} {source}'
    )
    with connection.cursor() as cursor:
        cursor.execute(text, values)


# The buildings of the site, numbered from 0.
_HOUSES = "(SELECT b.*, row_number() OVER (ORDER BY b.id) - 1 AS house FROM sites_building b) b"


def _people(size: Size) -> None:
    units = size.residents // PEOPLE_EACH
    insert(
        Unit,
        {
            "site_id": "b.site_id", "building_id": "b.id", "number": f"(100 + u / {BUILDINGS})::text",
            "sip": "'u' || u", "place_label": f"b.name || ' ' || (100 + u / {BUILDINGS})",
            "place_key": f"lower(b.name) || ' ' || lpad((100 + u / {BUILDINGS})::text, 8)",
        },
        f"FROM generate_series(0, {units - 1}) u JOIN {_HOUSES} ON b.house = u %% {BUILDINGS}",
    )  # fmt: skip
    name = f"({NAMES})[1 + n %% 10]"
    last = "'Person' || n"
    insert(
        User,
        {
            "username": "'r' || n",
            "first_name": name,
            "last_name": last,
            "role": "'resident'",
            "password": "'!'",
        },
        f"FROM generate_series(0, {size.residents - 1}) n",
    )
    insert(
        Residency,
        {
            "site_id": "u.site_id", "building_id": "u.building_id", "unit_id": "u.id", "user_id": "p.id",
            "kind": f"CASE WHEN n %% {PEOPLE_EACH} = 0 THEN 'master' ELSE 'member' END",
            "first_name": name, "last_name": last, "email": "'r' || n || '@bench.example'", "sip": "'p' || n",
            "country_code": "'45'", "mobile": "lpad(n::text, 8, '2')",
            "place_label": "u.place_label", "place_key": "u.place_key",
        },
        f"FROM generate_series(0, {size.residents - 1}) n JOIN accounts_user p ON p.username = 'r' || n"
        f" JOIN sites_unit u ON u.sip = 'u' || (n / {PEOPLE_EACH})",
    )  # fmt: skip
    insert(
        Subject,
        {
            "id": "nextval('access_number')", "site_id": "p.site_id", "residency_id": "p.id",
            "name": "p.first_name || ' ' || p.last_name", "place_label": "p.place_label",
            "apartment": "u.number", "building": "p.building_id",
        },
        "FROM sites_residency p JOIN sites_unit u ON u.id = p.unit_id ORDER BY p.id",
    )  # fmt: skip


def _devices(size: Size) -> None:
    doors = BUILDINGS * DOORS_EACH
    secret = Device._meta.get_field("secret").get_db_prep_save("the secret of the bench", connection)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bench_secret AS SELECT %s::bytea AS secret", [secret])
    door = f"n < {doors}"
    insert(
        Device,
        {
            "site_id": "b.site_id", "mac": "upper(lpad(to_hex(n), 12, '0'))", "sip": "'d' || n",
            "kind": f"CASE WHEN {door} THEN 0 ELSE 2 END", "secret": "secret",
            "name": f"CASE WHEN {door} THEN 'Door ' ELSE 'Monitor ' END || n",
            "building_id": f"CASE WHEN {door} THEN b.id END",
            "unit_id": f"CASE WHEN {door} THEN NULL ELSE u.id END",
            "place_label": f"CASE WHEN {door} THEN b.name ELSE u.place_label END",
        },
        f"FROM bench_secret, generate_series(0, {size.devices - 1}) n"
        f" JOIN {_HOUSES} ON b.house = n %% {BUILDINGS}"
        f" JOIN sites_unit u ON u.sip = 'u' || (n %% {size.residents // PEOPLE_EACH})",
    )  # fmt: skip
    insert(
        DeviceState,
        {
            "device_id": "d.id", "online": "d.id %% 10 <> 0", "since": "now()", "last_seen": "now()",
            "store": "1", "store_place": "1", "model": "'R29'", "firmware": "'29.30.10.437'",
        },
        "FROM devices_device d",
    )  # fmt: skip
    where = {"device_id": "d.id", "site_id": "d.site_id", "building_id": "d.building_id", "since": "now()"}
    insert(DevicePlace, where | {"place": "1"}, "FROM devices_device d")
    insert(
        Relay,
        {"device_id": "d.id", "number": "1", "name": "d.name"},
        "FROM devices_device d WHERE d.kind = 0",
    )
    insert(
        DeviceSync,
        {
            "device_id": "d.id", "part": "part", "desired_rev": "1", "sent_rev": "1", "acked_rev": "1",
            "changed_at": "now()", "sent_at": "now()", "acked_at": "now()",
        },
        "FROM devices_device d, unnest(ARRAY['access', 'config', 'contacts']) part",
    )  # fmt: skip


def _access() -> None:
    insert(
        GroupDoor,
        {"group_id": "a.id", "relay_id": "r.id"},
        "FROM access_accessgroup a JOIN devices_device d ON d.building_id = a.default_for_id"
        " JOIN devices_relay r ON r.device_id = d.id",
    )
    insert(
        Grant,
        {"site_id": "s.site_id", "subject_id": "s.id", "group_id": "a.id"},
        "FROM access_subject s JOIN access_accessgroup a ON a.default_for_id = s.building",
    )
    insert(
        AccessRight,
        {
            "site_id": "s.site_id", "device_id": "d.id", "place": "1", "kind": "'person'", "subject": "s.id",
            "want": "d.id * 1000000 + s.id", "held": "d.id * 1000000 + s.id", "held_at": "now()",
            "sent_at": "now()",
        },
        "FROM access_subject s JOIN devices_device d ON d.building_id = s.building",
    )  # fmt: skip
    pin = Credential._meta.get_field("value").get_db_prep_save("246810", connection)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bench_pin AS SELECT %s::bytea AS pin", [pin])
    insert(
        Credential,
        {
            "site_id": "p.site_id", "residency_id": "p.id", "kind": "'pin'", "value": "pin",
            "value_key": "decode(md5(p.id::text), 'hex')",
        },
        "FROM bench_pin, sites_residency p",
    )  # fmt: skip


def _events(size: Size, manager: User) -> None:
    """Spread over four weeks, a door and a person of it each; one of ten is refused."""
    people, doors = size.residents, BUILDINGS * DOORS_EACH
    insert(
        DoorLog,
        {
            "id": "nextval('logs_doorlog_id_seq')",
            "at": f"now() - interval '28 days' * n / {size.events}", "received_at": "now()",
            "site_id": "d.site_id", "device_id": "d.id", "device_name": "d.name",
            "building_id": "d.building_id", "place": "1", "store": "1", "seq": "n", "action": "'open'",
            "method": "'pin'", "relay": "1", "relay_name": "d.name", "person_id": "p.user_id",
            "initiator": "p.first_name || ' ' || p.last_name", "unit_label": "p.place_label",
            "response": "CASE WHEN n %% 10 = 0 THEN 'failed' ELSE 'success' END",
            "reason": "CASE WHEN n %% 10 = 0 THEN 'schedule' ELSE '' END",
        },
        f"FROM generate_series(1, {size.events}) n"
        f" JOIN devices_device d ON d.sip = 'd' || (n::bigint * 7919 %% {doors})"
        f" JOIN sites_residency p ON p.sip = 'p' || (n::bigint * 104729 %% {people})",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE bench_manager AS SELECT * FROM accounts_user WHERE id = %s", [manager.pk]
        )
    insert(
        AuditEntry,
        {
            "at": f"now() - interval '28 days' * n / {size.operations}",
            "organisation_id": "m.organisation_id",
            "site_id": "p.site_id", "actor_id": "m.id", "actor_name": "'manager'", "verb": "'pin.change'",
            "object_type": "'sites.residency'", "object_id": "p.id",
            "object_label": "p.first_name || ' ' || p.last_name",
        },
        f"FROM bench_manager m, generate_series(1, {size.operations}) n"
        f" JOIN sites_residency p ON p.sip = 'p' || (n::bigint * 104729 %% {people})",
    )  # fmt: skip
