"""What a device says: status, hello, answers. Events stand in `events`."""

from dataclasses import dataclass
from dataclasses import field as default
from datetime import datetime
from typing import Any, ClassVar

from .checks import (
    Json,
    each,
    field,
    flag,
    instant,
    mapping,
    maybe,
    moment,
    must,
    number,
    one_of,
    text,
    when,
    whole,
)
from .down import PARTS, Range


@dataclass(frozen=True, slots=True)
class Status:
    """Alive, on connection `conn`; as the last will `online` is false and only `conn` is told.

    `at`: the device's clock. `skew`: seconds its clock is ahead as far as it knows. `load`: 0 to 1.
    """

    leaf: ClassVar[str] = "status"

    online: bool
    conn: str
    at: datetime | None = None
    skew: float = 0.0
    load: float = 0.0

    def __post_init__(self) -> None:
        flag(self.online, "online")
        text(self.conn, "conn", 32, 1)
        must(self.at is not None or not self.online, "at is missing")
        maybe(instant, self.at, "at")
        number(self.skew, "skew", -1e10, 1e10)
        number(self.load, "load", 0, 1)

    def json(self) -> Json:
        """As it goes over the wire."""
        if not self.online:
            return {"online": False, "conn": self.conn}
        return {"online": True, "conn": self.conn, "at": when(self.at), "skew": self.skew, "load": self.load}

    @classmethod
    def read(cls, raw: Json) -> "Status":
        """From the wire; of a last will only what it tells. Raises `ProtocolError`."""
        if field(raw, "online") is False:
            return cls(online=False, conn=field(raw, "conn"))
        return cls(
            online=field(raw, "online"),
            conn=field(raw, "conn"),
            at=moment(raw.get("at"), "at"),
            skew=raw.get("skew", 0.0),
            load=raw.get("load", 0.0),
        )


@dataclass(frozen=True, slots=True)
class Hello:
    """What the device is and holds. `place` 0: it was never told. `last_seq`: its newest event (0: none)."""

    leaf: ClassVar[str] = "hello"

    store: int
    place: int
    model: str
    firmware: str
    boot: datetime
    ip: str
    revisions: dict[str, int] = default(default_factory=dict)
    digests: dict[str, str] = default(default_factory=dict)
    last_seq: int = 0

    def __post_init__(self) -> None:
        whole(self.store, "store", 1)
        whole(self.place, "place")
        text(self.model, "model", 32)
        text(self.firmware, "firmware", 32)
        instant(self.boot, "boot")
        text(self.ip, "ip", 45)
        for part, rev in mapping(self.revisions, "revisions").items():
            one_of(part, "part", PARTS)
            whole(rev, "rev")
        for part, digest in mapping(self.digests, "digests").items():
            one_of(part, "part", PARTS | {"access"})
            must(
                type(digest) is str and len(digest) == 16 and set(digest) <= set("0123456789abcdef"),
                "Bad digest",
            )
        whole(self.last_seq, "last_seq")

    def json(self) -> Json:
        """As it goes over the wire."""
        return {
            "store": self.store,
            "place": self.place,
            "model": self.model,
            "firmware": self.firmware,
            "boot": when(self.boot),
            "ip": self.ip,
            "revisions": self.revisions,
            "digests": self.digests,
            "last_seq": self.last_seq,
        }

    @classmethod
    def read(cls, raw: Json) -> "Hello":
        """From the wire. Raises `ProtocolError`."""
        found = {key: field(raw, key) for key in cls.__match_args__}
        return cls(**found | {"boot": moment(found["boot"], "boot")})


@dataclass(frozen=True, slots=True)
class PartAck:
    """The device now holds `rev` of the part; with `error` it refused `rev` and holds what it held before."""

    leaf: ClassVar[str] = "ack"

    store: int
    part: str
    rev: int
    error: str | None = None

    def __post_init__(self) -> None:
        whole(self.store, "store", 1)
        one_of(self.part, "part", PARTS)
        whole(self.rev, "rev")
        maybe(text, self.error, "error", 200)

    def json(self) -> Json:
        """As it goes over the wire."""
        return {"store": self.store, "part": self.part, "rev": self.rev, "error": self.error}


Held = tuple[int, int, bool]
Refusal = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class AccessAck:
    """What the device now holds of the subjects a message named: (subject, number, on).

    A subject it knows nothing of is left out. `refused`: (subject, number, reason) of items it did
    not take. `span`: the range, repeated.
    """

    leaf: ClassVar[str] = "ack"
    part: ClassVar[str] = "access"

    store: int
    message: str
    items: tuple[Held, ...] = ()
    refused: tuple[Refusal, ...] = ()
    span: Range | None = None

    def __post_init__(self) -> None:
        whole(self.store, "store", 1)
        text(self.message, "msg", 64, 1)
        for subject, held, on in self.items:
            whole(subject, "s", 1)
            whole(held, "n", 1)
            flag(on, "on")
        for subject, held, reason in self.refused:
            whole(subject, "s", 1)
            whole(held, "n", 1)
            text(reason, "reason", 60, 1)

    def json(self) -> Json:
        """As it goes over the wire."""
        found: Json = {"store": self.store, "part": "access", "msg": self.message, "items": self.items}
        found["refused"] = self.refused
        return found if self.span is None else found | {"range": self.span.json()}


def _triple(raw: object) -> tuple[Any, Any, Any]:
    must(type(raw) is list and len(raw) == 3, "An entry has three values")
    return tuple(raw)  # type: ignore[arg-type,return-value]


def read_ack(raw: Json) -> PartAck | AccessAck:
    """An answer from the wire. Raises `ProtocolError`."""
    if field(raw, "part") == "access":
        return AccessAck(
            store=field(raw, "store"),
            message=field(raw, "msg"),
            items=each(field(raw, "items"), "items", _triple),
            refused=each(field(raw, "refused"), "refused", _triple),
            span=Range.read(raw.get("range")),
        )
    return PartAck(
        store=field(raw, "store"), part=field(raw, "part"), rev=field(raw, "rev"), error=raw.get("error")
    )
