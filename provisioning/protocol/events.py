"""What happened at a device. An event's identity is (device, store, seq)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from .checks import (
    Json,
    ProtocolError,
    each,
    field,
    flag,
    instant,
    maybe,
    moment,
    must,
    one_of,
    text,
    when,
    whole,
)
from .down import VERBS

ACTIONS = frozenset({"open", "call", "release", "close"})
METHODS = frozenset(
    {"pin", "card", "face", "home", "talking", "bluetooth", "nfc", "qr", "portal", "app", "exit"}
)
REASONS = frozenset(
    {
        "unknown_pin", "unknown_card", "no_right", "schedule", "not_yet", "expired", "used_up",
        "method_off", "relay_off", "clock", "locked",
    }
)  # fmt: skip
ALARMS = frozenset({"tamper"})
RESULTS = frozenset({"done", "failed", "expired"})


@dataclass(frozen=True, slots=True)
class Door:
    """A relay opened or closed, or somebody was turned away.

    `action`: open = somebody at the door, release = somebody elsewhere opened it, close = somebody
    locked it, call = opened from a call. `subject`: who, as far as known. `code`: the last four
    characters of a card nobody is known by, never a PIN. `relay` is None where none was reached.
    """

    kind: ClassVar[str] = "door"

    action: str
    method: str
    relay: int | None = None
    subject: int | None = None
    response: str = "success"
    reason: str | None = None
    code: str | None = None

    def __post_init__(self) -> None:
        one_of(self.action, "action", ACTIONS)
        one_of(self.method, "method", METHODS)
        maybe(whole, self.relay, "relay", 1, 16)
        maybe(whole, self.subject, "subject", 1)
        one_of(self.response, "response", frozenset({"success", "failed"}))
        maybe(one_of, self.reason, "reason", REASONS)
        must(
            (self.reason is None) == (self.response == "success"), "A failure has its reason, a success none"
        )
        maybe(text, self.code, "code", 4)


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody called an apartment from the door.

    `targets`: (kind, number) of whoever rang; `seconds`: how long they spoke.
    """

    kind: ClassVar[str] = "call"

    apartment: str
    targets: tuple[tuple[str, str], ...] = ()
    answered: bool = False
    seconds: int = 0

    def __post_init__(self) -> None:
        text(self.apartment, "apt", 64)
        for target in self.targets:
            must(len(target) == 2, "A target has its kind and its number")
            for word in target:
                text(word, "target", 128)
        flag(self.answered, "answered")
        whole(self.seconds, "seconds", 0, 86400)


@dataclass(frozen=True, slots=True)
class Motion:
    """Something moved before the camera."""

    kind: ClassVar[str] = "motion"


@dataclass(frozen=True, slots=True)
class Alarm:
    """The device raises an alarm. `tamper`: its cover was opened."""

    kind: ClassVar[str] = "alarm"

    alarm: str = "tamper"

    def __post_init__(self) -> None:
        one_of(self.alarm, "alarm", ALARMS)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a command. An event, so that it is never lost."""

    kind: ClassVar[str] = "command"

    id: str
    verb: str
    result: str
    detail: str = ""

    def __post_init__(self) -> None:
        must(type(self.id) is str, "id must be a UUID")
        try:
            UUID(self.id)
        except ValueError:
            raise ProtocolError("id must be a UUID") from None
        one_of(self.verb, "verb", VERBS)
        one_of(self.result, "result", RESULTS)
        text(self.detail, "detail", 200)


What = Door | Call | Motion | Alarm | Result


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: `what`, as number `seq` of this store, at place `place`.

    `at`: the device's clock.
    """

    leaf: ClassVar[str] = "event"

    store: int
    place: int
    seq: int
    at: datetime
    what: What

    def __post_init__(self) -> None:
        whole(self.store, "store", 1)
        whole(self.place, "place")
        whole(self.seq, "seq", 1)
        instant(self.at, "at")

    def json(self) -> Json:
        """As it goes over the wire: one flat object."""
        head: Json = {"store": self.store, "place": self.place, "seq": self.seq, "at": when(self.at)}
        head["kind"] = self.what.kind
        fields = {_WIRE.get(name, name): getattr(self.what, name) for name in self.what.__match_args__}
        return head | fields

    @classmethod
    def read(cls, raw: Json) -> "Event":
        """From the wire. Raises `ProtocolError`."""
        store, place, seq = field(raw, "store"), field(raw, "place"), field(raw, "seq")
        at = moment(field(raw, "at"), "at")
        return cls(store=store, place=place, seq=seq, at=at, what=_read(raw))  # type: ignore[arg-type]


_WIRE = {"apartment": "apt"}
_KINDS: dict[str, type[What]] = {kind.kind: kind for kind in (Door, Call, Motion, Alarm, Result)}


def _read(raw: Json) -> What:
    kind = _KINDS.get(str(field(raw, "kind")))
    if kind is None:
        raise ProtocolError("Unknown kind of event")
    fields: dict[str, Any] = {}
    for name in kind.__match_args__:
        key = _WIRE.get(name, name)
        if key in raw:
            fields[name] = raw[key]
    if "targets" in fields:
        fields["targets"] = each(fields["targets"], "targets", _pair, 50)
    try:
        return kind(**fields)
    except TypeError:
        raise ProtocolError(f"A field of the {kind.kind} event is missing") from None


def _pair(raw: object) -> tuple[str, str]:
    must(type(raw) is list and len(raw) == 2, "A target has its kind and its number")
    return tuple(raw)  # type: ignore[arg-type,return-value]
