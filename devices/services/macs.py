"""The MAC library."""

import re
from collections import Counter
from collections.abc import Sequence

from django.db import transaction

from accounts import audit
from accounts.models import Organisation
from devices.models import Device, MacEntry
from smartplus.kernel.errors import Refused, RefusedMany
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _

_SEPARATORS = re.compile(r"[\s:.\-]")
_MAC = re.compile(r"^[0-9A-F]{12}$")


def plain_mac(text: str) -> str:
    """`0c:11:05:0b-98.14` as the library keeps it: `0C11050B9814`. Raises `Refused` for anything else."""
    mac = _SEPARATORS.sub("", text).upper()
    if not _MAC.match(mac):
        raise Refused(_("A MAC has 12 characters, 0 to 9 and A to F."), field="mac", code="bad-mac")
    return mac


@transaction.atomic
def add_macs(*, scope: Scope, organisation: Organisation, macs: Sequence[str]) -> list[MacEntry]:
    """Register MACs in a library. All or none.

    Raises `RefusedMany` by index for a bad form, a double in the list, and a MAC that is known
    already: to whom it belongs is not told. Raises `Refused` where the organisation's parent has
    not allowed it to add MACs.
    """
    own = scope.org_id == organisation.pk
    if own and organisation.kind == Organisation.Kind.INSTALLER and not organisation.may_add_macs:
        raise Refused(_("Your distributor registers the MACs of your library."), code="not-allowed")
    refusals: dict[int, Refused] = {}
    plain: list[str] = []
    for index, text in enumerate(macs):
        try:
            plain.append(plain_mac(text))
        except Refused as refusal:
            plain.append("")
            refusals[index] = refusal
    _refuse_doubles(plain, refusals, organisation)
    if refusals:
        raise RefusedMany(refusals)
    entries = MacEntry.objects.bulk_create(
        [MacEntry(mac=mac, organisation=organisation) for mac in plain], batch_size=2000
    )
    audit.record_many(scope, "mac.add", [(entry, None, {"mac": entry.mac}) for entry in entries])
    return entries


def _refuse_doubles(plain: list[str], refusals: dict[int, Refused], organisation: Organisation) -> None:
    known = dict(MacEntry.objects.filter(mac__in=plain).values_list("mac", "organisation_id"))
    times = Counter(plain)
    for index, mac in enumerate(plain):
        if index in refusals:
            continue
        if times[mac] > 1:
            refusals[index] = Refused(
                _("{mac} stands twice in the list.").format(mac=mac), field="mac", code="double"
            )
        elif mac in known and known[mac] == organisation.pk:
            refusals[index] = Refused(
                _("{mac} is in this library already.").format(mac=mac), field="mac", code="known"
            )
        elif mac in known:
            refusals[index] = Refused(
                _("{mac} cannot be registered here.").format(mac=mac), field="mac", code="foreign"
            )


def _in_use(entries: Sequence[MacEntry]) -> set[str]:
    macs = [entry.mac for entry in entries]
    return set(Device.objects.filter(mac__in=macs, site__isnull=False).values_list("mac", flat=True))


@transaction.atomic
def remove_macs(*, scope: Scope, entries: Sequence[MacEntry]) -> None:
    """Take free MACs out of their library. Raises `Refused` naming the ones in use."""
    if used := sorted(_in_use(entries)):
        raise Refused(
            _("In use by a device: {macs}. Remove the device first.").format(macs=", ".join(used[:10])),
            code="in-use",
        )
    audit.record_many(scope, "mac.remove", [(entry, {"mac": entry.mac}, None) for entry in entries])
    MacEntry.objects.filter(pk__in=[entry.pk for entry in entries]).delete()


@transaction.atomic
def hand_over_macs(*, scope: Scope, entries: Sequence[MacEntry], organisation: Organisation) -> None:
    """Give free MACs to another library below the own one. Raises `Refused` naming the ones in use."""
    if used := sorted(_in_use(entries)):
        raise Refused(_("In use by a device: {macs}.").format(macs=", ".join(used[:10])), code="in-use")
    MacEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(organisation=organisation)
    audit.record_many(
        scope, "mac.hand_over", [(entry, None, {"library": organisation.name}) for entry in entries]
    )
