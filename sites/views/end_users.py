"""End users: everybody who lives or works on the sites of an installer, or of all below. To read only."""

from functools import cached_property
from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts.permissions import Can
from sites import queries
from sites.filters import EndUserFilter
from sites.models import Residency, Site
from smartplus.kernel.pages import Column, DetailPage, Empty, Link, ListPage, View
from smartplus.kernel.tables import chosen_columns
from smartplus.kernel.words import _

KINDS = Site.Kind
COMMON = ("full_name", "sip", "email", "phone_number", "site.organisation", "account_state", "created_at")
SHOWN = {
    KINDS.HOUSE.value: (*COMMON, "family_master", "address", "landline"),
    KINDS.COMMUNITY.value: (*COMMON, "site", "family_master", "address", "landline"),
    KINDS.OFFICE.value: (*COMMON, "site", "landline"),
}
"""The columns of each tab, for who has not chosen any."""


def address_of(row: Residency) -> str:
    """Building and apartment, then the street."""
    return ", ".join(filter(None, (row.place_label, row.site.address)))


def place_of(row: Residency) -> str:
    """Where on the site; the street where the site is a house."""
    return row.site.address if row.site.kind == Site.Kind.HOUSE else row.place_label


def landline_of(row: Residency) -> str:
    """The phone of the apartment, in an office of the person."""
    return row.unit.phone_1 if row.unit is not None else row.phone


def master_of(row: Residency) -> str:
    """The name of the family master."""
    master = queries.family_master(row)
    return master.full_name if master is not None else ""


class EndUserRows:
    """People with what is told about them."""

    model = Residency
    needs = Can.END_USERS_VIEW
    noun = (_("end user"), _("end users"))
    related = ("site__organisation", "unit")

    def refine(self, rows: Any) -> Any:
        """With the family master."""
        return rows.prefetch_related(queries.masters_of_units())


class EndUserList(EndUserRows, ListPage):
    """All end users, by kind of project."""

    title = _("End users")
    columns = (
        Column("full_name", _("Name"), sort="sort_name", kind="who"),
        Column("sip", "SIP", kind="code"),
        Column("email", _("Email"), drop=2, cell="sites/cells/email.html"),
        Column("phone_number", _("Mobile"), drop=2),
        Column("site.organisation", _("Installer"), drop=1, needs=Can.INSTALLERS_VIEW),
        Column("site", _("Site"), drop=1),
        Column("family_master", _("Family master"), value=master_of, drop=3),
        Column("address", _("Address"), value=place_of, export=address_of, drop=3),
        Column("landline", _("Phone"), value=landline_of, drop=3),
        Column("kind", _("Account type"), drop=2),
        Column("account_state", _("Active"), cell="sites/cells/account_state.html"),
        Column("created_at", _("Created"), drop=3, cell="parts/cells/when.html"),
    )
    order = ("sort_name",)
    search = ("search_text",)
    search_hint = _("SIP, name, email, mobile")
    filter_class = EndUserFilter
    views = (
        View(KINDS.HOUSE.value, _("Single-family"), q=Q(site__kind=KINDS.HOUSE)),
        View(KINDS.COMMUNITY.value, _("Community"), q=Q(site__kind=KINDS.COMMUNITY)),
        View(KINDS.OFFICE.value, _("Commercial"), q=Q(site__kind=KINDS.OFFICE)),
    )
    row_link = "sites:end_user"
    row_actions = (Link("sites:end_user", _("Details"), icon="arrow-right"),)
    empty = Empty(_("Nobody yet"), _("Whoever installers and property managers add appears here."))

    def search_rows(self, rows: Any, text: str) -> Any:
        """In what the reader chose to search."""
        return queries.search_people(rows, text, self.params.get("by", ""))

    @property
    def columns_key(self) -> str:
        """Each tab has columns of its own."""
        return f"{super().columns_key}:{self.view.name if self.view else ''}"

    @cached_property
    def shown_columns(self) -> list[Column]:
        """The columns of this reader in this tab."""
        usual = SHOWN[self.view.name] if self.view else None
        return chosen_columns(self.columns, self.liked.get(self.columns_key, usual), self.scope)


class EndUserDetail(EndUserRows, DetailPage):
    """One end user; those who run the site change it."""

    facts = (
        Column("kind", _("Account type")),
        Column("sip", "SIP"),
        Column("email", _("Email")),
        Column("phone_number", _("Mobile")),
        Column("landline", _("Phone"), value=landline_of),
        Column("site.organisation", _("Installer")),
        Column("site", _("Site")),
        Column("address", _("Address"), value=address_of),
        Column("family_master", _("Family master"), value=master_of),
        Column("language", _("Language"), value=lambda row: queries.language_name(row.language)),
        Column("account_state", _("Active"), cell="sites/cells/account_state.html"),
        Column("app_state", _("App")),
        Column("created_at", _("Created")),
    )

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the tab of this kind of project."""
        return [(_("End users"), f"{reverse('sites:end_users')}?view={self.row.site.kind}")]
