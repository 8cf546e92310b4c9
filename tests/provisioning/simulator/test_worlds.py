"""The device against a portal of a few lines, over a wire that loses, doubles, delays and reorders.

Checked: at no moment does the portal take for held what the device of the same store does not hold
so; everything settles; then both sides agree. And, message by message, the device does what the
few rules of the page say, written down a second time here.
"""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provisioning.protocol import (
    AccessAck,
    AccessState,
    Hello,
    Item,
    Message,
    Opening,
    Person,
    Range,
    Removal,
    access_digest,
    decode,
    encode,
)
from tests.provisioning.simulator.house import Door, House

PEOPLE, RANGE, PAGE = 40, 10, 3
MAIN = (Opening((1,)),)


def item(subject: int, number: int, on: bool) -> Item:
    return Person(subject, number, "Ann", opens=MAIN) if on else Removal(subject, number)


class Portal:
    """want: subject -> (number, on); held: subject -> number the device of the known store confirmed."""

    def __init__(self) -> None:
        self.sequence, self.store, self.messages = 0, 0, 0
        self.want: dict[int, tuple[int, bool]] = {}
        self.held: dict[int, int] = {}
        self.load: int | None = None

    def change(self, subject: int, on: bool) -> None:
        self.sequence += 1
        self.want[subject] = (self.sequence, on)

    def pending(self) -> list[int]:
        todo = [subject for subject, (number, _) in self.want.items() if self.held.get(subject) != number]
        return sorted(todo, key=lambda subject: (self.want[subject][1], -self.want[subject][0]))

    def message(self, subjects: list[int], span: Range | None = None) -> AccessState:
        self.messages += 1
        items = tuple(item(subject, *self.want[subject]) for subject in subjects)
        return AccessState(self.store, 1, f"m{self.messages}", items, span)

    def push(self) -> list[Message]:
        out: list[Message] = []
        if not self.store:
            return out
        if page := self.pending()[:PAGE]:
            out.append(self.message(page))
        if self.load is not None:
            low, high = self.load, self.load + RANGE
            listed = [subject for subject, (_, on) in self.want.items() if low <= subject < high and on]
            out.append(self.message(listed, Range(low, high, self.sequence, high >= PEOPLE)))
        return out

    def receive(self, message: Message) -> None:
        if isinstance(message, Hello):
            self._greeted(message)
        elif isinstance(message, AccessAck) and message.store == self.store:
            for subject, number, on in message.items:
                wanted, wanted_on = self.want[subject]
                if (number, on) == (wanted, wanted_on) or (not on and not wanted_on and number >= wanted):
                    self.held[subject] = wanted
            if message.span and self.load == message.span.low:
                self.load = None if message.span.last else message.span.high

    def _greeted(self, hello: Hello) -> None:
        if hello.store > self.store:
            self.store, self.held, self.load = hello.store, {}, 0
        elif hello.store == self.store and self.load is None:
            pairs = [
                (subject, number)
                for subject, number in self.held.items()
                if self.want[subject] == (number, True)
            ]
            if access_digest(pairs) != hello.digests["access"]:
                self.load = 0


