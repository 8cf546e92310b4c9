"""One person's data taken along, and a person erased: nothing but the sealed trail names them afterwards."""

import json
from datetime import timedelta
from io import BytesIO
from time import time
from typing import Any
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import F, Field
from django.urls import reverse
from django.utils.timezone import now

from access.models import AccessRight, Subject
from access.queries import departures
from access.services import erasing
from accounts.models import AuditEntry, Email, Feedback, Role, User
from logs.models import DoorLog
from logs.services import store_door_events
from logs.services.forgetting import forget_erased
from sites import services as sites
from sites.models import Residency, Site
from sites.services.persondata import export_of, export_own
from smartplus.kernel.errors import Refused
from smartplus.kernel.pages.fresh import PROVEN
from tests.sessions import client_of
from tests.world import news

NAME = "Zebulonia"
TRAIL = {"accounts_auditentry"}
TEXT = {"CharField", "TextField", "EmailField", "JSONField", "GenericIPAddressField", "FileField", "URLField"}


@pytest.fixture
def known(alpha: Any) -> Any:
    """Somebody known by name to everything that keeps names; with a neighbour who is not concerned."""
    world, site = alpha, alpha.rows[Site]
    scope = world.scope(Role.INSTALLER)
    unit = world.rows[Residency].unit
    new = sites.NewResident(
        kind="member", first_name=NAME, last_name="Quartz", unit_id=unit.pk, email=f"{NAME}@home.example",
        mobile="20123456", country_code="45", remark=f"{NAME} rings twice",
    )  # fmt: skip
    world.person = sites.add_resident(scope=scope, site=site, row=new)
    world.subject = Subject.objects.get(residency=world.person)
    device = world.rows[AccessRight].device
    store_door_events([news(device, seq, world.subject.pk) for seq in range(100, 103)])
    Feedback.objects.create(
        user=world.person.user, sender=f"{NAME} Quartz", sender_role=Role.RESIDENT, subject="Door",
        text=f"I am {NAME}", reply_to=f"{NAME}@home.example", organisation_id=site.organisation_id,
    )  # fmt: skip
    return world


