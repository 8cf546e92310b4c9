"""The process that listens: any number of them may run.

Each writes what it hears; what two of them hear is written once. Nothing is kept by the broker for
us: what is lost while nobody listens is said again (a status each minute, an answer after the next
sending, an event until it is seen).
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence

import paho.mqtt.client as paho
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, connection

from provisioning.mqtt import BrokerAway, Connection, Publisher, Wire
from provisioning.protocol import ALL_UP, ProtocolError, Seen, down, encode, read_topic
from provisioning.sending.probes import probe
from provisioning.services.hurry import hurry, hurry_commands

from .apply import Outcome, apply
from .batch import Batch, Sorter, unread_event
from .inbox import Inbox, Raw
from .sequences import SeenUpTo
from .statuses import SILENCE, sweep_silent

log = logging.getLogger(__name__)

MOST_AT_ONCE = 500
BEAT = 5.0  # seconds between signs of life and sweeps
HEARTBEAT = "heartbeat:ingest"
COUNTS = "counts:ingest"
ASK_AGAIN = 10.0  # seconds between two questions to the same device


class Ingest:
    """Listens until `stop` is called. One per process."""

    def __init__(self, url: str | None = None) -> None:
        self.url = url or settings.MQTT_URL
        self.sorter = Sorter()
        self.stopping = threading.Event()
        self.inbox = Inbox()
        self.publisher = Publisher(self.url, "seen")
        self._listening_since = 0.0
        self._beat_at = 0.0
        self._asked: dict[str, float] = {}
        self._told: Counter[str] = Counter()

    @property
    def counts(self) -> Counter[str]:
        """How many messages of each sort came, and how many were dropped and why."""
        return self.sorter.counts

    def stop(self) -> None:
        """Finish the batch at hand and return from `run`."""
        self.stopping.set()
        self.inbox.close()

    def run(self) -> None:
        """Listen, and connect again whenever the broker was away."""
        pause = 0.5
        while not self.stopping.is_set():
            try:
                listener = self._listen()
            except BrokerAway as error:
                log.warning("broker: %s; trying again in %.0f s", error, pause)
                self.stopping.wait(pause)
                pause = min(pause * 2, 10.0)
                continue
            pause = 0.5
            try:
                self._work(listener)
            finally:
                listener.close()
        self.publisher.close()

    def _listen(self) -> Connection:
        listener = Connection(self.url, "ingest", self._put).open()
        listener.subscribe(topic_filter())
        self._listening_since = time.monotonic()
        log.info("listening on %s", topic_filter())
        return listener

    def _put(self, message: paho.MQTTMessage) -> None:
        self.inbox.put(Raw(message.topic, bytes(message.payload), bool(message.retain)))

    def _work(self, listener: Connection) -> None:
        while not self.stopping.is_set() and not (listener.ended.is_set() and not len(self.inbox)):
            if raws := self.inbox.take(MOST_AT_ONCE, timeout=1.0):
                self.take(raws)
            self._beat()

    def take(self, raws: Sequence[Raw]) -> None:
        """Write a batch and answer it. Waits as long as the database is away, full or being migrated."""
        pause = 0.1
        while True:
            try:
                self._answer(self._write(raws))
                return
            except (DatabaseError, InterfaceError) as error:
                log.warning("database: %s; trying again in %.1f s", str(error).strip(), pause)
                renew_connection()
                if self.stopping.wait(pause):
                    return
                pause = min(pause * 2, 5.0)

    def _write(self, raws: Sequence[Raw]) -> Outcome:
        """Write a batch; a message that the database will not take is found by halving, and left out."""
        try:
            return apply(self.sorter.sort(raws), self.counts)
        except (DataError, IntegrityError):
            log.exception("a batch of %s messages could not be written", len(raws))
        if len(raws) == 1:
            self.counts["dropped: not to be written"] += 1
            return self._leave_out(raws[0])
        middle = len(raws) // 2
        first, second = self._write(raws[:middle]), self._write(raws[middle:])
        return first.joined(second)

    def _leave_out(self, raw: Raw) -> Outcome:
        """An event is told as seen all the same, or the device would repeat it for ever."""
        try:
            topic = read_topic(raw.topic)
        except ProtocolError:
            return Outcome()
        event = unread_event(raw.payload) if topic.leaf == "event" else None
        device_id = self.sorter.device_of(topic.mac)
        if event is None or device_id is None:
            return Outcome()
        return apply(Batch(events=[(device_id, event)]), self.counts)

    def _answer(self, outcome: Outcome) -> None:
        """After the commit: `seen` to the devices, a hint to those who send."""
        messages = [message for each in outcome.seen if (message := self._message(each)) is not None]
        if messages:
            try:
                self.publisher.publish(messages, wait=False)
            except BrokerAway as error:
                log.warning(
                    "%s answers were not sent, they will be asked for again: %s", len(messages), error
                )
        if outcome.commands:
            hurry_commands()
        for part in outcome.parts():
            hurry(part)

    def _message(self, each: SeenUpTo) -> Wire | None:
        if not each.strange:
            return down(each.mac, "seen"), encode(Seen(store=each.store, seq=each.seq))
        moment = time.monotonic()
        if self._asked.get(each.mac, -ASK_AGAIN) + ASK_AGAIN > moment:
            return None
        self._asked[each.mac] = moment
        return probe(each.mac, each.store)

    def _beat(self) -> None:
        """A sign of life for `doctor`, and the look for devices that fell silent."""
        moment = time.monotonic()
        if moment < self._beat_at:
            return
        self._beat_at = moment + BEAT
        quietly(self._tell_alive)
        if moment - self._listening_since > SILENCE.total_seconds():
            quietly(sweep_silent)
        if len(self._asked) > 10_000:
            self._asked.clear()

    def _tell_alive(self) -> None:
        cache.set(HEARTBEAT, time.time(), 3600)
        cache.set(COUNTS, dict(self.counts) | {"waiting": len(self.inbox)}, 3600)
        dropped = Counter(
            {name: n for name, n in self.counts.items() if name.startswith(("dropped", "left"))}
        )
        if news := dropped - self._told:
            log.warning("left out since the last look: %s", dict(news))
            self._told = dropped


def topic_filter() -> str:
    """What to subscribe to; with MQTT_SHARE the broker deals the messages out among all who listen."""
    return f"$share/{settings.MQTT_SHARE}/{ALL_UP}" if settings.MQTT_SHARE else ALL_UP


def quietly(task: Callable[[], object]) -> None:
    """Do what the next round does again: a failure is a line in the log."""
    try:
        task()
    except Exception:
        log.exception("%s failed", getattr(task, "__name__", task))
        renew_connection()


def renew_connection() -> None:
    """Let go of a connection to the database that does not work any more; the next query opens another."""
    if connection.connection is not None and not connection.is_usable():
        connection.close()