class World:
    """Both sides and the wire between them. Messages lie on it encoded."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.seed = seed
        self.portal = Portal()
        self.door = Door(House())
        self.down: list[tuple[str, bytes]] = []
        self.up = self._said(self.door.take())

    @staticmethod
    def _said(messages: list[Message]) -> list[tuple[str, bytes]]:
        return [(found.leaf, encode(found)) for found in messages if isinstance(found, Hello | AccessAck)]

    def deliver(self, queue: list[tuple[str, bytes]], wild: bool) -> None:
        if not queue:
            return
        place = self.random.randrange(len(queue))
        leaf, payload = queue[place]
        if not wild or self.random.random() > 0.25:
            queue.pop(place)
        if wild and self.random.random() < 0.25:
            return
        if queue is self.down:
            self.door.device.heard(leaf, payload)
            self.up += self._said(self.door.take())
        else:
            self.portal.receive(decode(leaf, payload))
        self.check()

    def check(self) -> None:
        """The page does not lie."""
        if self.portal.store != self.door.store:
            return
        for subject, (number, on) in self.portal.want.items():
            held = self.door.device.memory.held(subject)
            if self.portal.held.get(subject) == number:
                assert held is not None and held[2] == on, f"world {self.seed}: the page lies"

    def step(self) -> None:
        chance = self.random.random()
        if chance < 0.2:
            self.portal.change(self.random.randrange(1, PEOPLE), self.random.random() < 0.6)
        elif chance < 0.45:
            self.send()
        elif chance < 0.7:
            self.deliver(self.down, wild=True)
        elif chance < 0.95:
            self.deliver(self.up, wild=True)
        elif chance < 0.97:
            self.door.device.forget()
            self.up += self._said(self.door.take())
        else:
            self.greet()

    def send(self) -> None:
        self.down += [(found.leaf, encode(found)) for found in self.portal.push()]

    def greet(self) -> None:
        self.door.device.voice.hello_soon()
        self.up += self._said(self.door.take())

    def settle(self) -> bool:
        """The wire calms down; late messages arrive, in any order."""
        for _ in range(200):
            while self.down or self.up:
                first = self.down if self.down and (not self.up or self.random.random() < 0.5) else self.up
                self.deliver(first, wild=False)
            self.greet()
            self.send()
            quiet = not self.portal.pending() and self.portal.load is None and not self.down
            if quiet and self.portal.store == self.door.store:
                return True
        return False


@pytest.mark.parametrize("seed", range(60))
def test_worlds(seed: int) -> None:
    world = World(seed)
    for _ in range(300):
        world.step()
    assert world.settle(), f"world {seed}: does not settle"
    opens = {found.subject for found in world.door.device.memory.items() if found.on}
    wanted = {subject for subject, (_, on) in world.portal.want.items() if on}
    assert opens == wanted, f"world {seed}: the sides disagree"


class Rules:
    """What a device holds after each message, in as few words as possible."""

    def __init__(self) -> None:
        self.items: dict[int, tuple[int, bool]] = {}

    def take(self, items: list[tuple[int, int, bool]], span: Range | None) -> list[tuple[int, int, bool]]:
        listed = {subject for subject, _, _ in items}
        for subject, (number, _) in list(self.items.items()):
            if span and span.low <= subject < span.high and subject not in listed and number <= span.as_of:
                self.items[subject] = (span.as_of, False)
        for subject, number, on in items:
            if number > self.items.get(subject, (0, False))[0]:
                self.items[subject] = (number, on)
        return [(subject, *self.items[subject]) for subject, _, _ in items]


entries = st.lists(
    st.tuples(st.integers(1, 8), st.integers(1, 12), st.booleans()),
    max_size=5,
    unique_by=lambda entry: entry[0],
)
spans = st.none() | st.builds(
    lambda low, more, as_of: Range(low, low + more, as_of), *[st.integers(1, 8)] * 2, st.integers(0, 12)
)


@settings(deadline=None)
@given(st.lists(st.tuples(entries, spans), max_size=12))
def test_message_by_message_it_follows_the_rules(
    script: list[tuple[list[tuple[int, int, bool]], Range | None]],
) -> None:
    rules, door = Rules(), Door(House())
    for items, span in script:
        if span is not None:
            items = [(subject, number, True) for subject, number, _ in items]
        answer = door.access(*(item(*entry) for entry in items), span=span)
        assert list(answer.items) == rules.take(items, span)
        held = {found.subject: (found.number, found.on) for found in door.device.memory.items()}
        assert held == rules.items
        on = [(subject, number) for subject, (number, kept) in rules.items.items() if kept]
        assert door.device.memory.digest == access_digest(on)
        assert door.device.memory.people == len(on)
