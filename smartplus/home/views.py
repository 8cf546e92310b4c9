"""The first page of each role: what needs somebody first, then the figures; and the search."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import Role
from accounts.permissions import Can
from sites.models import Site
from sites.queries import first_site
from smartplus.kernel.pages import Link, Page, PanelPage
from smartplus.kernel.planning import planned_anew
from smartplus.kernel.words import _, pgettext

from . import queries, search


class HomePanel(PanelPage):
    """A part of the dashboard: of the site a manager works in, of all sites for everybody else."""

    abstract = True
    needs = Can.HOME
    poll = 30

    @cached_property
    def place(self) -> Site | None:
        """The site of a property manager."""
        if self.scope.role != Role.PROPERTY_MANAGER:
            return None
        return first_site(self.scope, self.request.session.get("site"))


class Figures(HomePanel):
    """The tiles, renewing themselves."""

    title = _("Figures")
    template = "home/figures.html"
    fragment = "home/figures_frame.html"

    def context(self) -> dict[str, Any]:
        """Counted anew."""
        return {"figures": queries.figures(self.scope, self.place)}


class Trouble(HomePanel):
    """Devices that need somebody, renewing themselves."""

    needs = Can.DEVICES_VIEW
    title = _("Needs somebody")
    template = "home/trouble.html"
    fragment = "home/trouble_frame.html"

    def context(self) -> dict[str, Any]:
        """The worst first."""
        return {
            "trouble": queries.trouble(self.scope, self.place),
            "devices_url": devices_url(self.place),
        }


class Accounts(HomePanel):
    """App accounts by status, over all sites."""

    needs = Can.RESIDENTS_VIEW
    title = _("App accounts")
    template = "home/accounts.html"
    poll = 60

    def context(self) -> dict[str, Any]:
        """Registered or not; normal, inactivated, expired."""
        known = queries.accounts(self.scope)
        app, account = known["app"], known["account"]
        return {
            "all": app.total(),
            "app": (("good", app["registered"]), ("off", app["unregistered"])),
            "account": (
                ("good", account["normal"]), ("off", account["inactivated"]), ("bad", account["expired"]),
            ),
            "registered": app["registered"],
            "unregistered": app["unregistered"],
            "normal": account["normal"],
            "inactivated": account["inactivated"],
            "expired": account["expired"],
        }  # fmt: skip


def devices_url(site: Site | None) -> str:
    """The list of devices of a site, or of all."""
    return reverse("devices:site_list", args=[site.pk]) if site else reverse("devices:list")


class Home(HomePanel):
    """The dashboard; residents go straight to their doors."""

    title = _("Dashboard")
    template = "home/home.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if self.scope.role == Role.RESIDENT:
            return redirect("access:mine")
        return self.render(self.template)

    def context(self) -> dict[str, Any]:
        """What needs somebody, figures of what the reader reaches, and where to begin."""
        scope, site = self.scope, self.place
        return {
            "figures": queries.figures(scope, site),
            "trouble": queries.trouble(scope, site),
            "sees_devices": scope.can(Can.DEVICES_VIEW),
            "sees_accounts": site is None and scope.can(Can.RESIDENTS_VIEW),
            "site": site,
            "without_site": site is None and scope.role == Role.PROPERTY_MANAGER,
            "quick": [button for link in QUICK if (button := link.button(self)) is not None],
            "devices_url": devices_url(site),
        }


class Search(Page):
    """One field that finds companies, sites, apartments, people, devices and users."""

    needs = Can.SEARCH
    title = pgettext("a page", "Search")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        typed = " ".join(request.GET.get("q", "").replace("\0", "").split())[: search.LONGEST]
        text = search.tidied(typed)
        enough = len(text) >= search.SHORTEST
        with planned_anew(when=enough):
            groups = search.search(self.scope, text) if enough else []
        return self.render("home/search.html", typed=typed, groups=groups, enough=enough)


def _add_site(kind: str, label: str) -> Link:
    return Link(lambda page, row: reverse("sites:add", args=[kind]), label, icon="plus", needs=Can.SITES_EDIT)


QUICK = (
    _add_site("community", _("Add community")),
    _add_site("office", _("Add office")),
    _add_site("house", _("Add single-family")),
    Link("accounts:user_add", _("Add property manager"), icon="plus", needs=Can.MANAGERS_EDIT),
    Link(
        lambda page, row: reverse("sites:resident_add", args=[page.place.pk]),
        _("Add resident"),
        icon="user-plus",
        needs=Can.RESIDENTS_EDIT,
        when=lambda page, row: page.place is not None and page.place.kind != Site.Kind.OFFICE,
    ),
    Link(
        lambda page, row: reverse("sites:resident_add", args=[page.place.pk]),
        _("Add person"),
        icon="user-plus",
        needs=Can.RESIDENTS_EDIT,
        when=lambda page, row: page.place is not None and page.place.kind == Site.Kind.OFFICE,
    ),
)
