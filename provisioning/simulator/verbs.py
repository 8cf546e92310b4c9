"""What may be asked of the simulator, and of each device, from outside."""

from collections.abc import Callable
from typing import Any

from provisioning.protocol import Door

from . import panel
from .decide import Attempt, Verdict
from .device import Device
from .feed import read_spec
from .fleet import Fleet

Json = dict[str, Any]
Args = dict[str, Any]
MAX_SPOOL = 1_000_000


class Asked(ValueError):
    """Something was asked that cannot be done; says what."""


def answer(fleet: Fleet, request: Args) -> Any:
    """Do what is asked. Raises `Asked` (or `ValueError`) saying why not."""
    args = dict(request)
    verb = args.pop("verb", None)
    if verb in _FLEET:
        return _FLEET[verb](fleet, args)
    if verb not in _DEVICE:
        raise Asked(f"There is no verb {verb}; there are {', '.join(sorted({*_FLEET, *_DEVICE}))}")
    devices = _devices(fleet, args.pop("mac", None))
    dark = next((device.spec.mac for device in devices if not device.powered), None)
    if dark is not None and verb in _AT_THE_DOOR:
        raise Asked(f"{dark} is switched off")
    found = {device.spec.mac: _DEVICE[verb](device, args) for device in devices}
    return found if isinstance(request["mac"], list) or request["mac"] == "*" else found[request["mac"]]


def _devices(fleet: Fleet, mac: Any) -> list[Device]:
    """The devices meant by a MAC, a list of them, or `*`."""
    if mac == "*":
        return list(fleet.devices.values())
    macs = mac if isinstance(mac, list) else [mac]
    missing = [str(one) for one in macs if one not in fleet.devices]
    if missing:
        raise Asked(f"There is no device {missing[0]}")
    return [fleet.devices[one] for one in macs]


def _text(args: Args, name: str) -> str:
    value = args.get(name)
    if not isinstance(value, str):
        raise Asked(f"{name} must be text")
    return value


# The fleet


def _ping(fleet: Fleet, _: Args) -> Json:
    devices = fleet.devices.values()
    waiting = fleet.disk.rows("SELECT count(*) FROM event")[0][0]
    return {"devices": len(devices), "online": sum(one.online for one in devices), "waiting": waiting}


def _list(fleet: Fleet, _: Args) -> list[Json]:
    return [panel.line(device) for device in fleet.devices.values()]


def _add(fleet: Fleet, args: Args) -> int:
    specs = [read_spec(raw) for raw in args.get("devices", [])]
    for spec in specs:
        fleet.add(spec)
    return len(specs)


def _remove(fleet: Fleet, args: Args) -> int:
    devices = _devices(fleet, args.get("mac"))
    for device in devices:
        fleet.remove(device.spec.mac)
    return len(devices)


# At the door


def _keys(device: Device, args: Args) -> Json:
    keys = args.get("keys")
    if not isinstance(keys, str | list):
        raise Asked("keys must be text or a list")
    for key in [keys] if keys in ("call", "reception") else keys:
        device.front.press(key)
    return panel.state(device)["screen"]  # type: ignore[no-any-return]


def _pin(device: Device, args: Args) -> Json:
    apartment = args.get("apt")
    return _told(device.front.show_credential(Attempt("pin", _text(args, "pin"), apartment)))


def _card(device: Device, args: Args) -> Json:
    return _told(device.front.show_credential(Attempt("card", _text(args, "card"))))


def _told(verdict: Verdict) -> Json:
    subject = verdict.person.subject if verdict.person else None
    return {"relays": list(verdict.relays), "subject": subject, "reason": verdict.reason}


def _call(device: Device, args: Args) -> Json:
    device.front.call(_text(args, "apt"))
    return panel.state(device)["screen"]  # type: ignore[no-any-return]


def _answer(device: Device, args: Args) -> None:
    device.front.answer(args.get("dtmf"))


def _tamper(device: Device, _: Args) -> None:
    device.front.open_cover()


# Behind it


def _fault(device: Device, args: Args) -> Json:
    device.misbehave(args.get("set", {}))
    return device.faults.told()


def _clear(device: Device, _: Args) -> Json:
    device.behave()
    return device.faults.told()


def _forget(device: Device, _: Args) -> int:
    device.forget()
    return device.memory.store


def _travel(device: Device, args: Args) -> float:
    seconds = args.get("seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise Asked("seconds must be a number")
    device.clock.set_travel(seconds)
    return device.clock.travel


def _power(device: Device, args: Args) -> bool:
    wanted = args.get("to")
    if wanted == "off":
        device.stop()
    elif wanted == "on" and not device.powered:
        device.start()
    elif wanted == "cycle":
        device.restart()
    return device.powered


def _autop(device: Device, _: Args) -> None:
    device.host.fetch_autop(device)


def _spool(device: Device, args: Args) -> int:
    """Many door events at once, as after a long time off line."""
    count = args.get("count")
    if not isinstance(count, int) or not 0 <= count <= MAX_SPOOL:
        raise Asked(f"count must be a number up to {MAX_SPOOL}")
    device.voice.note(Door("open", "pin", 1, args.get("subject")), count)
    return device.memory.seq


_FLEET: dict[Any, Callable[[Fleet, Args], Any]] = {
    "ping": _ping,
    "list": _list,
    "add": _add,
    "remove": _remove,
}

_AT_THE_DOOR = frozenset({"press", "pin", "card", "call", "answer", "tamper"})

_DEVICE: dict[Any, Callable[[Device, Args], Any]] = {
    "state": lambda device, _: panel.state(device),
    "memory": lambda device, _: panel.memory(device),
    "held": lambda device, _: panel.held(device),
    "press": _keys,
    "pin": _pin,
    "card": _card,
    "call": _call,
    "answer": _answer,
    "tamper": _tamper,
    "fault": _fault,
    "clear": _clear,
    "forget": _forget,
    "travel": _travel,
    "power": _power,
    "autop": _autop,
    "spool": _spool,
}
