"""A resident's access: PIN, cards, groups, and what the doors prove."""

from typing import Any

from django.urls import reverse

from access.forms import ResidentAccessForm
from access.queries.keys import masked
from access.queries.people import access_of, access_version, groups_of
from access.queries.progress import under_way
from access.services.grants import PUBLIC_ONLY, allowed
from access.services.pin_modes import MOST_NAMED, clashes
from access.services.reveal import reveal
from accounts.permissions import Can
from sites.crumbs import site_crumbs
from sites.models import Residency, Site
from sites.services.plans import quiet_because
from smartplus.kernel.pages import FormPage, PanelPage, Within
from smartplus.kernel.words import _

AT_SITE = {"site": Within(Site, "site")}


def resident_crumbs(site: Site, person: Residency) -> list[tuple[str, str]]:
    """The way up from a page about a resident's access."""
    above = site_crumbs(site, (_("Residents"), reverse("sites:residents", args=[site.pk])))
    return [*above, (person.full_name, reverse("sites:resident", args=[site.pk, person.pk]))]


class ResidentAccess(FormPage):
    """PIN, cards and groups of a resident: the second step of adding one, and later the same page."""

    model = Residency
    needs = Can.CREDENTIALS_EDIT
    within = AT_SITE
    related = ("unit", "building", "site")
    form_class = ResidentAccessForm
    submit = _("Save access")
    aside = "access/resident_aside.html"

    def title(self) -> str:
        """Whose."""
        return _("Access of {person}").format(person=self.row.full_name)

    def lead(self) -> str:
        """What saving does, or what the installer and the plan keep."""
        told = _("Every door concerned is told within seconds; one that is off line when it returns.")
        said = [told if allowed(self.site) else PUBLIC_ONLY, quiet_because(self.site)]
        return " ".join(str(sentence) for sentence in said if sentence)

    @property
    def steps(self) -> tuple[str, ...]:
        """Shown while somebody is being added."""
        return (_("Account"), _("Access")) if "new" in self.request.GET else ()

    step = 1

    def initial(self) -> dict[str, Any]:
        """The groups as they are; values are not filled in."""
        return {"access_groups": groups_of(self.row)}

    def success(self, row: Residency) -> str:
        """Here again, where the doors show what they know."""
        return reverse("access:resident", args=[self.site.pk, row.pk])

    def done(self, row: Residency) -> str:
        """What was saved."""
        return _("Saved the access of {person}.").format(person=row.full_name)

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the resident."""
        return resident_crumbs(self.site, self.row)


class ResidentPanel(PanelPage):
    """On which doors a resident is, proven by each, live."""

    model = Residency
    needs = Can.RIGHTS_VIEW
    within = AT_SITE
    related = ("site",)
    title = _("Access")
    template = "access/panels/resident.html"
    poll = 2

    def version(self) -> str:
        """Changes with rights, answers and devices."""
        return access_version(self.row)

    def context(self) -> dict[str, Any]:
        """Doors with their proof."""
        return {"access": access_of(self.row), "under_way": under_way(self.row.site)}


class ResidentKeys(PanelPage):
    """What a resident has, masked; the values are one request further."""

    model = Residency
    needs = Can.CREDENTIALS_VIEW
    within = AT_SITE
    related = ("site",)
    title = _("PIN and cards")
    template = "access/panels/keys.html"
    poll = 0

    def context(self) -> dict[str, Any]:
        """Outsides of PIN and cards."""
        return {"keys": masked(self.row), "reveals": not self.scope.acting}

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the resident."""
        return resident_crumbs(self.site, self.row)


class ResidentReveal(ResidentKeys):
    """PIN and cards in clear, for the manager of the site; each look is written down."""

    template = "access/panels/revealed.html"

    def allowed(self) -> bool:
        """Never to somebody who acts in a manager's account."""
        return not self.scope.acting

    def context(self) -> dict[str, Any]:
        """The values."""
        return {"keys": reveal(scope=self.scope, person=self.row)}


class PinClashes(PanelPage):
    """Who would share a PIN, were each typed alone: what stands in the way of that mode, never a PIN."""

    model = Site
    needs = Can.CREDENTIALS_VIEW
    title = _("PINs used twice")
    template = "access/panels/pin_clashes.html"
    poll = 0

    def context(self) -> dict[str, Any]:
        """Groups of people, the first of them."""
        found = clashes(self.row.pk, Site.PinMode.PIN)
        return {
            "groups": found[:MOST_NAMED],
            "more": max(0, len(found) - MOST_NAMED),
        }