def named(text: str) -> dict[str, int]:
    """Table and column of every text in the database that holds `text`; generated columns as well."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            columns = [field for field in model._meta.local_fields if _is_text(field)]
            for field in columns:
                cursor.execute(
                    f'SELECT count(*) FROM "{table}" WHERE "{field.column}"::text ILIKE %s', [f"%{text}%"]
                )
                if count := cursor.fetchone()[0]:
                    found[f"{table}.{field.column}"] = count
    return found


def _is_text(field: Field) -> bool:  # type: ignore[type-arg]
    kind = getattr(field, "output_field", field).get_internal_type()
    return kind in TEXT or kind == "ArrayField"


def test_erasure_leaves_the_name_in_the_sealed_trail_alone(known: Any) -> None:
    before = {column.partition(".")[0] for column in named(NAME)}
    assert {
        "accounts_user", "accounts_email", "accounts_feedback", "sites_residency", "access_subject",
        "logs_doorlog", "accounts_auditentry",
    } <= before  # fmt: skip
    rows = DoorLog.objects.count()
    manager, site = known.scope(Role.PROPERTY_MANAGER), known.rows[Site]
    gone = erasing.erase_resident(scope=manager, site=site, person=known.person)
    assert {column.partition(".")[0] for column in named(NAME)} == TRAIL
    assert (str(gone), gone.name, gone.place_label) == ("Erased person", "", "")
    assert DoorLog.objects.count() == rows
    assert DoorLog.objects.filter(initiator__startswith=known.mark).exists()  # the neighbour's stay
    assert not User.objects.filter(pk=known.person.user_id).exists()
    entry = AuditEntry.objects.get(verb="resident.erase")
    assert (entry.object_label, entry.site_id, NAME in str(entry.after)) == ("Erased person", site.pk, False)
    with pytest.raises(Refused, match="erased already"):
        erasing.erase_person(scope=manager, site=site, subject=gone)


def test_who_was_deleted_before_is_erased_by_the_number(known: Any) -> None:
    manager, site = known.scope(Role.PROPERTY_MANAGER), known.rows[Site]
    sites.remove_residents(scope=manager, site=site, residency_ids=[known.person.pk])
    assert "accounts_user" in {column.partition(".")[0] for column in named(NAME)}  # the login is kept
    erasing.erase_person(scope=manager, site=site, subject=known.subject)
    assert {column.partition(".")[0] for column in named(NAME)} == TRAIL


def test_a_login_with_another_home_stays(known: Any, bravo: Any) -> None:
    """Only this site forgets; what the other site knows of the same login is not touched."""
    other = bravo.rows[Residency]
    Residency.objects.filter(pk=other.pk).update(user=known.person.user_id)
    elsewhere = bravo.rows[Site]
    DoorLog.objects.filter(site=elsewhere).update(person_id=known.person.user_id)
    theirs = DoorLog.objects.filter(site=elsewhere, person_id=known.person.user_id, initiator__gt="").count()
    assert theirs
    manager, site = known.scope(Role.PROPERTY_MANAGER), known.rows[Site]
    erasing.erase_resident(scope=manager, site=site, person=known.person)
    assert User.objects.get(pk=known.person.user_id).is_active
    kept = DoorLog.objects.filter(site=elsewhere, person_id=known.person.user_id, initiator__gt="")
    assert kept.count() == theirs
    assert not DoorLog.objects.filter(site=site, subject=known.subject.pk).exists()


def test_each_device_proves_the_erasure(known: Any) -> None:
    """An event that arrives late names nobody; only when the last device has answered is it everywhere."""
    manager, site = known.scope(Role.PROPERTY_MANAGER), known.rows[Site]
    AccessRight.objects.filter(subject=known.subject.pk).update(held=F("want"), held_at=now())
    gone = erasing.erase_resident(scope=manager, site=site, person=known.person)
    client = fresh(known, Role.PROPERTY_MANAGER)
    report = reverse("access:departure", args=[site.pk, gone.pk])
    assert "0 of 1 door devices have proven" in client.get(report).content.decode()
    assert "Erased person" in client.get(reverse("access:departures", args=[site.pk])).content.decode()
    AccessRight.objects.filter(subject=gone.pk).update(held=F("want"), held_at=now() + timedelta(minutes=2))
    assert departures.erasure(gone).startswith("Erased everywhere at ")
    assert "Erased everywhere" in client.get(report).content.decode()
    store_door_events([news(known.rows[AccessRight].device, 200, gone.pk)])
    late = DoorLog.objects.get(seq=200, device=known.rows[AccessRight].device)
    assert (late.initiator, late.unit_label, late.person_id) == ("", "", None)
    DoorLog.objects.filter(pk=late.pk).update(initiator=NAME)  # written at the moment of the erasure
    assert forget_erased() == 1


def fresh(world: Any, role: Role) -> Any:
    """A browser in which the password was just given."""
    client = client_of(world.people[role])
    session = client.session
    session[PROVEN] = int(time())
    session.save()
    return client


def test_the_page_says_what_goes_and_erases(known: Any) -> None:
    site = known.rows[Site]
    url = reverse("access:resident_erase", args=[site.pk, known.person.pk])
    stale = client_of(known.people[Role.PROPERTY_MANAGER])
    assert "/confirm/" in stale.post(url)["Location"]
    assert Residency.objects.filter(pk=known.person.pk).exists()
    client = fresh(known, Role.PROPERTY_MANAGER)
    page = client.get(url).content.decode()
    assert "Deleting takes the account" in page and "sealed operation log" in page
    answer = client.post(url)
    assert answer["Location"] == reverse("access:departure", args=[site.pk, known.subject.pk])
    assert not Residency.objects.filter(pk=known.person.pk).exists()
    again = client.post(reverse("access:departure_erase", args=[site.pk, known.subject.pk]))
    assert "erased already" in again.content.decode()


def unpacked(file: Any) -> dict[str, Any]:
    """File to what is in it."""
    with ZipFile(BytesIO(file)) as archive:
        assert archive.testzip() is None
        return {name: json.loads(archive.read(name)) for name in archive.namelist()}


def test_a_person_takes_everything_along_and_no_secret(alpha: Any, bravo: Any) -> None:
    user = alpha.people[Role.RESIDENT]
    Email.objects.create(user=user, kind="welcome", to="me@home.example", language="en", context="TOPSECRET")
    client = fresh(alpha, Role.RESIDENT)
    page = client.get(reverse("sites:own_data")).content.decode()
    assert "account/sessions.json" in page
    answer = client.get(reverse("sites:own_data_file"))
    assert answer["Cache-Control"] == "no-store"
    body = b"".join(answer.streaming_content)
    files = unpacked(body)
    index = files["index.json"][0]
    assert {one["file"] for one in index["files"]} == files.keys() - {"index.json"}
    assert {one["file"]: one["rows"] for one in index["files"]} == {
        name: len(rows) for name, rows in files.items() if name != "index.json"
    }
    assert files["home/homes.json"][0]["first_name"] == alpha.mark
    assert len(files["logs/doors.json"]) == DoorLog.objects.filter(person_id=user.pk).count() >= 3
    assert [key["kind"] for key in files["access/keys.json"]] == ["pin", "card"]
    assert files["access/devices.json"] and files["access/groups.json"] and files["account/sessions.json"]
    assert files["account/emails.json"][-1]["kind"] == "welcome"
    text = json.dumps(files)
    for secret in ("135790", "00AABBCC", user.password, "TOPSECRET", bravo.mark):
        assert secret not in text
    entry = AuditEntry.objects.get(verb="resident.data")
    assert (entry.actor_id, entry.site_id) == (user.pk, alpha.rows[Site].pk)


def test_a_manager_takes_only_what_the_own_site_knows(alpha: Any, bravo: Any) -> None:
    """The same login lives at the other site too: neither its home there nor the login is in the file."""
    person, other = alpha.rows[Residency], bravo.rows[Residency]
    Residency.objects.filter(pk=other.pk).update(user=person.user_id)
    DoorLog.objects.filter(site=bravo.rows[Site]).update(person_id=person.user_id)
    client = fresh(alpha, Role.PROPERTY_MANAGER)
    url = reverse("sites:resident_data_file", args=[alpha.rows[Site].pk, person.pk])
    files = unpacked(b"".join(client.get(url).streaming_content))
    assert not any(name.startswith("account/") for name in files)
    assert len(files["home/homes.json"]) == 1 and files["logs/doors.json"] and files["access/devices.json"]
    assert bravo.mark not in json.dumps(files)
    entry = AuditEntry.objects.get(verb="resident.data")
    assert entry.actor_id == alpha.people[Role.PROPERTY_MANAGER].pk
    with pytest.raises(Refused):
        export_of(scope=alpha.scope(Role.PROPERTY_MANAGER), site=bravo.rows[Site], person=other)
    whole = export_own(scope=alpha.scope(Role.RESIDENT)).file.read()
    assert len(unpacked(whole)["home/homes.json"]) == 2
