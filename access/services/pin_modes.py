"""How a site's PIN mode decides where a PIN is unique, and what changing it takes."""

from collections import defaultdict
from collections.abc import Sequence
from functools import reduce

from access.models import Credential
from access.statements import fetch, run
from sites.models import Site
from smartplus.kernel.errors import Refused
from smartplus.kernel.words import _

MOST_NAMED = 10

# Who would share a PIN, by the space each will have.
_CLASHES = """
SELECT array_agg(btrim(p.first_name || ' ' || p.last_name)
                 || CASE WHEN p.place_label = '' THEN '' ELSE ' (' || p.place_label || ')' END
                 ORDER BY p.place_label, p.id)
FROM access_credential c JOIN sites_residency p ON p.id = c.residency_id
WHERE c.site_id = %s AND c.kind = 'pin'
GROUP BY CASE WHEN %s THEN 0 ELSE coalesce(p.unit_id, 0) END, c.value_key HAVING count(*) > 1
ORDER BY 1
"""
_MOVE = """
UPDATE access_credential c SET space = CASE WHEN %s THEN 0 ELSE coalesce(p.unit_id, 0) END
FROM sites_residency p
WHERE p.id = c.residency_id AND c.site_id = %s AND c.kind = 'pin'
  AND c.space <> CASE WHEN %s THEN 0 ELSE coalesce(p.unit_id, 0) END
"""


def clashes(site_id: int, pin_mode: str) -> list[list[str]]:
    """Groups of people ("Anna Berg (North House 1204)") who would share a PIN in that mode, never the PIN."""
    return [row[0] for row in fetch(_CLASHES, [site_id, pin_mode == Site.PinMode.PIN])]


def follow_pin_mode(site_id: int) -> None:
    """Let PINs be unique where the site's mode says. The caller holds the lock.

    Raises `Refused` (field `pin_mode`) naming the people whose PINs clash.
    """
    mode = Site.objects.get(pk=site_id).pin_mode
    if shared := clashes(site_id, mode):
        raise Refused(_clash(shared), field="pin_mode", code="pin-clash")
    whole = mode == Site.PinMode.PIN
    run(_MOVE, [whole, site_id, whole])


def _clash(shared: list[list[str]]) -> str:
    """Whose PINs clash, and the way out."""
    named = "; ".join(reduce(_and, people) for people in shared[:MOST_NAMED])
    more = len(shared) - MOST_NAMED
    if more <= 0:
        return _(
            "In this mode each PIN may exist once, and these people share one: {people}. "
            "Give them other PINs first."
        ).format(people=named)
    return _(
        "In this mode each PIN may exist once, and these people share one: {people}; and {n} more. "
        "Give them other PINs first."
    ).format(people=named, n=more)


def _and(one: str, other: str) -> str:
    return _("{one} and {other}").format(one=one, other=other)


def follow_homes(site_id: int, subjects: Sequence[int]) -> None:
    """The PINs of people who moved to another apartment become unique there. The caller holds the lock.

    Raises `Refused` where somebody of the new apartment uses the same PIN.
    """
    if Site.objects.get(pk=site_id).pin_mode == Site.PinMode.PIN:
        return
    moved = Credential.objects.filter(kind="pin", residency__subject__in=subjects).select_related("residency")
    homes: dict[int, list[Credential]] = defaultdict(list)
    for credential in moved:
        homes[credential.residency.unit_id or 0].append(credential)
    for unit_id, credentials in homes.items():
        others = Credential.objects.filter(site=site_id, kind="pin", space=unit_id)
        others = others.exclude(pk__in=[credential.pk for credential in credentials])
        keys = {bytes(key) for key in others.values_list("value_key", flat=True)}
        own = [bytes(credential.value_key) for credential in credentials]
        if keys & set(own) or len(own) != len(set(own)):
            raise Refused(
                _("Somebody of that apartment uses the same PIN. Give another first."), code="pin-clash"
            )
        Credential.objects.filter(pk__in=[c.pk for c in credentials]).update(space=unit_id)
