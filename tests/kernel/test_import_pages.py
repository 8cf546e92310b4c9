"""The pages of an import, from the outside."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from sites.models import Unit
from smartplus.kernel.imports import services
from smartplus.kernel.models import Import
from tests.kernel.importing import HEAD, lines, run, sheet, started

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.kernel.urls")]


def test_the_way_through_the_pages(boss: Any, alpha: Any) -> None:
    base = f"/k/sites/{alpha.site.pk}/units/import/"
    first = boss.get(base).content.decode()
    assert 'type="file"' in first
    assert "Check the file" in first
    sent = boss.post(base, {"file": sheet(*lines(alpha, "301", "901"))})
    assert sent.status_code == 302
    made = Import.objects.get()
    assert sent["Location"] == f"{base}{made.pk}/"
    waiting = boss.get(sent["Location"]).content.decode()
    assert f'hx-get="{base}{made.pk}/progress/"' in waiting
    assert boss.get(f"{base}{made.pk}/progress/").status_code == 200
    services.check(made.pk)
    told = boss.get(f"{base}{made.pk}/progress/", headers={"HX-Request": "true"})
    assert (told.status_code, told["HX-Redirect"]) == (204, f"{base}{made.pk}/")
    verdict = boss.get(f"{base}{made.pk}/").content.decode()
    assert "B · Apt" in verdict
    assert "Starts with 9." in verdict
    assert "Import the 1 good row<" in verdict
    boss.post(f"{base}{made.pk}/", {"_do": "good"})
    services.apply(made.pk)
    result = boss.get(f"{base}{made.pk}/").content.decode()
    assert "Imported the 1 good row" in result
    assert Unit.objects.filter(number="301").exists()
    assert "move-in.xlsx" in boss.get(base).content.decode()


def test_a_wrong_file_is_told_at_the_field(boss: Any, alpha: Any) -> None:
    base = f"/k/sites/{alpha.site.pk}/units/import/"
    file = BytesIO(b"not a sheet")
    file.name = "x.xlsx"
    assert "not an Excel workbook" in boss.post(base, {"file": file}).content.decode()
    assert "Choose a file." in boss.post(base, {}).content.decode()
    assert not Import.objects.exists()


def test_downloads_of_an_import(boss: Any, alpha: Any) -> None:
    base = f"/k/sites/{alpha.site.pk}/units/import/"
    template = load_workbook(BytesIO(b"".join(boss.get(f"{base}template/").streaming_content)))
    assert [cell.value for cell in template["Apartments"][1]] == list(HEAD)
    current = load_workbook(BytesIO(b"".join(boss.get(f"{base}rows/").streaming_content)))
    assert current["Apartments"].max_row == 7
    made = run(alpha, sheet(*lines(alpha, "301", "901")))
    marked = load_workbook(BytesIO(b"".join(boss.get(f"{base}{made.pk}/errors/").streaming_content)))
    last = [row[-1] for row in marked.active.iter_rows(min_row=2, values_only=True)]
    assert last == [None, "Apt: Starts with 9."]
    again = BytesIO(b"".join(boss.get(f"{base}rows/").streaming_content))
    assert run(alpha, again).good == 6


def test_only_rows_with_errors_and_the_next_rows(boss: Any, alpha: Any) -> None:
    numbers = [f"9{number}" if number % 2 else f"4{number}" for number in range(60)]
    made = run(alpha, sheet(*lines(alpha, *numbers)))
    url = f"/k/sites/{alpha.site.pk}/units/import/{made.pk}/"
    assert "?after=26#preview" in boss.get(url).content.decode()
    only = boss.get(url + "?bad&after=10").content.decode()
    assert "<bdi>44</bdi>" not in only.split('id="preview"')[1]


def test_a_stopped_import_says_so(boss: Any, alpha: Any) -> None:
    made = started(alpha, "301")
    url = f"/k/sites/{alpha.site.pk}/units/import/{made.pk}/"
    boss.post(url, {"_do": "stop"})
    assert "Stopped" in boss.get(url).content.decode()
    assert "over already" in boss.post(url, {"_do": "stop"}, follow=True).content.decode()
