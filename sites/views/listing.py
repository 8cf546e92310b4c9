"""The list of sites."""

from functools import cached_property
from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts.permissions import Can
from sites import queries
from sites.models import Site
from smartplus.kernel.pages import Column, Empty, Link, ListPage, View
from smartplus.kernel.tables import chosen_columns
from smartplus.kernel.words import _
from smartplus.kernel.zones import describe

from .common import plan_of

KINDS = Site.Kind
HOUSE_COLUMNS = (
    "name", "family_sip", "personal_sip", "room", "email", "mobile", "members", "account", "created_at",
)  # fmt: skip


def adding(kind: str, label: str, first: bool = False) -> Link:
    """The way to a new site of a kind."""
    return Link(
        lambda page, row: reverse("sites:add", args=[kind]), label, icon="plus",
        kind="primary" if first else "", needs=Can.SITES_EDIT,
    )  # fmt: skip


def of_family(name: str, label: str, value: Any, **more: Any) -> Column:
    """A column about the family of a house, shown in the tab of houses."""
    return Column(name, label, value=value, shown=False, needs=Can.RESIDENTS_VIEW, **more)


class SiteList(ListPage):
    """All sites the reader may see, by kind."""

    model = Site
    needs = Can.SITES_VIEW
    title = _("Sites")
    noun = (_("site"), _("sites"))
    related = ("organisation",)
    columns = (
        Column("name", _("Site"), sort=True, cell="sites/cells/site.html", kind="who"),
        Column("kind", _("Kind"), sort=True, drop=1),
        Column("organisation.name", _("Installer"), sort="organisation__name", needs=Can.ORGANISATIONS_VIEW),
        Column("city", _("City"), drop=2),
        Column("unit_count", _("Apartments"), cell="sites/cells/apartments.html", kind="num"),
        Column("device_count", _("Devices"), cell="sites/cells/count.html", kind="num"),
        Column("people_count", _("Residents"), cell="sites/cells/count.html", kind="num"),
        Column("manager_count", _("Managers"), cell="sites/cells/count.html", kind="num", drop=1),
        Column("feature_plan", _("Feature plan"), value=plan_of, shown=False),
        Column("time_zone", _("Time zone"), value=lambda row: describe(row.time_zone), drop=3),
        of_family("family_sip", _("Family SIP"), queries.home_value("sip"), kind="code"),
        of_family("personal_sip", _("Personal SIP"), queries.master_value("sip"), kind="code"),
        of_family("room", _("Room"), queries.home_value("name"), drop=2),
        of_family("email", _("Email"), queries.master_value("email"), drop=1),
        of_family("mobile", _("Mobile"), queries.master_value("phone_number"), drop=2),
        of_family("members", _("Family members"), queries.count_members, kind="num", drop=1),
        of_family("account", _("Account"), queries.master_value("get_account_state_display")),
        Column("created_at", _("Created"), sort=True, drop=3, shown=False, cell="parts/cells/when.html"),
    )  # fmt: skip
    order = ("name",)
    search_hint = _("Name, address, family, SIP")
    search = ("name",)
    views = (
        View("all", _("All")),
        View("community", _("Communities"), q=Q(kind=KINDS.COMMUNITY)),
        View("office", _("Offices"), q=Q(kind=KINDS.OFFICE)),
        View("house", _("Single-family houses"), q=Q(kind=KINDS.HOUSE)),
    )
    row_link = "sites:detail"
    row_actions = (
        Link("sites:detail", _("Open"), icon="arrow-right"),
        Link("sites:edit", _("Edit"), icon="pencil"),
        Link("sites:managers", _("Managers"), icon="users"),
        Link("sites:remove", _("Remove…"), icon="trash-2", kind="danger"),
    )
    actions = (
        adding(KINDS.HOUSE, _("Add house")),
        adding(KINDS.OFFICE, _("Add office")),
        adding(KINDS.COMMUNITY, _("Add community"), first=True),
    )
    empty = Empty(
        _("No sites yet"), _("A site is a community, an office or a house. People and devices belong to it."),
        adding(KINDS.COMMUNITY, _("Add community")),
    )  # fmt: skip

    def refine(self, rows: Any) -> Any:
        """With their figures; houses with their family."""
        return queries.with_figures_of_sites(rows).prefetch_related(*queries.families_of_houses())

    def search_rows(self, rows: Any, text: str) -> Any:
        """By name and address; houses also by their people."""
        return queries.search_sites(rows, text)

    @property
    def columns_key(self) -> str:
        """Houses have columns of their own, and a choice of their own."""
        name = self.view.name if self.view else ""
        return f"{super().columns_key}:{name}" if name == KINDS.HOUSE else super().columns_key

    @cached_property
    def shown_columns(self) -> list[Column]:
        """The columns of this reader; in the tab of houses those of a family."""
        usual = HOUSE_COLUMNS if self.view and self.view.name == KINDS.HOUSE else None
        return chosen_columns(self.columns, self.liked.get(self.columns_key, usual), self.scope)
