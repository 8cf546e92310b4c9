"""A lease table of a property management system, brought again and again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.timezone import now

from accounts.permissions import Can
from sites import fields
from sites.models import Site
from sites.services.lease_plan import ENDED, LEASE, MOVED, NEW, SAME, LeasePlan, plan_leases
from sites.services.lease_rows import LeaseRow, Standing
from sites.services.lease_sync import synchronise_leases
from smartplus.kernel.errors import Refused
from smartplus.kernel.imports import Fact, Importer, Row, RowForm
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _, ngettext

from . import lease_cells
from .lease_cells import Known
from .lease_columns import COLUMNS

MOST_NAMED = 40


class LeaseTableRow(RowForm):
    """One row: who, where, when."""

    unit = forms.CharField(required=False)
    building = forms.CharField(required=False)
    apt = forms.CharField(required=False)
    name = forms.CharField()
    email = fields.EmailAddressField(required=False)
    start = lease_cells.DayField()
    end = lease_cells.DayField()
    status = lease_cells.StandingField(required=False)

    def take(self, row: Row) -> None:
        """Days are read as the site writes them."""
        for name in ("start", "end"):
            self.fields[name].date_format = self.known.site.date_format  # type: ignore[attr-defined]
        super().take(row)

    def clean_name(self) -> tuple[str, str]:
        """First and last name, each as long as a name may be."""
        first, last = parted(self.cleaned_data["name"])
        return fields.clean_name(first), fields.clean_text(last, fields.NAME_LENGTH)

    def clean(self) -> dict[str, Any]:
        """The status where none is written, and the apartment."""
        given = self.cleaned_data
        if "status" in given and given["status"] is None and {"start", "end"} <= given.keys():
            given["status"] = self._by_days(given)
        given["unit_id"] = None
        self._find_unit(given)
        return given

    def _by_days(self, given: Mapping[str, Any]) -> Standing:
        today = now().astimezone(ZoneInfo(self.known.site.time_zone)).date()
        if given["end"] is not None and given["end"] < today:
            return Standing.ENDED
        return Standing.FUTURE if given["start"] is not None and given["start"] > today else Standing.CURRENT

    def _find_unit(self, given: dict[str, Any]) -> None:
        """A lease that is over may be of an apartment that is gone."""
        column = "unit" if given.get("unit") or not given.get("apt") else "apt"
        try:
            given["unit_id"] = self.known.unit_of(given.get(column, ""), given.get("building", ""))
        except forms.ValidationError as wrong:
            if given.get("status") != Standing.ENDED:
                self.add_error(column, wrong)


def parted(name: str) -> tuple[str, str]:
    """(first, last) of "Anna Berg" or "Berg, Anna"."""
    if "," in name:
        last, _comma, first = name.partition(",")
        return (first.strip(), last.strip()) if first.strip() else (last.strip(), "")
    first, _blank, last = name.strip().rpartition(" ")
    return (first, last) if first else (last, "")


class LeaseImporter(Importer):
    """Future: nothing yet; current: access; another apartment: moved; past: everything revoked."""

    key = "sites.leases"
    title = _("Synchronise with a lease table")
    noun = (_("lease"), _("leases"))
    needs = Can.RESIDENTS_IMPORT
    template_name = "leases.xlsx"
    sheet_name = "Leases"
    max_rows = 10_000
    chunk_size = 10_000  # one transaction: a table means what it says as a whole
    endings = (".xlsx", ".csv")
    other_columns = True
    form_class = LeaseTableRow
    columns = COLUMNS

    def prepare(self, scope: Scope, context: Mapping[str, Any]) -> Known:
        """The community with its apartments."""
        site = Site.objects.visible_to(scope).filter(pk=context["site"], kind=Site.Kind.COMMUNITY).first()
        if site is None:
            raise Refused(_("This community is not there any more."), code="gone")
        return lease_cells.read_units(site)

    def check_all(self, rows: list[Row], known: Known) -> None:
        """What each row would change, in words for the preview."""
        good = [row for row in rows if row.good]
        known.plan = plan_leases(known.site, [_lease(row) for row in good])
        for row, one in zip(good, known.plan.outcomes, strict=True):
            if one.refusal is not None:
                row.error(one.refusal.field or "", one.refusal.message)
            else:
                row.plan = " ".join(one.words)

    def facts(self, rows: list[Row], known: Known) -> list[Fact]:
        """How many of what."""
        plan: LeasePlan = known.plan or LeasePlan()
        return [
            Fact(str(_("New people")), plan.count(NEW)),
            Fact(str(_("Moves")), plan.count(MOVED)),
            Fact(str(_("Lease changes")), plan.count(LEASE)),
            Fact(str(_("Access revoked")), plan.count(ENDED)),
            Fact(str(_("Unchanged")), plan.count(SAME)),
            Fact(str(_("Not in the table")), len(plan.missing), str(_("left as they are"))),
        ]

    def notices(self, rows: list[Row], known: Known) -> list[str]:
        """Who is not in the table."""
        missing = known.plan.missing if known.plan else []
        if not missing:
            return []
        named = ", ".join(f"{one.full_name} ({one.place_label})" for one in missing[:MOST_NAMED])
        more = len(missing) - MOST_NAMED
        if more <= 0:
            return [_("Not in the table and left as they are: {people}.").format(people=named)]
        said = ngettext(
            "Not in the table and left as they are: {people}; and {n} more.",
            "Not in the table and left as they are: {people}; and {n} more.",
            more,
        )
        return [said.format(people=named, n=f"{more:,}")]

    def apply(self, rows: list[Row], known: Known, scope: Scope, context: Mapping[str, Any]) -> None:
        """The whole table in one go."""
        synchronise_leases(scope=scope, site=known.site, rows=[_lease(row) for row in rows])


def _lease(row: Row) -> LeaseRow:
    given = row.cleaned
    first, last = given["name"]
    return LeaseRow(
        number=row.number,
        first_name=first,
        last_name=last,
        email=given["email"],
        unit_id=given["unit_id"],
        start=given["start"],
        end=given["end"],
        standing=given["status"],
    )
