"""The residents of a site by the manager's template: 10,000 brought in, and 500 of them changed."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from django.urls import reverse
from openpyxl import Workbook, load_workbook

from accounts.models import User
from accounts.permissions import scope_for
from devices.models import DeviceKind
from devices.services import NewDevice, add_devices, add_macs
from sites import services as sites
from sites.models import Building, Residency, Site, Unit
from smartplus.kernel.models import Import
from smartplus.run.stack import Stack
from tests.bench.browser import Browser, cookies_of
from tests.bench.figures import Figures, in_turn, judged, middle
from tests.bench.people import ZONE, staff
from tests.bench.stage import bare
from tests.waiting import until

ROWS, FEW, CHANGED, ROUNDS = 10_000, 1000, 500, 3
BUILDINGS, FAMILY = 10, 4
MOST_MEMORY = 1.2
BULK = "worker-bulk"
HEAD = (
    "Building", "Accessible Floors", "Apt", "AptName", "AccountType", "FirstName", "LastName", "Email",
    "MobileNumber", "TelephoneCallingCode", "1stPhone", "2ndPhone", "3rdPhone", "RFCard", "PIN",
    "LicensePlate", "UHFCard", "AccessGroupID", "Remark",
)  # fmt: skip


@dataclass
class Town:
    """Sites of one manager, each with 2,500 empty apartments and a door a building; none is connected."""

    stack: Stack
    installer: User
    manager: User

    @classmethod
    def begin(cls, stack: Stack) -> Town:
        """With its people and MACs."""
        installer, manager = staff()
        macs = [f"0C11BE{number:06X}" for number in range(1000)]
        add_macs(scope=scope_for(installer), organisation=installer.organisation, macs=macs)
        return cls(stack, installer, manager)

    @property
    def browser(self) -> Browser:
        """The manager's, with a fresh connection: old ones are closed meanwhile."""
        return Browser(self.stack.url, cookies_of(self.manager))

    @cached_property
    def _numbers(self) -> Iterator[int]:
        return count()

    def site(self) -> Site:
        """A new one."""
        scope, number = scope_for(self.installer), next(self._numbers)
        site = sites.add_site(
            scope=scope, kind=Site.Kind.COMMUNITY, name=f"Table court {number}", time_zone=ZONE
        )
        sites.set_managers(scope=scope, site=site, user_ids=[self.manager.pk])
        sites.add_buildings(scope=scope, site=site, names=[f"House {n}" for n in range(BUILDINGS)])
        buildings = list(Building.objects.filter(site=site).order_by("pk"))
        each = ROWS // FAMILY // BUILDINGS
        units = [sites.NewUnit(house.pk, str(100 + n)) for house in buildings for n in range(each)]
        sites.add_units(scope=scope, site=site, rows=units)
        doors = [
            NewDevice(f"0C11BE{number * BUILDINGS + n:06X}", DeviceKind.DOOR_PHONE, f"Door {n}", house.pk)
            for n, house in enumerate(buildings)
        ]
        add_devices(scope=scope, site=site, rows=doors)
        return site


def measure_import(town: Town) -> Figures:
    """Seconds against just reading the sheet with openpyxl; and the memory of the worker above idle.

    Product: upload, check in the background, decision, writing in the background.
    """
    steps: list[dict[str, float]] = []
    memory: dict[str, list[float]] = {"few": [], "many": []}
    with TemporaryDirectory() as folder:
        few, many = (written(Path(folder) / f"{rows}.xlsx", lines(rows)) for rows in (FEW, ROWS))

        def read() -> float:
            memory["few"].append(_memory_of(town, few, FEW)[0])
            return middle(bare("reading", town.stack, many, 3))

        def bring_in() -> float:
            above, found = _memory_of(town, many, ROWS)
            memory["many"].append(above)
            steps.append(found)
            return sum(found.values())

        plain, ours = in_turn(ROUNDS, read, bring_in)
    times = middle(memory["many"]) / middle(memory["few"])
    figures = judged(
        middle(ours) / middle(plain),
        "<= 15",
        f"time, import of 10,000 / reading with openpyxl; memory × {times:.2f} (≤ {MOST_MEMORY})",
        rows=ROWS,
        seconds={"product": ours, "bare": plain},
        steps=steps,
        memory={"ratio": times, "goal": f"<= {MOST_MEMORY}", "megabytes_above_idle": memory},
    )
    figures["met"] = figures["met"] and times <= MOST_MEMORY
    return figures


