"""Erasing a person: what goes, what stays, and how long."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from access.models import Subject
from access.services import erasing
from accounts.permissions import Can
from sites.crumbs import site_crumbs
from sites.models import Residency, Site
from sites.queries import family_that_follows
from sites.views.common import may_remove_people
from smartplus.kernel.pages import ActionPage, Within
from smartplus.kernel.words import _, ngettext

from .residents import resident_crumbs


class _Erase(ActionPage):
    """The question."""

    abstract = True
    needs = Can.PERSON_ERASE
    within = {"site": Within(Site, "site")}
    fresh = True
    noun = (_("person"), _("people"))
    label = _("Erase this person")
    title = _("Erase {0}?")
    tone = "danger"
    keep = _("Keep")

    def allowed(self) -> bool:
        """Where the installer lets managers delete accounts."""
        return may_remove_people(self)

    def lead(self) -> str:
        """How it differs from deleting."""
        return _(
            "Deleting takes the account and every way to open a door; logs keep the name. Erasing takes the "
            "name from the logs as well, for good."
        )

    def explain(self, row: Any) -> list[str]:
        """What goes."""
        return [
            _("The account with email, mobile, lease and remark; every PIN and card"),
            _("Name and apartment in the door log of this site; what happened there stays, nameless"),
            _("Name and apartment in the departures: only the number doors knew stays, as the proof"),
            _("The login with its sign-ins, agreements, feedback and emails, unless another home needs it"),
        ]

    def spares(self) -> list[str]:
        """What stays, and how long."""
        kept = _("What happened at doors, nameless, and the number with the proof of each device: {n} days.")
        return [
            kept.format(n=settings.LOG_DAYS),
            _("The sealed operation log with the name, as long as it is kept: nobody can change evidence."),
            _("Other sites keep what they know of the same person."),
            _("Each door device forgets on its own: the departure report shows which have proven it."),
        ]

    def done(self, rows: list[Any]) -> str:
        """That it is done here, not yet at every door."""
        return _("Erased here. The report shows which devices have proven it.")


class DepartureErase(_Erase):
    """Erase somebody of the departures: gone already, but still named."""

    model = Subject

    def act(self, row: Subject) -> None:
        """By the number."""
        erasing.erase_person(scope=self.scope, site=self.site, subject=row)

    def success(self, rows: list[Any]) -> str:
        """The proof."""
        return reverse("access:departure", args=[self.site.pk, rows[0].pk])

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the departures."""
        return site_crumbs(self.site, (_("Departures"), reverse("access:departures", args=[self.site.pk])))


class ResidentErase(_Erase):
    """Erase somebody who is listed."""

    model = Residency
    related = ("site", "unit")
    number = 0

    def explain(self, row: Residency) -> list[str]:
        """What goes, and who follows."""
        members = family_that_follows([row])
        follow = ngettext(
            "{n} family member is deleted, because the family master goes; erase each of them apart.",
            "{n} family members are deleted, because the family master goes; erase each of them apart.",
            members,
        )
        return super().explain(row) + ([follow.format(n=members)] if members else [])

    def act(self, row: Residency) -> None:
        """With the account."""
        found = erasing.erase_resident(scope=self.scope, site=self.site, person=row)
        self.number = found.pk

    def success(self, rows: list[Any]) -> str:
        """The proof."""
        return reverse("access:departure", args=[self.site.pk, self.number])

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the person."""
        return resident_crumbs(self.site, self.row)
