"""Outputs of a device."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from django.db import transaction

from accounts import audit
from devices.catalogue import most_relays
from devices.events import RelaysChanged
from devices.models import Device, Part, Relay
from devices.models.relays import all_methods
from smartplus.kernel.errors import Refused
from smartplus.kernel.events import emit
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _, ngettext

from .sync import mark_changed

FIELDS = ("name", "dtmf", "enabled", "methods", "hold_seconds")


@dataclass(frozen=True)
class RelayChange:
    """What a relay is to be."""

    name: str
    dtmf: str = "#"
    enabled: bool = True
    methods: Sequence[str] = field(default_factory=all_methods)
    hold_seconds: int = 5


@transaction.atomic
def add_relay(*, scope: Scope, device: Device, to: RelayChange, number: int | None = None) -> Relay:
    """Add the next output, or that of `number`. Raises `Refused` when the model has no more."""
    Device.objects.select_for_update().get(pk=device.pk)
    numbers = set(device.relays.values_list("number", flat=True))
    most = most_relays(device.kind, device.now.model)
    free = [each for each in range(1, most + 1) if each not in numbers and number in (None, each)]
    if not free:
        raise Refused(
            ngettext(
                "This model has {n} relay and it is set up.",
                "This model has {n} relays and all are set up.",
                most,
            ).format(n=most),
            code="no-more",
        )
    relay = Relay(device=device, number=free[0], **asdict(to))
    _save(relay)
    audit.record(scope, "relay.create", relay, after=asdict(to), site_id=device.site_id)
    _tell(device)
    return relay


@transaction.atomic
def change_relay(*, scope: Scope, relay: Relay, to: RelayChange) -> Relay:
    """Rename, switch or limit an output."""
    relay = Relay.objects.select_for_update(of=("self",)).select_related("device").get(pk=relay.pk)
    before = {name: getattr(relay, name) for name in FIELDS}
    for name, value in asdict(to).items():
        setattr(relay, name, value)
    _save(relay)
    audit.record(scope, "relay.change", relay, before=before, after=asdict(to), site_id=relay.device.site_id)
    _tell(relay.device)
    return relay


@transaction.atomic
def remove_relay(*, scope: Scope, relay: Relay) -> None:
    """Remove an output; who could open it can no longer. Raises `Refused` for a door's last one."""
    device = relay.device
    if device.is_door and device.relays.count() == 1:
        raise Refused(_("A door phone keeps at least one relay. Switch it off instead."), code="last-relay")
    audit.record(scope, "relay.remove", relay, before={"name": relay.name}, site_id=device.site_id)
    relay.delete()
    _tell(device)


def _save(relay: Relay) -> None:
    relay.full_clean(exclude=["device"])
    relay.save()


def _tell(device: Device) -> None:
    if device.site_id is None:
        return
    emit(RelaysChanged(device.site_id, (device.pk,)))
    mark_changed([device.pk], Part.CONFIG)
