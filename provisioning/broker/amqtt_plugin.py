"""The rule of accounts and topics for amqtt: asks our own table who the devices are.

The table is read whole every other second (a demo has hundreds of devices, not millions), and once
more when somebody is not found, so that a device added just now gets in. An account taken away is
cut off within those two seconds, also on a connection that stands.
"""

import asyncio
import contextlib
import hashlib
import hmac
import os
from dataclasses import dataclass

import psycopg
from amqtt.contexts import Action, BaseContext
from amqtt.plugins.base import BaseAuthPlugin, BaseTopicPlugin
from amqtt.session import Session

SERVICES = "services"
EVERY = 2.0  # seconds
ACCOUNTS = "SELECT username, password_hash FROM provisioning_brokeraccount WHERE enabled"


class Accounts:
    """The enabled device accounts: user name to SHA-256 of the secret."""

    def __init__(self, database: str) -> None:
        self.database = database
        self.known: dict[str, bytes] = {}
        self._connection: psycopg.AsyncConnection[tuple[str, bytes]] | None = None
        self._turn = asyncio.Lock()
        self._read_at = 0.0

    async def read(self, newer_than: float) -> None:
        """Read the table unless somebody else did so after `newer_than` (the loop's clock)."""
        async with self._turn:
            if self._read_at > newer_than:
                return
            now = asyncio.get_running_loop().time()
            # While the database is away the last answer stands: doors do not fall silent for it.
            with contextlib.suppress(psycopg.Error):
                self.known = await self._fetch()
            self._read_at = now

    async def _fetch(self) -> dict[str, bytes]:
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(self.database, autocommit=True)
        cursor = await self._connection.execute(ACCOUNTS)
        return {name: bytes(digest) for name, digest in await cursor.fetchall()}

    async def keep_reading(self) -> None:
        """For ever: what is taken away in the table is soon taken away here."""
        while True:
            await self.read(asyncio.get_running_loop().time())
            await asyncio.sleep(EVERY)

    async def knows(self, username: str, password: str) -> bool:
        """Whether this is a device's name and secret."""
        asked = asyncio.get_running_loop().time()
        if not self._fits(username, password):
            await self.read(asked)
        return self._fits(username, password)

    def _fits(self, username: str, password: str) -> bool:
        digest = self.known.get(username, b"")
        return hmac.compare_digest(digest, hashlib.sha256(password.encode()).digest())


def own_topic(username: str, topic: str, way: str) -> bool:
    """Whether `topic`, or each topic a filter stands for, is this device's own (`way`: up or down).

    The MAC must stand there in clear: a wildcard before it reaches other devices.
    """
    return topic.startswith(f"sp/1/{way}/{username}/")


@dataclass
class Door:
    """What both plugins share; amqtt makes each of them by itself."""

    accounts: Accounts
    services_password: str


_door: list[Door] = []


def door() -> Door:
    """The one list of accounts of this process, made on first use inside the loop."""
    if not _door:
        _door.append(Door(Accounts(os.environ["DATABASE_URL"]), os.environ["MQTT_PASSWORD"]))
    return _door[0]


class Login(BaseAuthPlugin):
    """Who may connect."""

    def __init__(self, context: BaseContext) -> None:
        super().__init__(context)
        self.door = door()

    async def on_broker_post_start(self) -> None:
        """Begin to follow the table."""
        self.following = asyncio.create_task(self.door.accounts.keep_reading())

    async def authenticate(self, *, session: Session) -> bool | None:
        """Services by the password in our environment; a device by its secret, under its own client
        id (another's would push that one out) and with a last will of its own."""
        name, password = session.username or "", session.password or ""
        if name == SERVICES:
            return hmac.compare_digest(password.encode(), self.door.services_password.encode())
        if session.client_id != name or not session.clean_session:
            return False
        if session.will_flag and not own_topic(name, session.will_topic or "", "up"):
            return False
        return await self.door.accounts.knows(name, password)


class Topics(BaseTopicPlugin):
    """Who may write and read what."""

    def __init__(self, context: BaseContext) -> None:
        super().__init__(context)
        self.door = door()

    async def topic_filtering(
        self, *, session: Session | None = None, topic: str | None = None, action: Action | None = None
    ) -> bool | None:
        """The rule of this package. Shared subscriptions are refused: amqtt has none, and taking one
        as a plain name would lose every message in silence."""
        if session is None or not topic or topic.startswith("$"):
            return False
        name = session.username or ""
        if name == SERVICES:
            return topic.startswith("sp/1/")
        return name in self.door.accounts.known and own_topic(
            name, topic, "up" if action == Action.PUBLISH else "down"
        )
