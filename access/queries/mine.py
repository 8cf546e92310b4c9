"""A resident's own page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.timezone import now

from devices.models import Command
from sites.models import Residency

from .doors import FRESH, OPEN_STATES
from .people import AccessOfPerson, DoorOfPerson


@dataclass(frozen=True)
class MyDoor:
    """A door as its resident sees it; `state` is a word of the look for what came of the last press."""

    door: DoorOfPerson
    order: Command | None

    @property
    def waits(self) -> bool:
        """Whether a press is under way."""
        return self.order is not None and self.order.state in OPEN_STATES

    @property
    def state(self) -> str:
        """Of the card."""
        if self.order is None:
            return "closed"
        return "open" if self.order.state == Command.State.DONE else str(self.order.state)

    @property
    def offers(self) -> bool:
        """Whether there is a button: the relay allows it, the hours fit, no press is under way."""
        return self.door.by_app and self.door.open_now and not self.waits


def my_doors(person: Residency, user_id: int, access: AccessOfPerson) -> list[MyDoor]:
    """The doors of `access`, each with the last fresh press of that login; none before and after the lease,
    and none for an account that is not in use: it has no app.

    A constant number of queries.
    """
    if not access.validity.holds or person.account_state != Residency.AccountState.NORMAL:
        return []
    orders: dict[tuple[int, object], Command] = {}
    fresh = Command.objects.filter(
        ordered_by=user_id, verb=Command.Verb.UNLOCK, created_at__gt=now() - FRESH, site=person.site_id
    )
    for order in fresh.order_by("pk"):
        orders[order.device_id, order.args.get("relay")] = order
    return [MyDoor(door, orders.get((door.device.pk, door.relay.number))) for door in access.doors]


def homes_of(rows: QuerySet[Residency]) -> Sequence[Residency]:
    """All homes of a person, when there are several."""
    homes = list(rows[:20])
    return homes if len(homes) > 1 else []
