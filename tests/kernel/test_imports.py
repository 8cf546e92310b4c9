"""Imports from the file to the rows: what is said and what is written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils import timezone

from sites.models import Building, Unit
from smartplus.kernel import imports
from smartplus.kernel.errors import Refused, RefusedMany
from smartplus.kernel.imports import ImportColumn, Importer, Row, RowForm, services
from smartplus.kernel.imports.rows import ready_form
from smartplus.kernel.models import Import, ImportRow
from tests.kernel.importing import HEAD, lines, run, said, sheet, staged, started
from tests.kernel.sample import UnitImporter

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.kernel.urls")]
Status = Import.Status


@pytest.fixture(autouse=True)
def no_hook() -> Iterator[None]:
    """No test leaves a trap for the next."""
    yield
    UnitImporter.before_apply = None


def test_good_rows_are_written(alpha: Any) -> None:
    made = run(alpha, sheet(*lines(alpha, "301", "302"), (alpha.south.name, 303.0, "", "45;46;45", None)))
    assert (made.status, made.applied, made.bad) == (Status.DONE, 3, 0)
    assert set(Unit.objects.filter(number__startswith="30").values_list("number", "phone_1")) == {
        ("301", ""), ("302", ""), ("303", "45"),
    }  # fmt: skip
    assert set(made.rows.values_list("state", flat=True)) == {"applied"}
    assert made.facts == [{"label": "Already here", "value": 6, "note": "kept as they are"}]


def test_every_error_is_told_and_nothing_is_written(alpha: Any) -> None:
    file = sheet(
        (alpha.north.name, "901", "1234", "", ""),
        ("Nowhere", "305", "1234", "", ""),
        ("", "306" * 5, "", "1;2;3;4", ""),
        (alpha.north.name, "=1+1", "", "", ""),
        (alpha.north.name, "307", "55", "", ""),
        (alpha.north.name, "308", "55", "", ""),
    )
    made = run(alpha, file)
    assert made.status == Status.CHECKED
    assert (made.good, made.bad) == (0, 6)
    assert said(made) == [
        (2, "Apt", "Starts with 9."),
        (2, "PIN", "This PIN is also in row 3."),
        (3, "Building", "No such building."),
        (3, "PIN", "This PIN is also in row 2."),
        (4, "Building", "Empty, but needed."),
        (4, "Apt", "15 characters; at most 8."),
        (4, "Phones", "4 entries; at most 3."),
        (5, "Apt", "A formula; paste the value."),
        (6, "PIN", "This PIN is also in row 7."),
        (7, "PIN", "This PIN is also in row 6."),
    ]
    assert not Unit.objects.filter(number__startswith="3").exists()


def test_the_good_rows_are_written_when_that_is_chosen(alpha: Any) -> None:
    made = run(alpha, sheet(*lines(alpha, "301", "901", "302")), choice="good")
    assert (made.status, made.applied, made.bad) == (Status.DONE, 2, 1)
    assert Unit.objects.filter(number__in=["301", "302"]).count() == 2
    assert list(made.rows.values_list("state", flat=True)) == ["applied", "bad", "applied"]


def test_all_rows_are_not_written_with_errors(alpha: Any) -> None:
    made = staged(alpha, sheet(*lines(alpha, "301", "901")))
    services.check(made.pk)
    with pytest.raises(Refused, match="1 row has errors"):
        services.start(scope=alpha.scope, run=made, choice="all")
    with pytest.raises(Refused):
        services.start(scope=alpha.scope, run=made, choice="everything")


def test_a_warning_does_not_keep_a_row_back(alpha: Any) -> None:
    made = run(alpha, sheet(*lines(alpha, "101")), choice="good")
    warned = made.rows.get()
    assert [one["reason"] for one in warned.warnings] == ["Is here already."]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"x", "Choose an Excel workbook"),
        ("a.xls", b"x", "Choose an Excel workbook"),
        ("a.xlsx", b"x;y", "not an Excel workbook"),
        ("a.xlsx", b"PK" + b"\0" * (50 * 1024 * 1024), "The file has 50 MB; at most 10 MB."),
    ],
)
def test_what_is_no_spreadsheet_is_refused_at_once(alpha: Any, name: str, content: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words) as caught:
        services.stage(scope=alpha.scope, key="tests.units", context={}, file=BytesIO(content), name=name)
    assert caught.value.field == "file"
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    ("head", "rows", "words"),
    [
        (("Building", "Apt", "PIN"), [("A", "1", "2")], "This column is missing: Phones."),
        (HEAD, [], "has a header but no rows"),
        (HEAD, [("A", "1", "", "", "")] * 3001, "At most 3,000 rows"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(alpha: Any, head: Any, rows: Any, words: str) -> None:
    made = run(alpha, sheet(*rows, head=head))
    assert made.status == Status.FAILED
    assert words in made.error
    assert made.file == ""


def test_cells_lie_encrypted_and_errors_hold_no_value(alpha: Any) -> None:
    made = run(alpha, sheet((alpha.north.name, "901", "904172", "", "")))
    with connection.cursor() as cursor:
        cursor.execute("SELECT cells FROM kernel_importrow WHERE run_id = %s", [made.pk])
        sealed = bytes(cursor.fetchone()[0])
    row = made.rows.get()
    assert b"904172" not in sealed
    assert "904172" in row.cells
    assert "904172" not in str(row.errors)
    assert made.file == ""


def test_an_import_is_its_persons_own(alpha: Any, bravo: Any, client: Any) -> None:
    made = run(alpha, sheet(*lines(alpha, "901")))
    url = f"/k/sites/{alpha.site.pk}/units/import/{made.pk}/"
    client.force_login(alpha.boss)
    assert client.get(url).status_code == 200
    client.force_login(alpha.manager)
    for tail in ("", "progress/", "errors/"):
        assert client.get(url + tail).status_code == 404
    client.force_login(bravo.boss)
    assert client.get(url).status_code == 404
    assert client.post(url, {"_do": "good"}).status_code == 404


def test_a_place_that_is_gone_is_refused(alpha: Any, bravo: Any) -> None:
    made = imports.run("tests.units", alpha.scope, {"site": bravo.site.pk}, sheet(*lines(bravo, "301")))
    assert (made.status, made.error) == (Status.FAILED, "The site is gone.")


def test_a_right_taken_away_meanwhile_counts_at_once(alpha: Any) -> None:
    made = staged(alpha, sheet(*lines(alpha, "301")))
    services.check(made.pk)
    services.start(scope=alpha.scope, run=made, choice="all")
    alpha.boss.is_active = False
    alpha.boss.save()
    services.apply(made.pk)
    made.refresh_from_db()
    assert (made.status, made.error) == (Status.FAILED, services.NO_RIGHT)
    assert not Unit.objects.filter(number="301").exists()


def test_one_refused_row_costs_one_row(alpha: Any) -> None:
    rows = [*lines(alpha, "301", "302"), *lines(alpha, "303", remark="refuse"), *lines(alpha, "304", "305")]
    made = run(alpha, sheet(*rows))
    assert (made.status, made.applied) == (Status.DONE, 4)
    assert said(made) == [(4, "Remark", "The service says no.")]
    assert not Unit.objects.filter(number="303").exists()


def test_several_refusals_are_told_at_their_rows(alpha: Any) -> None:
    def refuse_two(rows: list[Row]) -> None:
        bad = {
            index: Refused(f"Not {row.cleaned['number']}.", field="number")
            for index, row in enumerate(rows)
            if row.cleaned["number"] in ("302", "304")
        }
        if bad:
            raise RefusedMany(bad)

    UnitImporter.before_apply = staticmethod(refuse_two)
    made = run(alpha, sheet(*lines(alpha, "301", "302", "303", "304")))
    assert made.applied == 2
    assert said(made) == [(3, "Apt", "Not 302."), (5, "Apt", "Not 304.")]


def test_a_clash_with_what_was_saved_meanwhile_costs_one_row(alpha: Any) -> None:
    made = run(alpha, sheet(*lines(alpha, "301", "101", "302")))
    assert made.applied == 2
    assert [reason for _, _, reason in said(made)] == [
        "This clashes with something that was saved meanwhile. Import the row again."
    ]


def test_what_changed_meanwhile_is_seen_at_the_writing(alpha: Any) -> None:
    made = started(alpha, "301")
    Building.objects.filter(pk=alpha.north.pk).update(name="Renamed")
    services.apply(made.pk)
    made.refresh_from_db()
    assert (made.status, made.applied) == (Status.DONE, 0)
    assert said(made) == [(2, "Building", "No such building.")]


def test_a_stopped_import_writes_no_more(alpha: Any) -> None:
    made = started(alpha, *(str(number) for number in range(300, 315)))

    def stop(rows: list[Row]) -> None:
        Import.objects.filter(pk=made.pk).update(status=Status.CANCELLED)

    UnitImporter.before_apply = staticmethod(stop)
    services.apply(made.pk)
    made.refresh_from_db()
    assert (made.status, made.applied) == (Status.CANCELLED, 10)
    with pytest.raises(Refused, match="over already"):
        services.cancel(scope=alpha.scope, run=made)
    with pytest.raises(Refused, match="gone on already"):
        services.start(scope=alpha.scope, run=made, choice="good")


def test_old_imports_are_forgotten(alpha: Any) -> None:
    old, young = run(alpha, sheet(*lines(alpha, "901"))), run(alpha, sheet(*lines(alpha, "901")))
    Import.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=15))
    services.sweep()
    assert list(Import.objects.all()) == [young]
    assert ImportRow.objects.count() == 1


def test_2000_rows_take_the_queries_of_their_chunks(alpha: Any, django_assert_max_num_queries: Any) -> None:
    UnitImporter.chunk_size, before = 500, UnitImporter.chunk_size
    try:
        file = sheet(*lines(alpha, *(f"a{number}" for number in range(2000))))
        with django_assert_max_num_queries(110):
            assert run(alpha, file).applied == 2000
    finally:
        UnitImporter.chunk_size = before


def test_a_row_form_may_not_ask_the_database(alpha: Any) -> None:
    class Asking(RowForm):
        building = forms.ModelChoiceField(Building.objects.all())

    with pytest.raises(ImproperlyConfigured, match="each row"):
        ready_form(Asking, (ImportColumn("B", "building"),), None, alpha.scope, {})


def test_two_importers_of_one_key_are_a_mistake() -> None:
    with pytest.raises(ImproperlyConfigured, match="two importers"):
        type("Other", (Importer,), {"key": "tests.units"})
    with pytest.raises(ImproperlyConfigured, match="capability"):
        type("Bare", (Importer,), {"key": "tests.bare"})
    with pytest.raises(LookupError):
        imports.importer_called("nobody")
