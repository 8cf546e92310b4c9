"""The style guide: every part of the look once, with invented figures. For developers and the demo only."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from smartplus.kernel.icons import NAMES

WORDS = (
    ("Device", "online offline never"),
    ("Part", "in-sync pending sent scheduled drift failing none"),
    ("Command", "queued sent done failed expired"),
    ("Door", "closed open held-open locked-down emergency"),
    ("Log, alarm", "success refused alarm resolved"),
    ("Account, lease, money", "new active inactive locked paid processing expiring ended"),
)
SWATCHES = (
    ("canvas", "side bar, heads of sheets"), ("surface", "the page"), ("sunken", "hover, quiet grounds"),
    ("line", "hairlines"), ("line-strong", "buttons, selects"), ("line-control", "inputs, 3:1"),
    ("ink", "text"), ("ink-2", "second text"), ("ink-3", "labels, times"),
    ("accent", "chosen, live, opens"), ("accent-soft", "chosen ground"), ("good", "proven"),
    ("wait", "on its way"), ("bad", "failed, alarm"),
)  # fmt: skip
ALL = ("config", "schedules", "access", "contacts", "display", "firmware")
RIGHT = dict.fromkeys(ALL, "in-sync")
METERS = (
    RIGHT,
    {part: RIGHT[part] for part in ("config", "schedules", "contacts", "firmware")},
    RIGHT | {"access": "pending", "firmware": "scheduled"},
    RIGHT | {"config": "drift"},
    RIGHT | {"access": "failing", "contacts": "pending"},
    dict.fromkeys(ALL, "pending"),
)
METHODS = ("Face", "Card", "App", "PIN", "Temp key")
OPENINGS = (
    (131, 100, 78, 52, 26), (123, 90, 65, 45, 24), (213, 153, 114, 67, 20), (224, 147, 121, 65, 21),
    (220, 160, 124, 70, 25), (229, 158, 129, 63, 26), (236, 164, 131, 66, 31), (140, 102, 83, 50, 32),
    (121, 85, 64, 43, 27), (218, 153, 125, 69, 19), (222, 156, 127, 66, 23), (226, 157, 131, 63, 26),
    (233, 156, 136, 70, 28), (91, 59, 50, 18, 5),
)  # fmt: skip


def _menu() -> list[dict[str, Any]]:
    """A side bar as the roof makes one."""
    first = [
        {"label": "Dashboard", "icon": "layout-dashboard", "url": "/"},
        {"label": "Sites", "icon": "building-2", "url": "#"},
        {"label": "People", "icon": "users", "url": "#"},
    ]
    fleet = [
        {"label": "Devices", "icon": "door-closed", "url": "#", "count": 5, "tone": "bad"},
        {"label": "Style guide", "icon": "layers", "url": "/styleguide/", "active": True},
    ]
    return [{"label": "", "entries": first}, {"label": "Fleet", "entries": fleet}]


def _charts(today: Any) -> dict[str, Any]:
    days = [today - timedelta(days=13 - number) for number in range(14)]
    rows = [
        {
            "label": f"{day:%-d}",
            "title": f"{day:%a %-d %B}: {sum(values)}",
            "values": values,
            "now": day == today,
        }
        for day, values in zip(days, OPENINGS, strict=True)
    ]
    totals = [sum(day[number] for day in OPENINGS) for number in range(5)]
    return {
        "methods": METHODS,
        "days": rows,
        "ways": ("Opened", "Refused"),
        "outcomes": [{**row, "values": (sum(row["values"]), row["values"][4])} for row in rows],
        "totals": list(zip(METHODS, totals, strict=True)),
        "shares": [("good", 20), ("wait", 2), ("bad", 1), ("off", 1)],
    }


def _events(now: Any) -> list[dict[str, Any]]:
    return [
        {"day": f"Today, {now:%A %-d %B}"},
        {
            "at": now,
            "title": "Config differs from what we sent",
            "text": "2 values set at the device.",
            "state": "drift",
            "icon": "equal-not",
            "badge": "Drifted",
        },
        {
            "at": now - timedelta(minutes=2),
            "title": "Unlock Entrance door, by Maren Thygesen",
            "text": "Done in 0.4 s. The door reported open.",
            "state": "done",
            "icon": "lock-open",
            "badge": "Done",
        },
        {
            "at": now - timedelta(minutes=47),
            "title": "Off line for 38 s",
            "text": "All missed events arrived.",
            "icon": "wifi-off",
        },
    ]


KNOWS = (
    ("Config", "r41", "3 relays, DTMF, English", "9c41 e07b"),
    ("Access", "", "409 people, 371 PINs, 288 cards", "e83b 6c90"),
    ("Contacts", "r207", "148 apartments", "07aa 2f4d"),
)
WIRE = (
    ("up", "event", "door, relay A, PIN", '{\n  "kind": "door",\n  "relay": 1,\n  "method": "pin"\n}'),
    ("down", "state", "access, 3 items", '{"part": "access"}'),
    ("lost", "ack", "access, lost on purpose", ""),
)
FAULTS = (
    ("offline", "Off line", "last will is sent, clock goes on", False),
    ("drop", "Lossy", "loses every fifth message", True),
)


def _named(names: str, rows: Any, **more: Any) -> list[dict[str, Any]]:
    return [dict(zip(names.split(), row, strict=True)) | more for row in rows]


def _panel(now: Any) -> dict[str, Any]:
    """A front panel in the middle of an opening."""
    return {
        "name": "Main entrance",
        "online": True,
        "clock": "09:42",
        "date": "Fri 20 Nov",
        "lamp": "open",
        "typed": "",
        "covered": True,
        "screen": {
            "state": "open",
            "say": "Door open",
            "detail": "Юлия Кравченко",
            "closes_in": 3,
            "of": 5,
        },
        "cards": [("00F29107", "Łukasz Brzeziński")],
        "knows": _named("part rev contents digest", KNOWS, applied=now),
        "wire": _named("way topic summary json", WIRE, at=now),
        "faults": _named("name label help on", FAULTS),
    }


FIGURES = (
    {"label": "Apartments", "value": 148, "note": "141 let, 7 vacant"},
    {"label": "Openings today", "value": 417, "note": "1,036 on a usual Friday"},
    {"label": "Off line", "value": 43, "of": "1,284", "note": "12 for more than a day"},
    {"label": "Rows with errors", "value": 7, "note": "9 errors in 5 columns", "tone": "bad"},
)
FACTS = (("Model", "R29"), ("Firmware", "29.30.10.437"), ("Refused", "214"), ("wrong PIN", "131", True))
PLACE = {"name": "Nordhaven Access", "note": "Installer · 37 sites", "seed": "Nordhaven", "url": "#"}
DEVICES = ("door_phone", "indoor_monitor", "guard_phone", "access_terminal", "lock")


def _context(now: Any) -> dict[str, Any]:
    return {
        "page": SimpleNamespace(
            heading="Style guide", width="wide", crumbs=[("Support", "#"), ("Look", "#")]
        ),
        "navigation": _menu(),
        "search_url": "#",
        "bell_url": "#",
        "bell_count": 4,
        "place": PLACE,
        "words": [(title, names.split()) for title, names in WORDS],
        "swatches": SWATCHES,
        "meters": METERS,
        "icons": sorted(NAMES),
        "seeds": range(1, 9),
        "devices": DEVICES,
        "now": now,
        "lately": now - timedelta(seconds=12),
        "hours": now - timedelta(hours=3),
        "ages": now - timedelta(days=400),
        "events": _events(now),
        "charts": _charts(now),
        "figures": FIGURES,
        "known": FACTS,
        "panel": _panel(now),
        "act_url": "#",
    }


@login_not_required
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every part once, in the theme of the reader and, side by side, in both."""
    return render(request, "styleguide/styleguide.html", _context(timezone.localtime()))
