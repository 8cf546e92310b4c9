"""The front of a device: keys, card field, screen, lamp, and the relays behind it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from provisioning.protocol import Alarm, Call, Door, RelayConfig

from .decide import Attempt, Situation, Verdict, decide, relay_word

if TYPE_CHECKING:
    from .device import Device

KEYS = frozenset("0123456789*#") | {"call", "reception"}
MAX_TYPED = 16
RINGS = 30.0
SHOWN = 4.0

REFUSALS = {
    "unknown_pin": "Unknown PIN",
    "unknown_card": "Unknown card",
    "no_right": "Not for this door",
    "schedule": "Not at this hour",
    "not_yet": "Not yet valid",
    "expired": "No longer valid",
    "used_up": "Used up",
    "method_off": "Not this way",
    "relay_off": "This door is switched off",
    "clock": "Clock not set",
    "locked": "Locked down",
}


@dataclass(frozen=True, slots=True)
class Ringing:
    """A call under way since `since` (true time, seconds)."""

    apartment: str
    name: str
    targets: tuple[tuple[str, str], ...]
    since: float


@dataclass(frozen=True, slots=True)
class Screen:
    """What stands on the screen until `until` (true time, seconds), for `lasts` seconds in all.

    `state`: idle, open, refused, calling, asking.
    """

    state: str = "idle"
    say: str = ""
    detail: str = ""
    until: float = 0.0
    lasts: float = 0.0


class Front:
    """What a person in front of one device can do, and sees."""

    def __init__(self, device: "Device") -> None:
        self._device = device
        self.reset()

    def reset(self) -> None:
        """As after switching it on: nothing typed, all relays closed."""
        self.typed = ""
        self.apartment: str | None = None
        self.ringing: Ringing | None = None
        self.covered = True
        self._screen = Screen()
        self._open_until: dict[int, float] = {}

    # Keys

    def press(self, key: str) -> None:
        """A key of the keypad: 0 to 9, `*` (clear), `#` (done), `call`, `reception`. Raises `ValueError`."""
        if key not in KEYS:
            raise ValueError(f"There is no key {key}")
        if key == "*":
            self._clear()
        elif key == "#":
            self._entered()
        elif key == "call":
            self.call(self.typed)
        elif key == "reception":
            self.call("reception")
        elif len(self.typed) < MAX_TYPED:
            self.typed += key

    def _clear(self) -> None:
        self.typed, self.apartment, self._screen = "", None, Screen()
        if self.ringing is not None:
            self._end_call(answered=False)

    def _entered(self) -> None:
        config = self._device.memory.parts.config
        if not self.typed:
            return
        if config is not None and config.pin_mode == "apt_pin" and self.apartment is None:
            self.apartment, self.typed = self.typed, ""
            self._show("asking", "PIN", f"Apartment {self.apartment}", 30.0)
            return
        pin, apartment = self.typed, self.apartment
        self.typed, self.apartment = "", None
        self.show_credential(Attempt("pin", pin, apartment))

    # Credentials

    def show_credential(self, attempt: Attempt) -> Verdict:
        """Show a PIN or a card: what it opens is opened, and either way an event says so."""
        device = self._device
        memory, clock = device.memory, device.clock
        locked = frozenset(mode.relay for mode in memory.parts.doors.relays if mode.mode == "locked")
        situation = Situation(memory.parts.config, clock.now(), clock.trusted, locked, memory.used)
        verdict = decide(memory.book(), attempt, situation)
        subject = verdict.person.subject if verdict.person else None
        if not verdict.relays:
            code = attempt.value[-4:] if verdict.reason == "unknown_card" else None
            device.voice.note(
                Door(
                    "open", attempt.method, None, subject, response="failed", reason=verdict.reason, code=code
                )
            )
            self._show("refused", REFUSALS[verdict.reason or "no_right"], "", SHOWN)
            return verdict
        memory.count_use(subject or 0)
        for relay in verdict.relays:
            device.voice.note(Door("open", attempt.method, relay, subject))
            self._open(relay)
        name = verdict.person.name if verdict.person else ""
        self._show("open", "Door open", name, max(map(self.closes_in, verdict.relays)))
        return verdict

    # Relays

    def _relay(self, number: int) -> RelayConfig | None:
        config = self._device.memory.parts.config
        return next((entry for entry in (config.relays if config else ()) if entry.number == number), None)

    def _open(self, relay: int) -> None:
        found = self._relay(relay)
        self._open_until[relay] = self._device.host.time() + (found.hold if found else 5)

    def release(self, relay: int) -> str | None:
        """Open from elsewhere. None when done, else why not (a switched off or locked relay)."""
        found = self._relay(relay)
        if found is None or not found.enabled:
            return "relay_off"
        if self.mode(relay) == "locked":
            return "locked"
        self._open(relay)
        self._show("open", "Door open", found.name, float(found.hold))
        return None

    def shut(self, relay: int) -> bool:
        """Close at once. Whether there is such a relay."""
        self._open_until.pop(relay, None)
        self._screen = Screen()
        return self._relay(relay) is not None

    def mode(self, relay: int) -> str:
        """normal, open (held) or locked, as part `doors` wants it."""
        modes = self._device.memory.parts.doors.relays
        return next((entry.mode for entry in modes if entry.relay == relay), "normal")

    def closes_in(self, relay: int) -> float:
        """Seconds until the relay closes by itself; 0 when it is closed."""
        return max(0.0, self._open_until.get(relay, 0.0) - self._device.host.time())

    def is_open(self, relay: int) -> bool:
        """Whether the door may be pushed open now."""
        return self.mode(relay) == "open" or (self.closes_in(relay) > 0 and self.mode(relay) != "locked")

    # Calls and the rest

    def call(self, apartment: str) -> None:
        """Ring everybody who belongs to the apartment (as far as the contacts say)."""
        self.typed, self.apartment = "", None
        wanted = apartment.casefold()
        contacts = self._device.memory.parts.contacts()
        found = next((entry for entry in contacts.entries if entry.apartment.casefold() == wanted), None)
        if found is None or not apartment:
            self._show("refused", "No such apartment", apartment, SHOWN)
            return
        if self.ringing is not None:
            self._end_call(answered=False)
        self.ringing = Ringing(found.apartment, found.name, found.targets, self._device.host.time())
        self._show("calling", "Calling", found.name or found.apartment, RINGS)

    def answer(self, dtmf: str | None = None) -> None:
        """Somebody picks up, opens with a relay's code if given, and hangs up.

        Raises `ValueError` when nobody is called.
        """
        if self.ringing is None:
            raise ValueError("Nobody is called")
        relays = self._device.memory.parts.config.relays if self._device.memory.parts.config else ()
        self._end_call(answered=True)
        for relay in relays if dtmf else ():
            if relay.dtmf == dtmf:
                self._open_by_call(relay)

    def _open_by_call(self, relay: RelayConfig) -> None:
        config = self._device.memory.parts.config
        locked = frozenset({relay.number}) if self.mode(relay.number) == "locked" else frozenset()
        word = relay_word(relay.number, "talking", config, locked)
        if word is None:
            self.release(relay.number)
        response = "success" if word is None else "failed"
        self._device.voice.note(Door("call", "talking", relay.number, response=response, reason=word))

    def _end_call(self, *, answered: bool) -> None:
        ringing, self.ringing = self.ringing, None
        self._screen = Screen()
        if ringing is not None:
            seconds = int(self._device.host.time() - ringing.since) if answered else 0
            self._device.voice.note(Call(ringing.apartment, ringing.targets, answered, min(seconds, 86400)))

    def open_cover(self) -> None:
        """Somebody opens the housing."""
        self.covered = False
        self._device.voice.note(Alarm("tamper"))

    def tick(self, now: float) -> None:
        """Let time pass: a call that nobody answers ends."""
        if self.ringing is not None and now - self.ringing.since >= RINGS:
            self._end_call(answered=False)

    def _show(self, state: str, say: str, detail: str, seconds: float) -> None:
        self._screen = Screen(state, say, detail, self._device.host.time() + seconds, seconds)

    def screen(self) -> Screen:
        """What stands on the screen now."""
        return self._screen if self._screen.until > self._device.host.time() else Screen()
