"""A resident's own home: PIN, cards, doors."""

from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.timezone import now

from access.models import GroupDoor
from access.queries.mine import homes_of, my_doors
from access.queries.people import access_of, access_version
from access.queries.validity import validity_of
from access.services.groups import door_name
from access.services.reveal import own_keys
from access.services.unlock import unlock_own
from accounts.permissions import Can
from sites.models import Residency
from smartplus.kernel.pages import ActionPage, DetailPage, PanelPage
from smartplus.kernel.words import _


class Mine(DetailPage):
    """The reader's home: the first one, or the one named."""

    model = Residency
    needs = Can.OWN_ACCESS
    related = ("site", "unit")
    template = "access/mine.html"

    def refine(self, rows: Any) -> Any:
        """The reader's own homes only, not those of the family."""
        return rows.filter(user=self.scope.user_id).order_by("pk")

    @cached_property
    def row(self) -> Any:
        """Without a number in the address: the first home; None where there is none left."""
        return super().row if "pk" in self.kwargs else self.rows.first()

    def title(self) -> str:
        """What the page is about."""
        return _("My doors")

    def lead(self) -> str:
        """Where."""
        return ", ".join(filter(None, [self.row.place_label, self.row.site.name])) if self.row else ""

    def context(self) -> dict[str, Any]:
        """The own values in clear while the lease runs, and the other homes."""
        return {
            "keys": own_keys(scope=self.scope, person=self.row) if self.row else None,
            "validity": validity_of(self.row, now()) if self.row else None,
            "homes": homes_of(self.rows),
        }


class MyDoors(PanelPage):
    """The reader's doors with their buttons, live."""

    model = Residency
    needs = Can.OWN_ACCESS
    related = ("site",)
    template = "access/panels/mine.html"
    panel_class = "plain"
    poll = 2

    def refine(self, rows: Any) -> Any:
        """The reader's own homes."""
        return rows.filter(user=self.scope.user_id)

    def version(self) -> str:
        """Changes with rights, lease, devices, orders and the minute."""
        return access_version(self.row, self.scope.user_id)

    def context(self) -> dict[str, Any]:
        """Doors, whether they open now, what was last ordered; or that the lease does not run."""
        access = access_of(self.row)
        return {"doors": my_doors(self.row, self.scope.user_id, access), "validity": access.validity}


class MyUnlock(ActionPage):
    """Open one of the own doors."""

    model = GroupDoor
    needs = Can.OWN_ACCESS
    related = ("relay__device__site",)
    label = _("Unlock")
    confirm = False

    def act(self, row: GroupDoor) -> None:
        """Order it; the service judges groups and hours."""
        unlock_own(scope=self.scope, relay=row.relay)

    def done(self, rows: list[Any]) -> str:
        """Ordered is not opened."""
        return _("Asked {door} to open.").format(door=door_name(self.row.relay))

    def success(self, rows: list[Any]) -> str:
        """Home, where the result shows."""
        return self.came_from or reverse("access:mine")
