"""The doors of a site: opening them, and who may."""

from typing import Any

from django.urls import reverse

from access.models import Grant
from access.queries import doors as queries
from access.queries.progress import under_way
from access.services.groups import door_name
from access.services.unlock import unlock_door
from accounts.permissions import Can
from devices.models import Relay
from sites.crumbs import site_crumbs
from sites.models import Site
from smartplus.kernel.pages import ActionPage, Column, Empty, ListPage, PanelPage, Within
from smartplus.kernel.words import _

AT_SITE = {"site": Within(Site, "device__site")}
DOOR = {
    "site": Within(Site, "site"),
    "relay": Within(Relay, "group__relays", related=("device__now", "device__site")),
}


def door_crumbs(site: Site) -> list[tuple[str, str]]:
    """The way up from a page about a door."""
    return site_crumbs(site, (_("Doors"), reverse("access:doors", args=[site.pk])))


class DoorList(ListPage):
    """Each door with what was last ordered and how many may open it."""

    model = Relay
    needs = Can.RIGHTS_VIEW
    within = AT_SITE
    related = ("device__now",)
    title = _("Doors")
    noun = (_("door"), _("doors"))
    columns = (
        Column(
            "name",
            _("Door"),
            sort=("device__name", "number"),
            kind="who",
            cell="access/cells/door.html",
            value=door_name,
        ),
        Column(
            "device.now.online",
            _("Device"),
            cell="access/cells/reach.html",
            drop=1,
            export=lambda row: str(row.device.now),
        ),
        Column("method_words", _("Opens by"), shown=False),
        Column("people", _("People"), kind="num", cell="access/cells/people.html", export=False),
        Column("order", _("Last order"), cell="access/cells/order.html", value=lambda row: "", export=False),
        Column(
            "unlock",
            _("Unlock"),
            cell="access/cells/unlock.html",
            value=lambda row: "",
            export=False,
            fixed=True,
            needs=Can.DOORS_UNLOCK,
        ),
    )
    order = ("device__name", "number")
    search = ("name", "device__name", "device__place_label")
    search_hint = _("Door, device, place")
    row_link = ""
    live = True
    empty = Empty(
        _("No doors yet"), _("A door appears with each door phone or access control terminal of the site.")
    )

    def refine(self, rows: Any) -> Any:
        """Only relays at doors, with figures."""
        return queries.doors_of_site(rows)

    def lines(self) -> list[dict[str, Any]]:
        """With the last order of each and how many may open it, read at once."""
        orders = queries.orders_of(self.slice.rows)
        people = queries.people_at(row.pk for row in self.slice.rows)
        for row in self.slice.rows:
            row.order, row.people = orders.get(row.pk), people.get(row.pk, 0)
        return super().lines()

    def lead(self) -> str:
        """What is under way, or what the page is for."""
        return under_way(self.site) or _("An order is void after 10 seconds: no door opens late.")

    def version(self) -> str:
        """Changes with orders and devices."""
        return queries.doors_version(self.site.pk)

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the site."""
        return site_crumbs(self.site)


class DoorUnlock(ActionPage):
    """Open a door now. Somebody stands before it: its site comes with it, by one query."""

    model = Relay
    needs = Can.DOORS_UNLOCK
    within = {"site": Within(Site, "device__site", by_row=True)}
    related = ("device",)
    label = _("Unlock")
    confirm = False

    def act(self, row: Relay) -> None:
        """Order it."""
        unlock_door(scope=self.scope, relay=row)

    def done(self, rows: list[Any]) -> str:
        """Ordered is not opened: the list shows what came of it."""
        return _("Asked {door} to open.").format(door=door_name(self.row))

    def success(self, rows: list[Any]) -> str:
        """To the doors, where the result shows."""
        return self.came_from or reverse("access:doors", args=[self.site.pk])

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the doors."""
        return door_crumbs(self.site)


class DoorResult(PanelPage):
    """What came of the last order to a door, second by second."""

    model = Relay
    needs = Can.RIGHTS_VIEW
    within = AT_SITE
    related = ("device",)
    fragment = "access/parts/order.html"
    template = "access/parts/order.html"
    poll = 1

    def context(self) -> dict[str, Any]:
        """The newest order."""
        return {"order": queries.last_order(self.row), "url": self.url}

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the doors."""
        return door_crumbs(self.site)


class DoorPeople(ListPage):
    """Who can open a door, and why: group, hours, whether now, proven by the door."""

    model = Grant
    needs = Can.RIGHTS_VIEW
    within = DOOR
    related = ("subject__residency", "group__site")
    noun = (_("person"), _("people"))
    columns = (
        Column(
            "subject.name", _("Name"), sort=("subject__name",), kind="who", cell="access/cells/member.html"
        ),
        Column("subject.place_label", _("APT"), sort=("subject__place_label",), drop=1),
        Column("group.name", _("By group"), sort=("group__name",)),
        Column("hours", _("Hours"), value=queries.hours_of),
        Column("now", _("Now"), value=queries.now_in_words),
        Column("by", _("With"), value=queries.keys_in_words, drop=2),
        Column(
            "proof",
            _("The door"),
            cell="access/cells/proof.html",
            value=queries.proof_of_grant,
            export=lambda row: queries.proof_of_grant(row).state,
        ),
        Column("ends_at", _("Until"), value=queries.until_of, cell="parts/cells/when.html", shown=False),
    )
    order = ("subject__name",)
    search = ("subject__name", "subject__place_label", "group__name")
    search_hint = _("Name, APT, group")
    row_link = ""
    empty = Empty(
        _("Nobody opens this door"), _("Put it into an access group; whoever is in the group opens it.")
    )

    def refine(self, rows: Any) -> Any:
        """Who has not ended, with the proof of this door."""
        return queries.who_opens(rows, self.relay)

    def title(self) -> str:
        """Which door."""
        return _("Who opens {door}").format(door=door_name(self.relay))

    def lead(self) -> str:
        """What is under way."""
        return under_way(self.site) or _(
            "A person in two groups stands here twice. The door itself judges the hours."
        )

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the doors."""
        return door_crumbs(self.site)
