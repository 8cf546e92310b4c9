"""Families whose master has left: an ended lease makes way for the next family of the apartment."""

from collections.abc import Collection, Iterable

from django.db.models import QuerySet
from django.utils.timezone import now

from accounts import audit
from sites.models import Residency, Site
from smartplus.kernel.scoping import Scope

KINDS = Residency.Kind


def living(people: QuerySet[Residency]) -> QuerySet[Residency]:
    """Those whose lease has not ended; a future one counts."""
    return people.exclude(valid_until__lte=now())


def make_way(scope: Scope, site: Site, unit_ids: Iterable[int | None], staying: Collection[int] = ()) -> None:
    """Family masters whose lease has ended become members: an apartment has one master, and one comes.

    `staying` are people who are moved by the caller itself.
    """
    masters = Residency.objects.filter(site=site, unit__in=set(unit_ids), kind=KINDS.MASTER)
    former = list(masters.filter(valid_until__lte=now()).exclude(pk__in=staying))
    if not former:
        return
    Residency.objects.filter(pk__in=[one.pk for one in former]).update(kind=KINDS.MEMBER)
    changes = [(one, {"kind": str(KINDS.MASTER)}, {"kind": str(KINDS.MEMBER)}) for one in former]
    audit.record_many(scope, "resident.change", changes, site_id=site.pk)
