"""The files of docs/samples, saved by LibreOffice: brought, taken out, brought again, with all its habits."""

import re
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from access.imports import ResidentImporter
from access.models import AccessRight, Credential
from accounts.models import AuditEntry, Role
from accounts.permissions import scope_for
from devices.imports import OfficeImporter
from devices.models import Device
from devices.services import add_macs
from sites.models import Residency, Site, Unit
from sites.services.numbers import draw_sip
from smartplus.demo import PEOPLE, SAMPLE_MACS, mac
from smartplus.kernel import imports
from smartplus.kernel.imports import queries, services
from smartplus.kernel.models import Import
from smartplus.kernel.sheets import reader
from tests.access.village import Village
from tests.sites.makers import everything

SAMPLES = Path(__file__).resolve().parents[2] / "docs" / "samples"
FIRST_SIP = 100008


def sample(name: str, before: bytes = b"") -> BytesIO:
    """A file of the samples."""
    file = BytesIO(before + (SAMPLES / name).read_bytes())
    file.name = name
    return file


def staged(village: Village, key: str, file: BytesIO) -> Import:
    """Brought and checked, not written."""
    made = imports.stage(
        scope=village.scope, key=key, context={"site": village.site.pk}, file=file, name=file.name
    )
    services.check(made.pk)
    made.refresh_from_db()
    return made


def written(village: Village, made: Import) -> Import:
    """The same, written."""
    services.start(scope=village.scope, run=made, choice="all")
    services.apply(made.pk)
    made.refresh_from_db()
    return made


def errors(made: Import) -> list[tuple[int, str, str]]:
    """(row, column, reason)."""
    rows = made.rows.order_by("number")
    return [(row.number, one["column"], one["reason"]) for row in rows for one in row.errors]


def figures(made: Import) -> dict[str, int]:
    """The figures of the verdict that are not nought."""
    return {fact["label"]: fact["value"] for fact in made.facts if fact["value"]}


def state() -> Any:
    """Everything an import may touch."""
    trail = AuditEntry.objects.order_by("pk").values_list("pk", flat=True)
    return everything(), list(trail), list(AccessRight.objects.order_by("pk").values())


@pytest.fixture
def lindenhof(db: None) -> Any:
    """The people of the demo, with the numbers they have there."""
    # The demo's numbers must not be drawn for anybody else on the way.
    while int(draw_sip(20)[-1]) < FIRST_SIP + len(PEOPLE):
        continue
    village: Any = Village()
    houses = {name: village.building(name) for name in ("North House", "South House")}
    village.door(houses["North House"])
    for place, (house, number, first, last, *_keys) in enumerate(PEOPLE):
        unit = village.unit(houses[house], number)
        Unit.objects.filter(pk=unit.pk).update(place_label=f"{house} {number}")
        person = village.person(unit, first, "master")
        email = f"flat{number}.{house.split()[0].lower()}@smartplus.example"
        Residency.objects.filter(pk=person.pk).update(last_name=last, sip=str(FIRST_SIP + place), email=email)
    return village


def test_the_files_tell_nothing_of_who_made_them() -> None:
    books = sorted(SAMPLES.glob("*.xlsx"))
    assert len(books) == 5
    for path in books:
        with ZipFile(path) as package:
            parts = {name: package.read(name).decode() for name in package.namelist()}
        assert "LibreOffice" in parts["docProps/app.xml"]
        assert "<Template></Template>" in parts["docProps/app.xml"]
        for name in ("dc:creator", "cp:lastModifiedBy", "dc:title", "dc:description"):
            assert f"<{name}></{name}>" in parts["docProps/core.xml"], (path, name)
        assert not re.search(r"file://|/(?:home|root|tmp|Users)/", "".join(parts.values())), path


def test_an_office_is_set_up_from_the_template(db: None) -> None:
    village = Village(Site.Kind.OFFICE)
    boss = village.user(Role.INSTALLER, village.installer)
    village.installer.may_add_macs = True
    village.installer.save()
    add_macs(
        scope=scope_for(boss), organisation=village.installer,
        macs=[mac(n) for n in range(SAMPLE_MACS + 8, SAMPLE_MACS + 12)],
    )  # fmt: skip
    client = Client()
    client.force_login(boss)
    answer = client.get(reverse("devices:import_template", args=[village.site.pk]))
    template = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    labels = [column.label for column in OfficeImporter.columns]
    assert [cell.value for cell in template["Office"][1]] == labels

    context = {"site": village.site.pk}
    made = imports.run(OfficeImporter.key, scope_for(boss), context, sample("office.xlsx"))
    assert (made.status, made.applied, errors(made)) == ("done", 7, [])
    assert made.notices == ["Not read: sheet “Lists”."]
    people = Residency.objects.filter(site=village.site).order_by("pk")
    assert list(people.values_list("unique_id", "first_name", "intercom", "phone", "call_type")) == [
        ("0007", "Ida", True, "+49401300001", 1),
        ("P-104", "Aylin", True, "", 0),
        ("P-105", "Noam", False, "0049401300003", 2),
        ("0042", "美咲", True, "", 0),
        ("S-1", "Юлия", True, "", 2),
        ("S-2", "دانیال", False, "004940130009", 0),
    ]
    assert list(people.values_list("country_code", "mobile"))[:2] == [("49", "151300001"), ("", "")]
    hung = set(Device.objects.filter(site=village.site).values_list("name", "building__name"))
    assert hung == {
        ("Main entrance", None), ("Car park", None), ("Front desk", "Reception"), ("Studio", "Design"),
    }  # fmt: skip
    before = state()
    again = imports.run(OfficeImporter.key, scope_for(boss), context, sample("office.xlsx"))
    assert (again.status, again.good, again.bad) == ("checked", 0, 7)
    assert state() == before


