"""Many apartments changed at once."""

from typing import Any

from django.urls import reverse

from accounts.permissions import Can
from sites import services
from sites.forms.units import UnitsForm
from sites.models import Site, Unit
from smartplus.kernel.errors import Refused, RefusedMany
from smartplus.kernel.pages import ActionPage, Within
from smartplus.kernel.words import _, ngettext

from .units import unit_crumbs


class UnitsEdit(ActionPage):
    """The same changes for the chosen apartments; what is not chosen stays different among them."""

    model = Unit
    needs = Can.UNITS_EDIT
    within = {"site": Within(Site, "site")}
    related = ("building",)
    noun = (_("apartment"), _("apartments"))
    label = _("Save changes")
    title = _("Edit {0}")
    many = True
    form_class = UnitsForm

    def lead(self) -> str:
        """How many it is about."""
        n = len(self.picked)
        return ngettext(
            "What you choose is changed in {n} apartment. Everything else stays as it is there.",
            "What you choose is changed in {n} apartments at once. Everything else stays as it is there.",
            n,
        ).format(n=f"{n:,}")

    def act_many(self, rows: list[Unit]) -> None:
        """All of them, or none."""
        changes = self.form.changes()
        try:
            services.change_units(
                scope=self.scope, site=self.site, changes={row.pk: dict(changes) for row in rows}
            )
        except RefusedMany as refused:
            raise _in_words(refused, rows) from refused

    def done(self, rows: list[Any]) -> str:
        """How many."""
        return ngettext("Changed {n} apartment", "Changed {n} apartments", len(rows)).format(
            n=f"{len(rows):,}"
        )

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the apartments."""
        return unit_crumbs(self.site)

    def success(self, rows: list[Any]) -> str:
        """Back to the list, as it was."""
        return self.came_from or reverse("sites:units", args=[self.site.pk])


def _in_words(refused: RefusedMany, rows: list[Unit]) -> Refused:
    """Why nothing was changed: the reason alone where it is that of all, else with the first apartment."""
    first = min(refused.rows)
    if len({one.message for one in refused.rows.values()}) == 1 and len(refused.rows) == len(rows):
        return Refused(refused.message, field=refused.field, code=refused.code)
    others = len(refused.rows) - 1
    said = ngettext(
        "{place} and {n} more: {why} Nothing was changed.",
        "{place} and {n} more: {why} Nothing was changed.",
        others,
    )
    said = said if others else _("{place}: {why} Nothing was changed.")
    message = str(said).format(place=rows[first].place_label, n=f"{others:,}", why=refused.message)
    return Refused(message, field=refused.field, code=refused.code)
