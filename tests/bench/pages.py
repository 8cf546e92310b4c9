"""The ten heaviest pages with everything in the tables against the same pages with little."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from access.models import AccessGroup, Subject
from accounts.models import Role, User
from devices.models import Device, Relay
from logs.models import DoorLog
from sites.models import Residency, Site, Unit
from smartplus.run.stack import Stack
from tests.bench.browser import Browser, cookies_of
from tests.bench.figures import Figures, judged, middle, p95

HEAVIEST, LOOKS, FIRST_LOOKS, MOST_QUERIES = 10, 30, 4, 15
Pages = dict[str, tuple[str, str]]  # what it is: (role, address)


def candidates() -> Pages:
    """Every page that reads one of the big tables, as people use it: plain, searched, narrowed, sorted."""
    site = Site.objects.get()
    person = Residency.objects.order_by("pk").first()
    unit, group = Unit.objects.order_by("pk").first(), AccessGroup.objects.order_by("pk").first()
    door, relay = Device.objects.order_by("pk").first(), Relay.objects.order_by("pk").first()
    assert person and unit and group and door and relay

    def at(name: str, *more: int) -> str:
        return reverse(name, args=[site.pk, *more])

    residents, units, log = at("sites:residents"), at("sites:units"), at("logs:doors")
    devices, inventory = at("devices:site_list"), reverse("devices:list")
    manager, installer = Role.PROPERTY_MANAGER.value, Role.INSTALLER.value
    last = Residency.objects.order_by("pk").last()
    assert last
    # A full page is found in both: with many rows, of what one in a thousand holds. What is compared is the
    # search, not how many rows are drawn.
    rare = urlencode({"q": "Person990" if DoorLog.objects.count() > 100_000 else "Person9"})
    alone = urlencode({"q": last.full_name})
    return {
        "home of the manager": (manager, "/"),
        "home of the installer": (installer, "/"),
        "site": (installer, at("sites:detail")),
        "residents": (manager, residents),
        "residents, searched": (manager, f"{residents}?q=Person9"),
        "residents, one found": (manager, f"{residents}?{alone}"),
        "residents of a building": (manager, f"{residents}?building={group.default_for_id}"),
        "residents by apartment": (manager, f"{residents}?sort=place_label"),
        "resident": (manager, at("sites:resident", person.pk)),
        "access of a resident": (manager, at("access:resident", person.pk)),
        "doors of a resident": (manager, at("access:resident_panel", person.pk)),
        "apartments": (manager, units),
        "apartments, searched": (manager, f"{units}?q=House+00"),
        "devices of the site": (manager, devices),
        "devices": (installer, inventory),
        "devices, searched": (installer, f"{inventory}?q=Door+4"),
        "devices off line": (installer, f"{inventory}?view=offline"),
        "device": (installer, reverse("devices:detail", args=[door.pk])),
        "people of a device": (manager, reverse("access:device_people", args=[door.pk])),
        "groups": (manager, at("access:groups")),
        "people of a group": (manager, at("access:group_people", group.pk)),
        "people to add to a group": (manager, at("access:group_join_list", group.pk)),
        "doors": (manager, at("access:doors")),
        "who opens a door": (manager, at("access:door_people", relay.pk)),
        "door log": (manager, log),
        "door log, searched": (manager, f"{log}?{rare}"),
        "door log, refused": (manager, f"{log}?view=refused"),
        "door log of one person": (manager, f"{log}?{alone}"),
        "door log of a device": (manager, f"{log}?device=Door+124"),
        "door log, nothing found": (manager, f"{log}?view=close"),
        "last door events": (manager, at("logs:site_panel")),
        "operations": (manager, at("logs:site_operations")),
        "operations, searched": (manager, f"{at('logs:site_operations')}?{rare}"),
        "operations of the company": (installer, reverse("logs:operations")),
        "simulated doors": (manager, reverse("provisioning:simulator")),
    }


def of_people() -> Pages:
    """The residents' list, and the last of them looked for in each way the list offers.

    Whoever is looked for is found alone in both installations, a part of a name fills the page in both: what
    is compared is the search, not how many rows are drawn.
    """
    person = Residency.objects.order_by("pk").last()
    assert person
    residents = reverse("sites:residents", args=[person.site_id])
    looked_for = {
        "name": person.full_name,
        "a part of the name": "Person1",
        "email": person.email,
        "mobile": person.mobile,
        "SIP": person.sip,
        "unit": person.place_label,
        "nobody": "Nobody of this name",
    }
    manager = Role.PROPERTY_MANAGER.value
    searched = {f"searched by {what}": f"{residents}?{urlencode({'q': q})}" for what, q in looked_for.items()}
    pages = {"the list": residents, "the list by apartment": f"{residents}?sort=place_label", **searched}
    return {name: (manager, path) for name, path in pages.items()}


def facts(stack: Stack, pages: Pages) -> dict[str, Any]:
    """What is needed to look at these pages of this installation from outside, and their queries."""
    roles = (Role.PROPERTY_MANAGER, Role.INSTALLER)
    people = {role.value: User.objects.get(role=role) for role in roles}
    return {
        "url": stack.url,
        "cookies": {role: cookies_of(user) for role, user in people.items()},
        "pages": pages,
        "queries": {name: _queries(people[role], path) for name, (role, path) in pages.items()},
        "subjects": Subject.objects.count(),
    }


def _queries(user: User, path: str) -> int:
    """How many queries a page takes, with the session in the cache as usual."""
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    if answer.status_code != 200:
        raise AssertionError(f"{path}: {answer.status_code}")
    return len(captured)


def measure(small: dict[str, Any], big: dict[str, Any]) -> Figures:
    """The worst ratio of p95 among the ten pages that take longest in the big installation."""
    houses = [_browsers(small), _browsers(big)]
    first = {name: _look(houses, small, big, name, FIRST_LOOKS) for name in big["pages"]}
    heaviest = sorted(first, key=lambda name: -middle(first[name][1]))[:HEAVIEST]
    found = {}
    for name in heaviest:
        found[name] = compared(houses, small, big, name)
    queries = max(big["queries"].values())
    figures = judged(
        max(each["ratio"] for each in found.values()),
        "<= 2",
        "p95, worst of the ten heaviest pages, big / small installation",
        pages=found,
        most_queries=queries,
        all_pages_ms={name: [middle(a) * 1000, middle(b) * 1000] for name, (a, b) in first.items()},
        all_queries=big["queries"],
    )
    figures["met"] = figures["met"] and queries <= MOST_QUERIES
    return figures


def measure_people(small: dict[str, Any], big: dict[str, Any]) -> Figures:
    """The worst ratio of p95 of the residents' list and of searching it."""
    houses = [_browsers(small), _browsers(big)]
    found = {name: compared(houses, small, big, name) for name in big["pages"]}
    return judged(
        max(each["ratio"] for each in found.values()),
        "<= 2",
        "p95, worst of the residents' list and its searches, 100,000 / 1,000 residents",
        pages=found,
    )


