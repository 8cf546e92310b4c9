"""The operation log: a view of the audit trail."""

from typing import Any

from django.urls import reverse

from accounts.models import AuditEntry, Switch
from accounts.permissions import Can
from logs.fields import field_in_words, value_in_words
from logs.filters import OperationFilter
from logs.verbs import in_words
from sites.crumbs import site_crumbs
from sites.models import Site
from smartplus.kernel.look.times import exact, local
from smartplus.kernel.pages import Column, DetailPage, Empty, ListPage, Within
from smartplus.kernel.words import _, pgettext


def _who(row: AuditEntry) -> str:
    if not row.on_behalf_of_name:
        return row.actor_name
    return _("{actor} as {account}").format(actor=row.actor_name, account=row.on_behalf_of_name)


def _fields(row: AuditEntry) -> str:
    return ", ".join(str(field_in_words(name)) for name in row.fields)


class OperationList(ListPage):
    """Who changed what, when, and on whose behalf."""

    model = AuditEntry
    needs = Can.AUDIT_VIEW
    title = _("Operation log")
    noun = (pgettext("a log", "entry"), pgettext("a log", "entries"))
    columns = (
        Column("at", _("Time"), sort=True, cell="logs/cells/at.html"),
        Column("verb", _("Operation"), value=lambda row: in_words(row.verb)),
        Column("object_label", pgettext("a log", "What")),
        Column("actor_name", pgettext("a log", "Who"), value=_who),
        Column("fields", _("Fields"), value=_fields, drop=2),
        Column("address", pgettext("of a network", "Address"), drop=1, shown=False),
    )
    order = ("-at",)
    search = ("object_label", "actor_name")
    search_hint = _("Name of a person or a thing")
    filter_class = OperationFilter
    row_link = "logs:operation"
    counts = False
    empty = Empty(_("Nothing changed yet"), _("Each change by a person appears here, with who made it."))

    def lead(self) -> str:
        """What is never in it."""
        return _(
            "Each change by a person. Of PINs, cards and passwords only that they changed, never the value."
        )


class SiteOperationList(OperationList):
    """The changes of one site."""

    within = {"site": Within(Site, "site_id")}

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the site."""
        return site_crumbs(self.site)


class StayOperationList(OperationList):
    """What somebody did while switched into an installer's account."""

    needs = Can.SWITCHES_VIEW
    within = {"switch": Within(Switch)}

    def title(self) -> str:
        """Who, as whom."""
        return str(self.switch)

    def lead(self) -> str:
        """From when to when."""
        return _("From {start} to {end}.").format(
            start=exact(local(self.switch.started_at)), end=exact(local(self.switch.over_at))
        )

    def refine(self, rows: Any) -> Any:
        """By this person in this account, within the stay."""
        stay = {"at__gte": self.switch.started_at, "at__lte": self.switch.over_at}
        return rows.filter(actor=self.switch.actor_id, on_behalf_of=self.switch.into_id, **stay)

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the stays."""
        return [(_("Access without password"), reverse("accounts:switches"))]


class OperationDetail(DetailPage):
    """One change, before and after."""

    model = AuditEntry
    needs = Can.AUDIT_VIEW
    template = "logs/operation_detail.html"
    width = "read"

    def title(self) -> str:
        """What was done."""
        return in_words(self.row.verb)

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the log."""
        return [(_("Operation log"), reverse("logs:operations"))]

    def context(self) -> dict[str, Any]:
        """The changed fields, side by side."""
        before, after = self.row.before or {}, self.row.after or {}
        names = dict.fromkeys([*before, *after])
        return {
            "who": _who(self.row),
            "changes": [
                (field_in_words(name), value_in_words(before.get(name)), value_in_words(after.get(name)))
                for name in names
            ],
        }
