"""Opening a door from the portal."""

from access.queries.people import may_open_now
from devices.models import Command, Relay
from devices.services import order_at_door
from smartplus.kernel.errors import Refused
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _


def unlock_door(*, scope: Scope, relay: Relay) -> Command:
    """A manager opens a door of the site. Raises `Refused` for one that is switched off."""
    return order_at_door(scope=scope, relay=relay, verb=Command.Verb.UNLOCK, args={"method": "portal"})


def unlock_own(*, scope: Scope, relay: Relay) -> Command:
    """A resident opens a door; groups and hours are judged now. Raises `Refused` outside of them."""
    subject = may_open_now(user_id=scope.user_id, relay=relay)
    if subject is None:
        raise Refused(_("This door is not open to you at this hour, or not from here."), code="not-now")
    args = {"method": "home", "subject": subject.pk}
    return order_at_door(scope=scope, relay=relay, verb=Command.Verb.UNLOCK, args=args)
