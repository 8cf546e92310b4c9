"""What follows by itself when the valid time of an apartment is over."""

import logging

from django.db import transaction
from django.utils.timezone import now

from accounts import audit
from sites.events import UnitsChanged
from sites.models import Residency, Site, Unit
from smartplus.kernel.errors import Refused
from smartplus.kernel.events import emit

from .residents import take_out

log = logging.getLogger(__name__)

OF_THE_TIME = ("valid_from", "valid_until", "auto_delete")


def delete_what_ended() -> int:
    """Remove the accounts of apartments whose valid time is over and that say so; returns how many went.

    The apartment is free for the next family then: its valid time and the wish to delete are cleared. The
    trail names the portal itself. A site a transaction: one that is refused does not keep the others. Run
    again, or twice at once, there is nothing left to do.
    """
    ended = Unit.objects.filter(auto_delete=True, valid_until__lte=now())
    sites = list(ended.order_by("site_id").values_list("site_id", flat=True).distinct())
    gone = 0
    for site_id in sites:
        try:
            gone += _delete_at(site_id)
        except (
            Refused
        ) as refusal:  # something of the upper apps holds a person: said each minute until mended
            log.warning("site %s keeps accounts past their end: %s", site_id, refusal)
    return gone


@transaction.atomic
def _delete_at(site_id: int) -> int:
    """The same of one site, locked as for every writer of its people; what ended is read after that."""
    site = Site.objects.select_for_update(no_key=True).filter(pk=site_id).first()
    units = list(Unit.objects.filter(site=site_id, auto_delete=True, valid_until__lte=now()))
    if site is None or not units:
        return 0
    people = list(Residency.objects.filter(unit__in=units))
    take_out(None, site, people)
    before = {unit.pk: audit.snapshot(unit, OF_THE_TIME) for unit in units}
    after = {"valid_from": None, "valid_until": None, "auto_delete": False}
    Unit.objects.filter(pk__in=list(before)).update(**after)
    audit.record_many(
        None, "unit.change", [(unit, before[unit.pk], after) for unit in units], site_id=site_id
    )
    buildings = sorted({unit.building_id for unit in units if unit.building_id is not None})
    emit(UnitsChanged(site_id, tuple(buildings), tuple(before)))
    return len(people)
