"""Residents by template (S12), and the same file with everybody who is there."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from access.imports import ResidentImporter
from access.services.exports import take_along
from accounts.permissions import Can
from sites.crumbs import site_crumbs
from sites.models import Site
from sites.views.residents import ResidentList
from smartplus.kernel.errors import Refused
from smartplus.kernel.pages import ImportPage, Within
from smartplus.kernel.paging import ordered
from smartplus.kernel.sheets.templates import template
from smartplus.kernel.sheets.writer import response
from smartplus.kernel.words import _


class ResidentImport(ImportPage):
    """The manager's template: people with cards, PINs and groups."""

    importer = ResidentImporter
    within = {"site": Within(Site, "")}

    def allowed(self) -> bool:
        """The template is one for apartments."""
        return self.site.kind == Site.Kind.COMMUNITY

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the residents."""
        return site_crumbs(self.site, (_("Residents"), reverse("sites:residents", args=[self.site.pk])))

    @property
    def rows_url(self) -> str:
        """Everybody of the site in this template."""
        return reverse("access:resident_export", args=[self.site.pk])


class ResidentExport(ResidentList):
    """The residents' list, as it is searched and filtered, in the template: to be edited and brought back."""

    needs = Can.RESIDENTS_IMPORT
    http_method_names = ["get"]

    def allowed(self) -> bool:
        """The template is one for apartments."""
        return self.site.kind == Site.Kind.COMMUNITY

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The file; read and written row by row."""
        try:
            people = ordered(self.matching, self.sort_order)
            rows = take_along(scope=self.scope, site=self.site, people=people)
        except Refused as refusal:
            messages.warning(request, refusal.message)
            back = reverse("sites:residents", args=[self.site.pk])
            return HttpResponseRedirect(f"{back}?{self.same_query}")
        sheets = template(ResidentImporter.sheet_name, ResidentImporter.columns, rows, whole=True)
        return response(self.export_name(), sheets)
