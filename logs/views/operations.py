"""The operation log: a view of the audit trail."""

from typing import Any

from django.urls import reverse

from accounts.models import AuditEntry, Switch
from accounts.permissions import Can
from logs.filters import OperationFilter
from logs.verbs import in_words
from sites.crumbs import site_crumbs
from sites.models import Site
from smartplus.kernel.look.times import exact, local
from smartplus.kernel.pages import Column, DetailPage, Empty, ListPage, Within


def _who(row: AuditEntry) -> str:
    return f"{row.actor_name} as {row.on_behalf_of_name}" if row.on_behalf_of_name else row.actor_name


class OperationList(ListPage):
    """Who changed what, when, and on whose behalf."""

    model = AuditEntry
    needs = Can.AUDIT_VIEW
    title = "Operation log"
    noun = ("entry", "entries")
    columns = (
        Column("at", "Time", sort=True, cell="logs/cells/at.html"),
        Column("verb", "Operation", value=lambda row: in_words(row.verb)),
        Column("object_label", "What"),
        Column("actor_name", "Who", value=_who),
        Column("fields", "Fields", value=lambda row: ", ".join(row.fields).replace("_", " "), drop=2),
        Column("address", "Address", drop=1, shown=False),
    )
    order = ("-at",)
    search = ("object_label", "actor_name")
    search_hint = "Name of a person or a thing"
    filter_class = OperationFilter
    row_link = "logs:operation"
    counts = False
    empty = Empty("Nothing changed yet", "Each change by a person appears here, with who made it.")

    def lead(self) -> str:
        """What is never in it."""
        return (
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
        return f"From {exact(local(self.switch.started_at))} to {exact(local(self.switch.over_at))}."

    def refine(self, rows: Any) -> Any:
        """By this person in this account, within the stay."""
        stay = {"at__gte": self.switch.started_at, "at__lte": self.switch.over_at}
        return rows.filter(actor=self.switch.actor_id, on_behalf_of=self.switch.into_id, **stay)

    def crumbs(self) -> list[tuple[str, str]]:
        """Below the stays."""
        return [("Access without password", reverse("accounts:switches"))]


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
        return [("Operation log", reverse("logs:operations"))]

    def context(self) -> dict[str, Any]:
        """The changed fields, side by side."""
        before, after = self.row.before or {}, self.row.after or {}
        names = dict.fromkeys([*before, *after])
        return {
            "who": _who(self.row),
            "changes": [(name.replace("_", " "), before.get(name), after.get(name)) for name in names],
        }
