"""Who left, and on which doors each device proves that the person is gone."""

from functools import cached_property
from typing import Any

from django.http import Http404
from django.urls import reverse

from access.models import AccessRight, Subject
from access.queries import departures as queries
from accounts.permissions import Can
from sites.crumbs import site_crumbs
from sites.models import Residency, Site
from sites.views.common import may_remove_people
from smartplus.kernel.pages import Column, Empty, Link, ListPage, View, Within
from smartplus.kernel.words import _

from .residents import resident_crumbs


def _doors(row: Any) -> str:
    """ "3 of 4"."""
    return _("{proven} of {doors}").format(proven=row.proven or 0, doors=row.doors or 0)


def _still_named(page: Any, row: Any) -> bool:
    """Whether somebody who left may be erased by this reader, and is not yet."""
    return not row.erased and may_remove_people(page)


class DepartureList(ListPage):
    """Everybody of a site who moved out, whose lease ended or who was deleted."""

    model = Subject
    needs = Can.RIGHTS_VIEW
    within = {"site": Within(Site, "site")}
    title = _("Departures")
    noun = (_("departure"), _("departures"))
    columns = (
        Column("name", _("Name"), value=str, sort=True, kind="who"),
        Column("place_label", _("APT"), sort=True),
        Column("departed_at", _("Departed"), sort=True, cell="parts/cells/when.html"),
        Column("why", _("Reason"), value=queries.why_left, drop=2),
        Column("proven", _("Gone from doors"), value=_doors),
        Column("last_proof", _("Last proof"), cell="parts/cells/when.html", drop=1),
    )
    row_actions = (Link("access:departure_erase", _("Erase…"), "trash-2", "danger", when=_still_named),)
    order = ("-departed_at",)
    search = ("name", "place_label")
    search_hint = _("Name, APT")
    views = (
        View("all", _("All")),
        View("here", _("Still listed"), q=lambda page: queries.LISTED),
        View("deleted", _("Deleted"), q=lambda page: ~queries.LISTED),
    )
    empty = Empty(
        _("Nobody has left"),
        _("Whoever moves out, whose lease ends or who is deleted appears here, with the proof of each door."),
    )

    def refine(self, rows: Any) -> Any:
        """Those who left, with what is proven."""
        return queries.departed(rows)

    def row_url(self, row: Any) -> str:
        """The report."""
        return reverse("access:departure", args=[self.site.pk, row.pk])

    def lead(self) -> str:
        """How long it is kept."""
        return _("Proofs are kept as long as door logs are.")

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the residents."""
        return site_crumbs(self.site, (_("Residents"), reverse("sites:residents", args=[self.site.pk])))


class Departure(ListPage):
    """The doors from which one person is gone, by the evidence of each device."""

    model = AccessRight
    needs = Can.RIGHTS_VIEW
    within = {"site": Within(Site, "site"), "subject": Within(Subject, "")}
    noun = (_("door device"), _("door devices"))
    meta_template = "access/parts/print.html"
    columns = (
        Column("device", _("Device"), kind="who", value=queries.device_words),
        Column("mac", "MAC", value=lambda row: row.device.mac, kind="code", drop=2),
        Column(
            "evidence", _("Evidence"), value=queries.evidence_of,
            export=lambda row: str(queries.evidence_of(row)),
            cell="access/cells/evidence.html",
        ),
        Column("held_at", _("Time of the proof"), value=queries.proof_time),
    )  # fmt: skip
    order = ("device__name",)
    row_link = ""
    per_page = 100
    empty = Empty(
        _("No door device has a record of this person"),
        _("None was ever told of them, or the proofs have passed the time door logs are kept."),
    )

    @property
    def who(self) -> Subject:
        """Whom it is about, with the number doors knew."""
        found: Subject = self.places["subject"]  # type: ignore[assignment]
        return found

    def refine(self, rows: Any) -> Any:
        """Every device that has or had the person."""
        return queries.doors_of(rows, self.who)

    def title(self) -> str:
        """Of whom."""
        if self.who.erased:
            return _("Erased person, number {n}").format(n=self.who.pk)
        return _("Departure of {name}").format(name=self.who)

    def lead(self) -> str:
        """Where they lived, and how far the proof is."""
        if self.who.erased:
            return queries.erasure(self.who)
        if not queries.has_left(self.who):
            return _("{name} has not left: this is what doors know now.").format(name=self.who.name)
        place = f"{self.who.place_label}. " if self.who.place_label else ""
        return place + queries.summary(self.who)

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the departures."""
        above = (_("Departures"), reverse("access:departures", args=[self.site.pk]))
        return site_crumbs(self.site, above)


class ResidentDeparture(Departure):
    """The same of somebody who is still listed."""

    within = {"site": Within(Site, "site"), "residency": Within(Residency, "")}

    @cached_property
    def who(self) -> Subject:
        """The number doors knew the resident by."""
        found = queries.who_left(self.places["residency"].pk)
        if found is None:
            raise Http404
        return found

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the resident."""
        person: Any = self.places["residency"]
        return resident_crumbs(self.site, person)
