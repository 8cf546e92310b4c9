"""Orders to devices: once, soon, or not at all."""

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils.timezone import now

from accounts import audit
from devices.events import CommandsOrdered
from devices.models import Command, Device, Relay
from smartplus.kernel.errors import Refused
from smartplus.kernel.events import emit
from smartplus.kernel.scoping import Scope
from smartplus.kernel.words import _, noop

# How long an order is worth carrying out (features P3).
LIFETIMES: dict[str, timedelta] = {
    Command.Verb.UNLOCK: timedelta(seconds=10),
    Command.Verb.LOCK: timedelta(seconds=10),
    Command.Verb.REBOOT: timedelta(seconds=60),
    Command.Verb.RESET: timedelta(seconds=60),
    Command.Verb.AUTOP: timedelta(days=7),
}


NO_DOOR = _("This door is switched off or does not exist.")


@transaction.atomic
def order_command(
    *, scope: Scope, device: Device, verb: str, args: Mapping[str, object] | None = None
) -> Command:
    """Ask a device to do something once; after the verb's lifetime the order is void.

    `args`: unlock and lock `{"relay": number}`, reset `{"scope": "config" | "factory"}`, autop
    `{"lines": [...]}`. A factory or config reset drops the one-time AutoP that still waits.
    Raises `Refused` when the device hangs nowhere or has no such relay.
    """
    args = dict(args or {})
    if verb in (Command.Verb.UNLOCK, Command.Verb.LOCK):
        relay = device.relays.filter(number=_number(args)).select_related("device").first()
        if relay is None:
            raise Refused(NO_DOOR, code="no-relay")
        return order_at_door(scope=scope, relay=relay, verb=verb, args=args)
    if verb == Command.Verb.RESET:
        _drop_one_time_autop(device)
    return _order(scope, device, verb, args, label=device.name)


@transaction.atomic
def order_at_door(
    *, scope: Scope, relay: Relay, verb: str, args: Mapping[str, object] | None = None
) -> Command:
    """Ask the device of a door to unlock or lock it now. Raises `Refused` for one that is switched off."""
    device = relay.device
    if not relay.enabled:
        raise Refused(NO_DOOR, code="no-relay")
    label = f"{relay.name} ({device.name})" if relay.name != device.name else relay.name
    return _order(scope, device, verb, {**(args or {}), "relay": relay.number}, label=label)


def _order(scope: Scope, device: Device, verb: str, args: dict[str, object], *, label: str) -> Command:
    if device.site_id is None:
        raise Refused(_("This device hangs at no site."), code="no-site")
    command = Command.objects.create(
        device=device,
        place=device.place,
        site_id=device.site_id,
        verb=verb,
        args=args,
        ordered_by_id=scope.user_id,
        expires_at=now() + LIFETIMES[verb],
    )
    audit.record(scope, f"device.{verb}", device, after={"door": label, **args}, site_id=device.site_id)
    emit(CommandsOrdered((command.pk,)))
    return command


def _number(args: Mapping[str, object]) -> int:
    """Which relay is meant; 0, which none has, when none is named."""
    named = args.get("relay")
    return named if isinstance(named, int) else 0


def _drop_one_time_autop(device: Device) -> None:
    Command.objects.filter(
        device=device, verb=Command.Verb.AUTOP, state__in=(Command.State.QUEUED, Command.State.SENT)
    ).update(state=Command.State.EXPIRED, result=noop("Dropped by a reset"), finished_at=now())


def expire_commands() -> int:
    """Close what is past its time without a result; returns how many. A late result is still believed."""
    late = Command.objects.filter(
        state__in=(Command.State.QUEUED, Command.State.SENT), expires_at__lt=now() - timedelta(seconds=2)
    )
    return late.update(state=Command.State.EXPIRED, result=noop("No answer in time"), finished_at=now())
