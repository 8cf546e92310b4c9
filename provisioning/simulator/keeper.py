"""A device takes state: items of part access, and the other parts."""

from typing import TYPE_CHECKING

from provisioning.protocol import (
    ALWAYS,
    AccessAck,
    AccessState,
    Item,
    PartAck,
    PartState,
    Person,
    ProtocolError,
    Removal,
    Schedule,
)

from .catalogue import Model
from .faults import Faults
from .hours import zone_known
from .memory import Memory

if TYPE_CHECKING:
    from .device import Device


def objection(model: Model, faults: Faults, memory: Memory, item: Item) -> str | None:
    """Why the device cannot keep the item to the letter; None when it can. A removal is always taken."""
    if isinstance(item, Removal):
        return None
    if faults.refuse == "all":
        return "refused"
    if isinstance(item, Schedule):
        return None if zone_known(item.zone) else "zone"
    return _objection_to(item, model, faults, memory)


def _objection_to(person: Person, model: Model, faults: Faults, memory: Memory) -> str | None:
    for opening in person.opens:
        if opening.schedule != ALWAYS and not memory.has_schedule(opening.schedule):
            return "schedule"
        if max(opening.relays) > model.relays:
            return "relay"
    least = 4 if faults.refuse == "pins" else model.least_pin
    if any(len(pin) < least for pin in person.pins):
        return "pin"
    held = memory.held(person.subject)
    room = model.people if faults.capacity is None else min(faults.capacity, model.people)
    if memory.people >= room and not (held and held[2]):
        return "full"
    return None


def take_access(device: "Device", message: AccessState) -> None:
    """Take items and answer with what is held; a message for another memory or place is answered by hello."""
    memory = device.memory
    if message.store != memory.store or message.place < memory.place:
        device.voice.hello_soon()
        return
    if memory.place == 0:
        memory.settle(message.place)
    if message.place > memory.place:
        memory.empty(device.clock.true(), message.place, keep_events=True)
        device.voice.hello_soon()
        return
    if device.faults.lie:
        device.voice.say_when_kept(_invented(message))
        return

    def object_to(memory: Memory, item: Item) -> str | None:
        return objection(device.model, device.faults, memory, item)

    held, refused = memory.take(message.items, message.span, object_to, device.clock.true())
    answer = AccessAck(
        store=memory.store, message=message.message, items=held, refused=refused, span=message.span
    )
    device.voice.say_when_kept(answer)


def _invented(message: AccessState) -> AccessAck:
    items = tuple((item.subject, item.number, item.on) for item in message.items)
    return AccessAck(store=message.store, message=message.message, items=items, span=message.span)


def take_part(device: "Device", message: PartState) -> None:
    """Take a part, or fetch it first where only its address was told."""
    if message.store != device.memory.store:
        device.voice.hello_soon()
    elif message.url is not None:
        device.fetch(message)
    else:
        keep_part(device, message)


def keep_part(device: "Device", message: PartState) -> None:
    """Keep a body and answer with the revision held now; what is wrong with it is said."""
    memory = device.memory
    rev, error = message.rev, None
    if device.faults.refuse == "all":
        error = "refused"
    elif not device.faults.lie:
        try:
            rev = memory.parts.take(message.part, message.rev, message.body or {}, device.clock.true())
        except ProtocolError as wrong:
            error = str(wrong)[:200]
    device.voice.say_when_kept(PartAck(store=memory.store, part=message.part, rev=rev, error=error))
