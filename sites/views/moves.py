"""Moving to another apartment, and moving out."""

from typing import Any

from django.urls import reverse

from accounts.permissions import Can
from sites.forms.moves import MoveForm, MoveOutForm
from sites.models import Residency, Site
from sites.services import moves
from smartplus.kernel.pages import ActionPage, FormPage, Within
from smartplus.kernel.words import _, ngettext

from .common import in_community
from .residents import resident_crumbs


class ResidentMove(FormPage):
    """To another apartment of the same community."""

    model = Residency
    needs = Can.RESIDENTS_EDIT
    within = {"site": Within(Site, "site")}
    related = ("unit__building", "building", "site")
    form_class = MoveForm
    submit = _("Move")
    aside = "sites/move_aside.html"

    def allowed(self) -> bool:
        """Only a community has several apartments."""
        return in_community(self)

    def title(self) -> str:
        """Whom."""
        return _("Move {name}").format(name=self.row)

    def lead(self) -> str:
        """From where."""
        return _("From {place} to another apartment of this community.").format(place=self.row.place_label)

    def initial(self) -> dict[str, Any]:
        """The same building, the same account type."""
        return {"building": self.row.building_id, "kind": self.row.kind}

    def context(self) -> dict[str, Any]:
        """What follows, and who else lives there."""
        return {"members": moves.members_of(self.row)}

    def done(self, row: Residency) -> str:
        """Where to."""
        return _("{name} lives in {place} now.").format(name=row.full_name, place=row.place_label)

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the person."""
        return resident_crumbs(self.site, (self.row.full_name, self.row.get_absolute_url()))


class ResidentMoveOut(ActionPage):
    """The lease ends, now or at a moment to come."""

    model = Residency
    needs = Can.RESIDENTS_EDIT
    within = {"site": Within(Site, "site")}
    related = ("site",)
    label = _("Move out")
    title = _("Let {0} move out?")
    form_class = MoveOutForm

    def explain(self, row: Residency) -> list[str]:
        """What ends and what stays."""
        said = [
            _("From that moment no PIN, card or app of theirs opens a door; each door proves it."),
            _("The person stays listed with an ended lease, until deleted; a new lease gives access again."),
        ]
        if members := len(moves.members_of(row)):
            said.append(
                ngettext(
                    "The family has {n} more member.", "The family has {n} more members.", members
                ).format(n=members)
            )
        return said

    def act(self, row: Residency) -> None:
        """Let it end."""
        self.form.apply()

    def done(self, rows: list[Any]) -> str:
        """What was done."""
        if self.form.cleaned_data["when"] == "at":
            return _("The lease of {name} ends at that time.").format(name=rows[0])
        return _("{name} has moved out.").format(name=rows[0])

    def success(self, rows: list[Any]) -> str:
        """The person's page, where the doors answer."""
        return reverse("sites:resident", args=[self.site.pk, rows[0].pk])

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the person."""
        return resident_crumbs(self.site, (self.row.full_name, self.row.get_absolute_url()))
