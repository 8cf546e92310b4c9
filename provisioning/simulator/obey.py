"""A device carries out commands: each once, none late, whatever happens in between."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from provisioning.protocol import Command, Door, Result
from provisioning.protocol.events import METHODS

from .autop import read_lines
from .orders import BEGUN, FINISHED, RESTARTING

if TYPE_CHECKING:
    from .device import Device

Outcome = tuple[str, str]
DONE: Outcome = ("done", "")


def obey(device: "Device", command: Command) -> None:
    """Write the command down, then, once that is on disk, do it."""
    if device.orders.known(command.id):
        return
    reason = _too_late(device, command)
    device.orders.note(command.id, command.verb, BEGUN, device.clock.true())
    if reason is not None:
        _finish(device, command.id, command.verb, reason)
    else:
        device.memory.disk.after(lambda: _act(device, command))


def _too_late(device: "Device", command: Command) -> Outcome | None:
    if device.faults.refuse == "all":
        return "failed", "refused"
    if not device.clock.trusted:
        return ("failed", "clock") if command.verb in ("unlock", "lock") else None
    return ("expired", "") if device.clock.true() >= command.expires_at else None


def _act(device: "Device", command: Command) -> None:
    outcome = _VERBS[command.verb](device, command)
    if outcome is not None:
        _finish(device, command.id, command.verb, outcome)


def _finish(device: "Device", order: str, verb: str, outcome: Outcome) -> None:
    result, detail = outcome
    device.orders.note(order, verb, FINISHED, device.clock.true())
    device.voice.note(Result(id=order, verb=verb, result=result, detail=detail))


def resume(device: "Device") -> None:
    """After the power came back: a restart that was asked for is done, anything else was cut off."""
    for order, verb, state in device.orders.unfinished():
        _finish(
            device,
            order,
            verb,
            DONE if state == RESTARTING else ("failed", "The power was lost before it was done"),
        )


def _unlock(device: "Device", command: Command) -> Outcome:
    relay, method = command.args["relay"], command.args.get("method", "portal")
    method = method if method in METHODS else "portal"
    word = device.front.release(relay)
    response = "success" if word is None else "failed"
    who = command.args.get("subject")
    device.voice.note(Door("release", method, relay=relay, subject=who, response=response, reason=word))
    return DONE if word is None else ("failed", word)


def _lock(device: "Device", command: Command) -> Outcome:
    relay = command.args["relay"]
    if not device.front.shut(relay):
        return "failed", "relay_off"
    device.voice.note(Door("close", "portal", relay=relay, subject=command.args.get("subject")))
    return DONE


def _reboot(device: "Device", command: Command) -> None:
    device.orders.note(command.id, command.verb, RESTARTING, device.clock.true())
    device.memory.disk.after(device.restart)


def _reset(device: "Device", command: Command) -> Outcome:
    if command.args["scope"] == "factory":
        device.memory.empty(device.clock.true(), place=0)
    else:
        device.memory.parts.clear()
    device.front.reset()
    device.voice.hello_soon()
    return DONE


def _autop(device: "Device", command: Command) -> Outcome:
    lines, wrong = read_lines("\n".join(command.args["lines"]))
    if wrong:
        return "failed", f"Not understood: {wrong[0]}"[:200]
    device.memory.parts.set_once(lines)
    return DONE


_VERBS: dict[str, Callable[["Device", Command], Outcome | None]] = {
    "unlock": _unlock,
    "lock": _lock,
    "reboot": _reboot,
    "reset": _reset,
    "autop": _autop,
}
