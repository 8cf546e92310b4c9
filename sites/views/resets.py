"""Reset: what goes and what stays is shown first; afterwards the next people's code, once."""

from typing import Any

from django.http.response import HttpResponseBase

from accounts.permissions import Can
from sites import code_files, queries, services
from sites.models import Residency, Unit
from smartplus.kernel.errors import Refused
from smartplus.kernel.words import _, ngettext

from .codes import CodesPage, codes_words
from .common import in_office, may_remove_people
from .residents import resident_crumbs
from .units import unit_crumbs

KINDS = Residency.Kind


class ResetPage(CodesPage):
    """Resets, then shows registration QR codes as the pages do that make nothing else."""

    abstract = True
    needs = Can.RESIDENTS_EDIT
    label = _("Reset")
    title = _("Reset {0}?")
    tone = "danger"
    keep = _("Keep as it is")

    def allowed(self) -> bool:
        """Where the installer lets managers delete accounts: family members are deleted by it."""
        return may_remove_people(self)

    def lead(self) -> str:
        """What the next people get."""
        if self.scope.can(Can.CODES_MAKE):
            return _(
                "Nobody is written to. Afterwards a registration QR code for the next person is shown once."
            )
        return _(
            "Nobody is written to. The property manager makes a registration QR code for the next person."
        )

    def losses_with(self, members: int) -> list[str]:
        """What goes, with so many family members."""
        gone = [
            _("Email, mobile number, country code and landlines"),
            _("Every PIN and card: nothing of them opens a door any more"),
            _("The names in the door log; what happened at the doors stays there"),
            _("The password and every session: the app is unregistered"),
        ]
        if members:
            told = ngettext(
                "{n} family member with the account", "{n} family members with their accounts", members
            )
            gone.insert(0, told.format(n=f"{members:,}"))
        return gone

    def spares(self) -> list[str]:
        """What stays."""
        place = _("The apartment with its name, call type, valid time, indoor monitors and SIP numbers")
        if in_office(self):
            place = _("The department, the ID and the SIP number")
        return [
            _("The account with its name, its state and the number of free members"),
            place,
            _("Time zone, language, access groups and leases"),
            _("The audit log"),
        ]

    def show_codes(self, people: list[Residency]) -> None:
        """Make the codes for those who begin anew, where this reader may."""
        if not people or not self.scope.can(Can.CODES_MAKE):
            return
        try:
            self.make([one.pk for one in people])
        except Refused:  # the reset counts all the same; codes can be made later
            return

    def done(self, rows: list[Any]) -> str:
        """The codes are the answer; without any, what was done."""
        return "" if hasattr(self, "made") else _("Reset {name}").format(name=self.object_words)

    @property
    def heading(self) -> str:
        """The question, then the codes."""
        if not hasattr(self, "made"):
            return super().heading
        return codes_words(len(self.made))

    def leave(self, rows: list[Any]) -> HttpResponseBase:
        """In a dialog the code stays within it; "Done" leads to the page as it is now."""
        if not (hasattr(self, "made") and self.wants_fragment):
            return super().leave(rows)
        (code,) = self.made
        card = {
            "person": code.person,
            "until": code_files.until_words(self.site, code),
            "picture": code_files.embedded(code, among_many=False),
        }
        response = self.render("sites/parts/reset_dialog.html", card=card, link=code.link)
        response["Cache-Control"] = "no-store"
        return response


class UnitReset(ResetPage):
    """Reset apartments."""

    model = Unit
    noun = (_("apartment"), _("apartments"))
    fresh_for_many = True

    @property
    def object_words(self) -> str:
        """One with its building."""
        rows = self.picked
        return rows[0].place_label if len(rows) == 1 and rows[0].place_label else super().object_words

    def explain(self, row: Unit) -> list[str]:
        """What goes."""
        return self.explain_many([row])

    def explain_many(self, rows: list[Unit]) -> list[str]:
        """What goes."""
        return self.losses_with(queries.members_of_units(rows))

    def act(self, row: Unit) -> None:
        """One."""
        self.act_many([row])

    def act_many(self, rows: list[Unit]) -> None:
        """All of them in one go."""
        ids = [row.pk for row in rows]
        self.show_codes(services.reset_units(scope=self.scope, site=self.site, unit_ids=ids))

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the apartment, or the list of them."""
        if self.row is None:
            return unit_crumbs(self.site)
        return unit_crumbs(self.site, (self.row.place_label or self.row.number, self.row.get_absolute_url()))


class ResidentReset(ResetPage):
    """Reset a family master with the home, or somebody of an office."""

    model = Residency
    many = False
    related = ("site",)

    def refine(self, rows: Any) -> Any:
        """Family members are deleted, not reset."""
        return rows.exclude(kind=KINDS.MEMBER)

    def explain(self, row: Residency) -> list[str]:
        """What goes."""
        return self.losses_with(queries.family_that_follows([row]))

    def act(self, row: Residency) -> None:
        """This one."""
        people = services.reset_residents(scope=self.scope, site=self.site, residency_ids=[row.pk])
        self.show_codes(people)

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the person."""
        return resident_crumbs(self.site, (self.row.full_name, self.row.get_absolute_url()))
