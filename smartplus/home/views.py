"""The first page of each role: what needs somebody first, then the figures."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import Role
from accounts.permissions import Can
from sites.queries import first_site
from smartplus.kernel.pages import Link, Page, PanelPage
from smartplus.kernel.words import _, pgettext

from . import queries, search


class Home(PanelPage):
    """The dashboard; residents go straight to their doors."""

    needs = Can.HOME
    title = _("Dashboard")
    template = "home/figures.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if self.scope.role == Role.RESIDENT:
            return redirect("access:mine")
        return self.render("home/home.html")

    def context(self) -> dict[str, Any]:
        """Figures of what the reader reaches, the site of a manager, and where to begin."""
        scope = self.scope
        site = (
            first_site(scope, self.request.session.get("site"))
            if scope.role == Role.PROPERTY_MANAGER
            else None
        )
        return {
            "figures": queries.figures(scope, site),
            "trouble": queries.trouble(scope, site),
            "site": site,
            "quick": [link.button(self) for link in QUICK if scope.can(link.needs)],
            "devices_url": reverse("devices:site_list", args=[site.pk]) if site else reverse("devices:list"),
        }


class Search(Page):
    """One field that finds companies, sites, apartments, people, devices and users."""

    needs = Can.SEARCH
    title = pgettext("a page", "Search")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        typed = " ".join(request.GET.get("q", "").replace("\0", "").split())[: search.LONGEST]
        text = search.tidied(typed)
        enough = len(text) >= search.SHORTEST
        groups = search.search(self.scope, text) if enough else []
        return self.render("home/search.html", typed=typed, groups=groups, enough=enough)


QUICK = (
    Link(
        lambda page, row: reverse("sites:add", args=["community"]),
        _("Add community"),
        icon="plus",
        needs=Can.SITES_EDIT,
    ),
    Link(
        lambda page, row: reverse("sites:add", args=["office"]),
        _("Add office"),
        icon="plus",
        needs=Can.SITES_EDIT,
    ),
    Link(
        lambda page, row: reverse("sites:add", args=["house"]),
        _("Add single-family"),
        icon="plus",
        needs=Can.SITES_EDIT,
    ),
    Link("accounts:user_add", _("Add property manager"), icon="plus", needs=Can.MANAGERS_EDIT),
)
