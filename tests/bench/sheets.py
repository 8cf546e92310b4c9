"""A template of 2,000 apartments, from the upload to the last row written."""

from __future__ import annotations

import time
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from django.urls import reverse
from openpyxl import load_workbook

from accounts.permissions import scope_for
from sites import services as sites
from sites.models import Residency, Site
from smartplus.kernel.models import Import
from tests.bench.browser import Browser
from tests.bench.calm import calm
from tests.bench.figures import Figures, in_turn, judged, middle
from tests.bench.fleet import PER_SITE, Fleet, mac
from tests.bench.stage import bare
from tests.waiting import until

ROWS, BUILDINGS, ROUNDS = 2000, 10, 3
DEVICE_EVERY, EMAIL_EVERY = 20, 2
DOOR = 0


def measure(fleet: Fleet) -> Figures:
    """Seconds of the product against just reading the sheet with openpyxl.

    Product: upload, check in the background, decision, writing in the background.
    """
    rounds = iter(range(ROUNDS))
    steps: list[dict[str, float]] = []
    with TemporaryDirectory() as folder:
        file = Path(folder) / "community.xlsx"

        def read() -> float:
            number = next(rounds)
            site = _site(fleet, number)
            file.write_bytes(filled(fleet.browser(fleet.installer), site, number))
            calm()
            steps.append({"site": site.pk})
            return middle(bare("reading", fleet.stack, file, 3))

        def bring_in() -> float:
            last = steps[-1]
            last |= run(fleet.browser(fleet.installer), int(last.pop("site")), file)
            return sum(last.values())

        plain, ours = in_turn(ROUNDS, read, bring_in)
    return judged(
        middle(ours) / middle(plain),
        "<= 15",
        "time, import / reading with openpyxl",
        rows=ROWS,
        seconds={"product": ours, "bare": plain},
        steps=steps,
    )


def _site(fleet: Fleet, number: int) -> Site:
    scope = scope_for(fleet.installer)
    return sites.add_site(scope=scope, kind=Site.Kind.COMMUNITY, name=f"Import court {number}")


def filled(browser: Browser, site: Site, number: int) -> bytes:
    """The product's own template, filled in: each row an apartment with its master and a phone, every
    second one an email, every twentieth a door phone of its building."""
    template = browser.get(reverse("devices:import_template", args=[site.pk])).body
    book = load_workbook(BytesIO(template))
    sheet = book.active
    titles = [cell.value for cell in sheet[1]]
    sheet.delete_rows(2, sheet.max_row)
    for n in range(ROWS):
        given = _row(number, n)
        sheet.append([given.get(str(title).rstrip(" *"), "") for title in titles])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _row(number: int, n: int) -> dict[str, str]:
    row = {
        "Building": f"House {n % BUILDINGS + 1}",
        "Apt": str(1000 + n // BUILDINGS),
        "FirstName": f"First{n}",
        "LastName": f"Last{n}",
        "1stPhone": f"+4520{number:02}{n:04}",
        "CallType": "0",
    }
    if n % EMAIL_EVERY == 0:
        row["Email"] = f"person{n}@site{number}.example"
    if n % DEVICE_EVERY == 0:
        address = mac(2 * PER_SITE + number * ROWS // DEVICE_EVERY + n // DEVICE_EVERY)
        row["Device"] = f"Door {n},{DOOR},{address}"
    return row


def run(browser: Browser, site: int, file: Path) -> dict[str, float]:
    """Seconds of each step, through the pages."""
    content = file.read_bytes()
    marks = [time.perf_counter()]
    to = browser.upload(reverse("devices:import", args=[site]), file.name, content).location
    marks.append(time.perf_counter())
    pk = Import.objects.latest("pk").pk
    _until(pk, Import.Status.CHECKED)
    marks.append(time.perf_counter())
    browser.post(to, {"_do": "all"})
    _until(pk, Import.Status.DONE)
    marks.append(time.perf_counter())
    if (people := Residency.objects.filter(site=site).count()) != ROWS:
        raise AssertionError(f"{people} residents of {ROWS}")
    return {name: marks[n + 1] - marks[n] for n, name in enumerate(("upload", "check", "write"))}


def _until(pk: int, status: str) -> None:
    def reached() -> bool:
        run = Import.objects.only("status", "error").get(pk=pk)
        if run.status in (Import.Status.FAILED, Import.Status.CANCELLED):
            raise RuntimeError(run.error)
        return bool(run.status == status)

    until(reached, timeout=120, every=0.01, message=f"not {status}")
