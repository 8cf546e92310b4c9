"""What the portal says to a device: state, seen, command."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from .checks import (
    MAX_ITEMS,
    Json,
    ProtocolError,
    each,
    field,
    flag,
    instant,
    mapping,
    maybe,
    moment,
    must,
    one_of,
    plain,
    text,
    when,
    whole,
)
from .items import Item, Removal, read_item

PARTS = frozenset({"config", "contacts", "display", "messages", "doors", "firmware"})
VERBS = frozenset({"unlock", "lock", "reboot", "reset", "autop"})


@dataclass(frozen=True, slots=True)
class PartState:
    """The whole of a part other than `access`, at revision `rev`; large bodies stand at `url` instead."""

    leaf: ClassVar[str] = "state"

    store: int
    part: str
    rev: int
    body: Json | None = None
    url: str | None = None

    def __post_init__(self) -> None:
        whole(self.store, "store", 1)
        one_of(self.part, "part", PARTS)
        whole(self.rev, "rev", 1)
        must((self.body is None) != (self.url is None), "Either body or url")
        if self.body is not None:
            plain(mapping(self.body, "body"), "body")
        maybe(text, self.url, "url", 2000, 1)

    def json(self) -> Json:
        """As it goes over the wire."""
        found: Json = {"store": self.store, "part": self.part, "rev": self.rev}
        return found | ({"url": self.url} if self.body is None else {"body": self.body})


@dataclass(frozen=True, slots=True)
class Range:
    """A reload of the subjects from `low` up to, not including, `high`.

    Whatever is not listed and has no number above `as_of` is forgotten. `last`: no range follows.
    """

    low: int
    high: int
    as_of: int
    last: bool = False

    def __post_init__(self) -> None:
        whole(self.low, "low")
        whole(self.high, "high", self.low + 1)
        whole(self.as_of, "as_of")
        flag(self.last, "last")

    def json(self) -> Json:
        """As it goes over the wire."""
        return {"low": self.low, "high": self.high, "as_of": self.as_of, "last": self.last}

    @classmethod
    def read(cls, raw: object) -> "Range | None":
        """From the wire, None for none. Raises `ProtocolError`."""
        if raw is None:
            return None
        fields = mapping(raw, "range")
        return cls(**{key: field(fields, key) for key in ("low", "high", "as_of", "last")})


@dataclass(frozen=True, slots=True)
class AccessState:
    """Items of part `access`; with `span` (JSON `range`) the list of what should be there.

    `message` (JSON `msg`) names it in the answer.
    """

    leaf: ClassVar[str] = "state"
    part: ClassVar[str] = "access"

    store: int
    place: int
    message: str
    items: tuple[Item, ...] = ()
    span: Range | None = None

    def __post_init__(self) -> None:
        whole(self.store, "store", 1)
        whole(self.place, "place", 1)
        text(self.message, "msg", 64, 1)
        must(len(self.items) <= MAX_ITEMS, f"At most {MAX_ITEMS} items")
        subjects = {item.subject for item in self.items}
        must(len(subjects) == len(self.items), "One item a subject")
        if self.span is not None:
            must(
                not any(isinstance(item, Removal) for item in self.items),
                "A range lists what should be there",
            )

    def json(self) -> Json:
        """As it goes over the wire."""
        found: Json = {"store": self.store, "place": self.place, "part": "access", "msg": self.message}
        found["items"] = [item.json() for item in self.items]
        return found if self.span is None else found | {"range": self.span.json()}


def read_state(raw: Json) -> PartState | AccessState:
    """A state from the wire. Raises `ProtocolError`."""
    if field(raw, "part") == "access":
        return AccessState(
            store=field(raw, "store"),
            place=field(raw, "place"),
            message=field(raw, "msg"),
            items=each(field(raw, "items"), "items", read_item),
            span=Range.read(raw.get("range")),
        )
    return PartState(
        store=field(raw, "store"),
        part=field(raw, "part"),
        rev=field(raw, "rev"),
        body=raw.get("body"),
        url=raw.get("url"),
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """Every event of this store up to `seq` is committed: the device may forget them."""

    leaf: ClassVar[str] = "seen"

    store: int
    seq: int

    def __post_init__(self) -> None:
        whole(self.store, "store", 1)
        whole(self.seq, "seq")

    def json(self) -> Json:
        """As it goes over the wire."""
        return {"store": self.store, "seq": self.seq}

    @classmethod
    def read(cls, raw: Json) -> "Seen":
        """From the wire. Raises `ProtocolError`."""
        return cls(store=field(raw, "store"), seq=field(raw, "seq"))


@dataclass(frozen=True, slots=True)
class Command:
    """Something to do once and before `expires_at`. Arguments: see `ARGS`; others are refused."""

    leaf: ClassVar[str] = "command"

    id: str
    verb: str
    args: Json
    expires_at: datetime

    def __post_init__(self) -> None:
        must(type(self.id) is str, "id must be a UUID")
        try:
            must(str(UUID(self.id)) == self.id, "id must be a UUID in small letters with hyphens")
        except ValueError:
            raise ProtocolError("id must be a UUID") from None
        one_of(self.verb, "verb", VERBS)
        _check_args(self.verb, mapping(self.args, "args"))
        instant(self.expires_at, "expires_at")

    def json(self) -> Json:
        """As it goes over the wire."""
        return {"id": self.id, "verb": self.verb, "args": self.args, "expires_at": when(self.expires_at)}

    @classmethod
    def read(cls, raw: Json) -> "Command":
        """From the wire. Raises `ProtocolError`."""
        expires = moment(field(raw, "expires_at"), "expires_at")
        must(expires is not None, "expires_at is missing")
        return cls(id=field(raw, "id"), verb=field(raw, "verb"), args=field(raw, "args"), expires_at=expires)  # type: ignore[arg-type]


def _relay(value: Any) -> None:
    whole(value, "relay", 1, 16)


def _scope(value: Any) -> None:
    one_of(value, "scope", frozenset({"config", "factory"}))


def _lines(value: Any) -> None:
    for line in each(value, "lines", str, 500):
        text(line, "line", 1300, 1)


ARGS = {
    "unlock": {"relay": _relay},
    "lock": {"relay": _relay},
    "reboot": {},
    "reset": {"scope": _scope},
    "autop": {"lines": _lines},
}


def _check_args(verb: str, args: Json) -> None:
    wanted = ARGS[verb]
    must(set(args) <= set(wanted) | {"subject", "method"}, f"Unknown argument for {verb}")
    for name, check in wanted.items():
        check(field(args, name))
    maybe(whole, args.get("subject"), "subject", 1)
    maybe(text, args.get("method"), "method", 16)
