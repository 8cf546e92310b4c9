"""Putting accounts into use by hand, until an order does it (S5, S18)."""

from typing import Any

from django.urls import reverse

from accounts.permissions import Can
from sites import services
from sites.models import Residency, Site
from smartplus.kernel.pages import ActionPage, Within
from smartplus.kernel.words import _

from .residents import resident_crumbs


class ResidentActivate(ActionPage):
    """Activate accounts that wait for it or have expired."""

    model = Residency
    needs = Can.RESIDENTS_ACTIVATE
    within = {"site": Within(Site, "site")}
    noun = (_("person"), _("people"))
    label = _("Activate")
    title = _("Activate {0}?")
    many = True

    def lead(self) -> str:
        """What it does."""
        return _("The app works from now on; who was never activated gets the login details.")

    def act(self, row: Residency) -> None:
        """One."""
        self.act_many([row])

    def act_many(self, rows: list[Residency]) -> None:
        """All of them in one go."""
        ids = [row.pk for row in rows]
        services.activate_residents(scope=self.scope, site=self.site, residency_ids=ids)

    def success(self, rows: list[Any]) -> str:
        """To the person, or back to the list."""
        if len(rows) == 1:
            return str(rows[0].get_absolute_url())
        return reverse("sites:residents", args=[self.site.pk])

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the people."""
        return resident_crumbs(self.site)
