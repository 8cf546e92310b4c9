"""The indoor monitor each apartment of a community with the Basic plan keeps (features S2)."""

from collections.abc import Iterable

from devices.models import Device, DeviceKind
from sites.models import Site, Unit
from smartplus.kernel.errors import Refused
from smartplus.kernel.words import _, filled, ngettext

SHOWN = 3


def keep_monitors(leaving: Iterable[int]) -> None:
    """Raises `Refused` if an apartment that has to have an indoor monitor were left without one.

    `leaving` are devices that go, or hang elsewhere from now on. All monitors of their apartments are
    held until the commit: two that go at once do not each rely on the other.
    """
    gone = set(leaving)
    asked = Unit.objects.filter(
        devices__in=gone,
        devices__kind=DeviceKind.INDOOR_MONITOR,
        site__kind=Site.Kind.COMMUNITY,
        site__feature_plan=Site.FeaturePlan.BASIC,
    ).values("pk")
    there = Device.objects.filter(kind=DeviceKind.INDOOR_MONITOR, unit__in=asked)
    held = there.select_for_update(of=("self",)).order_by("pk")
    monitors = list(held.values_list("pk", "unit_id", "place_label"))
    staying = {unit for pk, unit, _label in monitors if pk not in gone}
    bare = {unit: label for pk, unit, label in monitors if pk in gone and unit not in staying}
    if bare:
        raise Refused(_why(sorted(bare.values())), code="last_monitor")


def _why(places: list[str]) -> str:
    if len(places) > SHOWN:
        return filled(
            ngettext(
                "This site has the Basic plan: {n} apartment would be left without an indoor monitor.",
                "This site has the Basic plan: {n} apartments would be left without an indoor monitor.",
                len(places),
            ),
            n=f"{len(places):,}",
        )
    return filled(
        _(
            "This site has the Basic plan, and this is the last indoor monitor of {place}. "
            "Add the new one first."
        ),
        place=", ".join(places),
    )