def changes(made: Import) -> dict[str, dict[str, tuple[str, str]]]:
    """SIP or plan to what the preview says of each column: before and after."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for line in queries.changes(made).lines:
        found.setdefault(str(line.number), {})[line.column] = (line.before, line.after)
    return found


def test_residents_changed_in_libreoffice_come_back(lindenhof: Any) -> None:
    village = lindenhof
    before = state()
    made = staged(village, ResidentImporter.key, sample("residents-changed.xlsx"))
    assert (made.status, errors(made), made.total) == ("checked", [], 7)
    assert made.notices == ["Not read: sheet “Notes”."]
    assert figures(made) == {"New": 1, "Changed": 6}
    said = changes(made)
    assert said["2"] == {
        "MobileNumber": ("", "151200008"), "TelephoneCallingCode": ("", "49"), "1stPhone": ("", "0301200008"),
    }  # fmt: skip
    assert said["3"] == {"Remark": ("", "Owner, away in July")}
    assert said["4"] == {"LastName": ("佐藤", "鈴木")}
    assert said["5"].keys() == {"AptName", "PIN"}
    assert said["6"] == {"Email": ("flat102.south@smartplus.example", "bjorn@smartplus.example")}
    assert said["7"] == {"2ndPhone": ("", "+49301200014")}
    assert state() == before

    assert (written(village, made).applied, errors(made)) == (7, [])
    people = {one.first_name: one for one in Residency.objects.filter(site=village.site)}
    assert (people["Łukasz"].mobile, people["Łukasz"].unit.phone_1) == ("151200008", "0301200008")
    assert (people["美咲"].last_name, people["Юлия"].remark) == ("鈴木", "Owner, away in July")
    keys = Credential.objects.filter(residency__site=village.site).values_list("residency", "kind", "value")
    assert set(keys) == {
        (people["Maëlle"].pk, "pin", "0815"), (people["Ewa"].pk, "pin", "004711"),
        (people["Ewa"].pk, "card", "00F2910B"),
    }  # fmt: skip
    assert (people["Ewa"].kind, people["Ewa"].place_label) == ("member", "North House 101")
    assert people["دانیال"].sip == str(FIRST_SIP + 3)  # whose row was taken out of the file


def exported(village: Any) -> BytesIO:
    """The file a manager gets."""
    client = Client()
    client.force_login(village.manager)
    answer = client.get(f"/access/{village.site.pk}/residents/export/")
    file = BytesIO(b"".join(answer.streaming_content))
    file.name = "residents.xlsx"
    return file


def test_what_came_back_goes_out_and_in_again_without_a_change(lindenhof: Any) -> None:
    written(lindenhof, staged(lindenhof, ResidentImporter.key, sample("residents-changed.xlsx")))
    out = exported(lindenhof)
    before = state()
    made = staged(lindenhof, ResidentImporter.key, out)
    assert (made.total, made.good, made.bad, figures(made)) == (8, 0, 0, {"Unchanged": 8})
    made = staged(lindenhof, ResidentImporter.key, sample("residents-changed.xlsx"))
    [(row, column, reason)] = errors(made)[:1]
    assert (row, column) == (8, "RFCard"), reason  # Ewa's row has no SIP: she would be added twice
    assert before == state()


def lease_files() -> Iterable[BytesIO]:
    """The rent roll as each of the ways it is saved."""
    comma = (SAMPLES / "leases.csv").read_text().replace('"', "").split("\n")
    quoted = "\n".join(",".join(f'"{cell}"' for cell in line.split(";")) for line in comma)
    windows = BytesIO(quoted.replace("\n", "\r\n").encode())
    windows.name = "leases.csv"
    return [
        sample("leases.xlsx"), sample("leases.csv"), sample("leases.csv", b"\xef\xbb\xbf"), windows,
    ]  # fmt: skip


def test_a_rent_roll_says_the_same_however_it_is_saved(lindenhof: Any) -> None:
    runs = [staged(lindenhof, "sites.leases", file) for file in lease_files()]
    wanted = {"New people": 1, "Moves": 1, "Lease changes": 6, "Access revoked": 1}
    assert [(errors(made), figures(made)) for made in runs] == [([], wanted)] * 4
    assert runs[0].notices == ["Not read: sheet “Last year”.", "Not read: columns Rent, Paid."]
    assert runs[1].notices == ["Not read: columns Rent, Paid."]
    said = [{row.number: row.plan for row in queries.preview(made).rows} for made in runs]
    assert said[0] == said[1] == said[2] == said[3]
    assert said[0][6] == "Everything is revoked now."

    assert written(lindenhof, runs[0]).applied == 8
    people = {one.first_name: one for one in Residency.objects.filter(site=lindenhof.site)}
    assert people["Юлия"].place_label == "North House 201"
    assert f"{people['Łukasz'].valid_until:%Y-%m-%d %H:%M}" == "2036-06-30 22:00"  # midnight in Berlin
    assert people["دانیال"].valid_until is None
    before = state()
    again = written(lindenhof, staged(lindenhof, "sites.leases", sample("leases.csv")))
    assert (figures(again), again.status) == ({"Unchanged": 8}, "done")
    assert state() == before


def test_the_last_row_of_a_sheet_says_nothing_and_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """LibreOffice stores row 1,048,576 of a sheet with formatted columns once a row was removed."""
    looked_at = []
    monkeypatch.setattr(reader, "_row", lambda number, *_rest: looked_at.append(number))
    with reader.open_sheet(sample("residents-changed.xlsx"), ResidentImporter.columns) as sheet:
        assert (sheet.expected, list(sheet.rows)) == (0, [])
    assert (looked_at[0], looked_at[-1]) == (2, 15)