def compared(
    houses: list[dict[str, Browser]], small: dict[str, Any], big: dict[str, Any], name: str
) -> dict[str, Any]:
    """One page in both installations."""
    little, much = _look(houses, small, big, name, LOOKS)
    return {
        "ratio": p95(much) / p95(little),
        "ratio_of_medians": middle(much) / middle(little),
        "p95_ms": [p95(little) * 1000, p95(much) * 1000],
        "median_ms": [middle(little) * 1000, middle(much) * 1000],
        "queries": [small["queries"][name], big["queries"][name]],
    }


def _browsers(house: dict[str, Any]) -> dict[str, Browser]:
    return {role: Browser(house["url"], cookies) for role, cookies in house["cookies"].items()}


def _look(
    houses: list[dict[str, Browser]], small: dict[str, Any], big: dict[str, Any], name: str, times: int
) -> tuple[list[float], list[float]]:
    """Seconds of the page in the small and the big installation, in turn; the first look does not count."""
    took: tuple[list[float], list[float]] = ([], [])
    for turn in range(times + 1):
        for browsers, house, seconds in zip(houses, (small, big), took, strict=True):
            role, path = house["pages"][name]
            began = time.perf_counter()
            browsers[role].get(path)
            if turn:
                seconds.append(time.perf_counter() - began)
    return took
