"""All devices of one process, and the loop they live in."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from .autop import MAX_BODY, fetch, get
from .device import Device
from .disk import Disk
from .feed import Feed, FeedError, FileFeed, PortalFeed
from .options import Options
from .surroundings import Spec
from .wire import Wire

log = logging.getLogger("simulator")


class Fleet:
    """The host of its devices. `devices`: by MAC. One thread does everything but what may block."""

    def __init__(self, options: Options, loop: asyncio.AbstractEventLoop) -> None:
        self.options = options
        self.loop = loop
        self.devices: dict[str, Device] = {}
        self._helpers = ThreadPoolExecutor(8, "dial")
        self._readers = ThreadPoolExecutor(2, "fetch")
        self._asker = ThreadPoolExecutor(1, "feed")
        self._jobs: set[asyncio.Task[None]] = set()
        path = None if options.folder is None else options.folder / "memory.sqlite3"
        self.disk = Disk.open(path, loop.call_soon)
        self.wire = Wire(loop, options.broker, self._helpers)
        self._fed: set[str] = set()
        self._said = ""

    # Which devices

    def add(self, spec: Spec) -> Device:
        """Mount a device and switch it on; one that hangs already gets the new label."""
        device = self.devices.get(spec.mac)
        if device is not None:
            device.relabel(spec)
            return device
        device = self.devices[spec.mac] = Device(spec, self)
        device.start()
        return device

    def remove(self, mac: str) -> None:
        """Take a device down. Its memory stays, for when it comes back."""
        device = self.devices.pop(mac, None)
        if device is not None:
            device.mounted = False
            device.stop()

    def follow(self, specs: Iterable[Spec]) -> None:
        """Make what hangs what the feed says; devices added otherwise are left alone."""
        wanted = {spec.mac: spec for spec in specs}
        for mac in self._fed - set(wanted):
            self.remove(mac)
        for spec in wanted.values():
            if spec.mac not in self.devices or self.devices[spec.mac].spec != spec:
                self.add(spec)
        self._fed = set(wanted)

    # What devices need

    def time(self) -> float:
        """The true time, seconds since 1970."""
        return time.time()

    def later(self, delay: float, task: Callable[[], None]) -> object:
        """Run the task in `delay` seconds."""
        return self.loop.call_later(delay, task)

    def plug(self, device: Device) -> None:
        """Connect it, and again whenever the connection breaks."""
        self.wire.plug(device)

    def unplug(self, device: Device) -> None:
        """Cut its connection without a word."""
        self.wire.unplug(device)

    def fetch_autop(self, device: Device) -> None:
        """Fetch its AutoP file in the background, if there is a portal."""
        if self.options.portal:
            self._start(self._fetch_autop(device))

    def _start(self, job: Coroutine[Any, Any, None]) -> None:
        task = self.loop.create_task(job)
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)

    async def _fetch_autop(self, device: Device) -> None:
        spec, now = device.spec, device.clock.true()
        read = partial(fetch, self.options.portal, spec.mac, spec.secret, now)
        device.autop = await self.loop.run_in_executor(self._readers, read)

    def fetch_body(self, device: Device, url: str, done: Callable[[bytes | None, str], None]) -> None:
        """Fetch a large body. Its secret goes to the portal only."""
        if not self.options.portal or not url.startswith(self.options.portal + "/"):
            done(None, "Not an address of the portal")
        else:
            self._start(self._fetch_body(device, url, done))

    async def _fetch_body(self, device: Device, url: str, done: Callable[[bytes | None, str], None]) -> None:
        read = partial(get, url, device.spec.mac, device.spec.secret, MAX_BODY)
        try:
            body = await self.loop.run_in_executor(self._readers, read)
        except (OSError, ValueError) as error:
            done(None, str(error))
        else:
            done(body, "")

    # The loop

    async def run(self, stop: asyncio.Event) -> None:
        """Live until told to stop, then go down as in a power cut, with everything on disk."""
        tasks = [asyncio.create_task(self._tick()), asyncio.create_task(self._feed())]
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait([*tasks, stopped], return_when=asyncio.FIRST_COMPLETED)
        for task in (*tasks, stopped):
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        self.close()
        for error in ended:
            if isinstance(error, Exception):
                raise error

    def close(self) -> None:
        """Cut all connections and close the disk."""
        for device in self.devices.values():
            device.stop()
        self.disk.close()
        for pool in (self._helpers, self._readers, self._asker):
            pool.shutdown(wait=False, cancel_futures=True)

    async def _tick(self) -> None:
        turn = 0
        while True:
            await asyncio.sleep(1)
            turn += 1
            for device in list(self.devices.values()):
                device.tick()
            if turn % 5 == 0:
                self.wire.tick()

    async def _feed(self) -> None:
        feed = self._feed_of()
        while feed is not None:
            try:
                fleet = await self.loop.run_in_executor(self._asker, feed.read)
            except FeedError as error:
                self._say(str(error))
            else:
                if fleet is not None:
                    self.follow(fleet)
                    self._say(f"{len(fleet)} devices")
            await asyncio.sleep(self.options.poll)
        await asyncio.Event().wait()

    def _feed_of(self) -> Feed | None:
        if self.options.file is not None:
            return FileFeed(self.options.file)
        return PortalFeed(self.options.portal, self.options.token) if self.options.portal else None

    def _say(self, what: str) -> None:
        """Log what has changed, once."""
        if what != self._said:
            self._said = what
            log.info(what)
