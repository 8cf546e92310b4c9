"""For residents who lost the phone and the recovery codes: whoever looks after them removes the factors."""

from typing import Any

from accounts.permissions import Can
from sites import services
from sites.models import Residency, Site
from smartplus.kernel.pages import ActionPage, Within
from smartplus.kernel.words import _

from .residents import resident_crumbs


class ResidentFactors(ActionPage):
    """The password opens the account again, without the app or passkey that is lost."""

    model = Residency
    needs = Can.RESIDENTS_EDIT
    within = {"site": Within(Site, "site")}
    related = ("user", "site", "unit", "building")
    fresh = True
    title = _("Remove the app and passkeys of {0}?")
    label = _("Remove app and passkeys")
    keep = _("Keep them")

    def explain(self, row: Residency) -> list[str]:
        """What to be sure of, and what happens."""
        told = services.recipient_of(row)
        return [
            _("Make sure that it is really the person who asks: call back at a number you know."),
            _("The recovery codes are void, and whoever is signed in is signed out."),
            *([_("{name} is told by email.").format(name=row)] if told else []),
        ]

    def act(self, row: Residency) -> None:
        """Remove them."""
        services.remove_factors(scope=self.scope, person=row)

    def done(self, rows: Any) -> str:
        """Whose."""
        return _("Removed the app and passkeys of {name}").format(name=rows[0])

    def success(self, rows: Any) -> str:
        """Back to the person."""
        return rows[0].get_absolute_url()

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the person."""
        return resident_crumbs(self.site, (self.row.full_name, self.row.get_absolute_url()))