def measure_reimport(town: Town) -> Figures:
    """Seconds from the upload of an export of 10,000 rows, 500 of them edited, against reading that file."""
    steps: list[dict[str, float]] = []
    rounds = count(1)
    with TemporaryDirectory() as folder:
        site = town.site()
        bring(town, site, written(Path(folder) / "first.xlsx", lines(ROWS)), ROWS)
        file = Path(folder) / "edited.xlsx"

        def read() -> float:
            answer = town.browser.get(reverse("access:resident_export", args=[site.pk]))
            written(file, edited(answer.body, next(rounds)))
            return middle(bare("reading", town.stack, file, 3))

        def bring_back() -> float:
            found = bring(town, site, file, CHANGED)
            steps.append(found)
            return sum(found.values())

        plain, ours = in_turn(ROUNDS, read, bring_back)
    return judged(
        middle(ours) / middle(plain),
        "<= 5",
        "time, 500 changed of 10,000 rows / reading with openpyxl",
        rows=ROWS,
        changed=CHANGED,
        seconds={"product": ours, "bare": plain},
        steps=steps,
    )


def lines(rows: int) -> Iterator[tuple[object, ...]]:
    """The template with so many people: families of four, all with PINs, half with email and card."""
    yield HEAD
    for n in range(rows):
        home, member = divmod(n, FAMILY)
        odd = n % 2
        yield (
            f"House {home % BUILDINGS}", "", str(100 + home // BUILDINGS), "", "1" if member else "0",
            f"First{n}", f"Last{n}", "" if odd else f"person{n}@town.example", f"20{n:06}", "45",
            "" if member else f"+4530{home:06}", "", "", "" if odd else f"C0{n:08X}", f"{n:06}", "", "", "",
            "Tenant",
        )  # fmt: skip


def edited(content: bytes, number: int) -> Iterator[tuple[object, ...]]:
    """An export with 500 people changed: names and remarks, some emails and phones."""
    rows = load_workbook(BytesIO(content), read_only=True).active.iter_rows(values_only=True)
    head = next(rows)
    yield head
    place = {label: index for index, label in enumerate(head)}
    every = ROWS // CHANGED
    for n, values in enumerate(rows):
        row = list(values)
        if n % every == 0:
            turn = n // every % 10
            column = "Email" if turn == 0 else "LastName" if turn < 6 else "Remark"
            row[place[column]] = f"new{n}@{number}.example" if turn == 0 else f"Edit {number}"
        yield tuple(row)


def written(file: Path, rows: Iterable[tuple[object, ...]]) -> Path:
    """The rows as a workbook."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Residents")
    for row in rows:
        sheet.append(row)
    book.save(file)
    return file


def bring(town: Town, site: Site, file: Path, expected: int) -> dict[str, float]:
    """Seconds of each step, through the pages; so many rows must have been written."""
    browser, content = town.browser, file.read_bytes()
    marks = [time.perf_counter()]
    to = browser.upload(reverse("access:resident_import", args=[site.pk]), file.name, content).location
    marks.append(time.perf_counter())
    pk = Import.objects.latest("pk").pk
    _until(pk, Import.Status.CHECKED)
    marks.append(time.perf_counter())
    browser.post(to, {"_do": "all"})
    _until(pk, Import.Status.DONE)
    marks.append(time.perf_counter())
    if (applied := Import.objects.get(pk=pk).applied) != expected:
        raise AssertionError(f"{applied} rows of {expected}")
    return {name: marks[n + 1] - marks[n] for n, name in enumerate(("upload", "check", "write"))}


def _until(pk: int, status: str) -> None:
    def reached() -> bool:
        run = Import.objects.only("status", "error", "bad").get(pk=pk)
        if run.status in (Import.Status.FAILED, Import.Status.CANCELLED) or run.bad:
            raise RuntimeError(f"{run.error} {run.bad} bad rows")
        return bool(run.status == status)

    until(reached, timeout=300, every=0.01, message=f"not {status}")


def _memory_of(town: Town, file: Path, rows: int) -> tuple[float, dict[str, float]]:
    """(megabytes at the peak above idle, seconds of each step) of an import by a worker that just began."""
    site = town.site()
    town.stack.kill(BULK)
    town.stack.restart(BULK)
    before = _at_rest(town)
    found = bring(town, site, file, rows)
    if Residency.objects.filter(site=site).count() != rows or not Unit.objects.filter(site=site).exists():
        raise AssertionError("somebody is missing")
    return max(_kilobytes(pid, "VmHWM") - rss for pid, rss in before.items()) / 1024, found


def _processes(town: Town) -> list[int]:
    """The worker and its children."""
    top = town.stack.children[BULK].process.pid
    return [top, *map(int, Path(f"/proc/{top}/task/{top}/children").read_text().split())]


def _memory(town: Town) -> dict[int, int]:
    return {pid: _kilobytes(pid, "VmRSS") for pid in _processes(town)}


def _at_rest(town: Town) -> dict[int, int]:
    """The kilobytes of the processes, once they have not moved between two looks."""
    looks = [{}, _memory(town)]

    def still() -> bool:
        looks.append(_memory(town))
        return looks[-1] == looks[-2] and len(looks[-1]) > 1

    until(still, timeout=60, every=0.5, message="the worker does not come to rest")
    return looks[-1]


def _kilobytes(pid: int, name: str) -> int:
    """Of a process; 0 of one that is just ending."""
    lines_of_it = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next((line for line in lines_of_it if line.startswith(f"{name}:")), "x 0").split()[1])
