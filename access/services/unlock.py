"""Opening a door from the portal."""

from django.db import transaction

from access.queries.people import may_open_now
from devices.models import Command, Relay
from devices.services import order_command
from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope


@transaction.atomic
def unlock_door(*, scope: Scope, relay: Relay) -> Command:
    """A manager opens a door of the site. Raises `Refused` for one that is switched off."""
    args = {"relay": relay.number, "method": "portal"}
    return order_command(scope=scope, device=relay.device, verb=Command.Verb.UNLOCK, args=args)


@transaction.atomic
def unlock_own(*, scope: Scope, relay: Relay) -> Command:
    """A resident opens a door; groups and hours are judged now. Raises `Refused` outside of them."""
    subject = may_open_now(user_id=scope.user_id, relay=relay)
    if subject is None:
        raise Refused("This door is not open to you at this hour, or not from here.", code="not-now")
    args = {"relay": relay.number, "method": "home", "subject": subject.pk}
    return order_command(scope=scope, device=relay.device, verb=Command.Verb.UNLOCK, args=args)
