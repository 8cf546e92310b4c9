"""Openings of a site as charts, for the dashboard."""

from datetime import date
from typing import Any

from django.utils.timezone import now

from accounts.permissions import Can
from logs import queries
from logs.models import DoorLog
from sites.models import Site
from smartplus.kernel.look.charts import series
from smartplus.kernel.look.times import FULL_DAY, format_date
from smartplus.kernel.pages import Link, PanelPage, Within
from smartplus.kernel.words import _, ngettext, pgettext

NAMED = 4
"""Methods with a colour of their own; the others share the fifth."""


class OpeningsPanel(PanelPage):
    """How often the doors of a site opened, by day and by method."""

    model = DoorLog
    needs = Can.LOGS_VIEW
    within = {"site": Within(Site, "site")}
    title = _("Openings")
    template = "logs/panels/openings.html"
    actions = (Link("logs:doors", _("Door log"), icon="scroll-text"),)
    poll = 60

    def allowed(self) -> bool:
        """As the log itself."""
        return bool(self.site.managers_see_logs)

    def context(self) -> dict[str, Any]:
        """Rows for the charts and figures beside them."""
        known = queries.openings(self.rows, self.site)
        methods = known.by_method
        named = [method for method, _number in methods[: NAMED if len(methods) > NAMED + 1 else NAMED + 1]]
        names = [method_words(method) for method in named]
        if len(methods) > len(named):
            names.append(pgettext("ways to open", "Others"))
        today = known.days[-1]
        return {
            "nothing": not known.total and not known.refused,
            "names": names,
            "days": [_row(known, day, named, len(names)) for day in known.days],
            "methods": [
                (method_words(method), number, series(min(place, NAMED)))
                for place, (method, number) in enumerate(methods)
            ],
            "facts": (
                (_("Today"), f"{sum(known.opened.get(today, {}).values()):,}"),
                (_("All days"), f"{known.total:,}"),
                (pgettext("at doors", "Refused today"), f"{known.refused[today]:,}"),
                (pgettext("at doors", "Refused on all days"), f"{sum(known.refused.values()):,}"),
            ),
            "at": now(),
        }


def method_words(method: str) -> str:
    """A way to open, in words; what the device did not tell has a word too."""
    return str(DoorLog.Method(method).label if method in DoorLog.Method.values else _("Not told"))


def _row(known: queries.Openings, day: date, named: list[str], width: int) -> dict[str, Any]:
    counted = known.opened.get(day, {})
    values = [counted.get(method, 0) for method in named]
    total = sum(counted.values())
    values += [total - sum(values)] * (width - len(named))
    said = ngettext("{day}: {n} opening", "{day}: {n} openings", total)
    title = said.format(day=format_date(day, str(FULL_DAY)), n=f"{total:,}")
    return {"label": str(day.day), "title": title, "values": values, "now": day == known.days[-1]}
