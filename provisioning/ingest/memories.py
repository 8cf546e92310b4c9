"""What follows from a hello for one device. Pure: rows in, changed rows out.

The device is believed in both directions. A revision higher than the confirmed one, but sent, is an
answer that was lost; anything else that differs is drift: it is counted up, shown, and sent again.
"""

from __future__ import annotations

from dataclasses import dataclass

from provisioning.protocol import Hello
from smartplus.kernel.words import noop

TWICE = 2  # so often a digest must differ in a row: once may be an answer still on its way


@dataclass(slots=True)
class Memory:
    """A device as we know it: where it hangs, which memory it has, how far a reload came.

    `site_id` is None while it hangs nowhere, `store` 0 before its first hello.
    """

    device_id: int
    site_id: int | None
    place: int
    store: int
    store_place: int
    reload_at: int | None
    strange: int
    replaced: bool = False

    def take(self, hello: Hello) -> bool:
        """Take the store and place over. False for an old message, which says nothing."""
        if hello.store < self.store:
            return False
        self.replaced = hello.store > self.store
        if self.replaced:
            self.reload_at, self.strange = 0, 0
        self.store, self.store_place = hello.store, hello.place
        return True

    @property
    def astray(self) -> bool:
        """It hangs at a place it does not know of yet."""
        return self.store_place < self.place


@dataclass(slots=True)
class PartRow:
    """A row of the outbox. `lost`: what was under way is; `due`: there is something to tell it soon."""

    device_id: int
    part: str
    desired: int
    sent: int
    acked: int
    digest: str
    busy: bool
    drifted: bool = False
    lost: bool = False
    due: bool = False
    error: str = ""

    def drift(self, acked: int) -> None:
        """It holds something else than it confirmed: `acked` is what it holds."""
        self.desired = max(self.desired, acked) + 1
        self.acked, self.drifted = acked, True


def compare_part(row: PartRow, hello: Hello) -> None:
    """Part by revision: what the device says it holds against what it confirmed."""
    held = hello.revisions.get(row.part, 0)
    if row.acked < held <= row.sent:
        row.acked = held
    elif held != row.acked or _differs(row, hello):
        row.drift(held)
    row.due = row.acked != row.desired


def _differs(row: PartRow, hello: Hello) -> bool:
    """Whether the body behind the same revision is another one."""
    digest = hello.digests.get(row.part, "")
    return 0 < row.acked == row.sent and bool(row.digest and digest) and digest != row.digest


def compare_access(memory: Memory, row: PartRow, hello: Hello, *, digest: str, pending: bool) -> None:
    """Part `access`: a new memory or place starts anew; a digest that differs twice starts a reload.

    `digest`: of what we believe is held; `pending`: something is still to be told.
    """
    if memory.store_place > memory.place:
        row.error = noop("It says that it hangs at a later place than the portal knows")
        return
    row.lost = memory.replaced or memory.astray
    if memory.replaced and row.acked:
        row.drift(row.acked)
    elif row.lost:
        row.desired += 1
    elif not pending and memory.reload_at is None and not row.busy:
        _compare_digest(memory, row, hello.digests.get("access"), digest)
    row.due = row.due or row.lost or pending or memory.reload_at is not None


def _compare_digest(memory: Memory, row: PartRow, theirs: str | None, ours: str) -> None:
    if theirs is None or theirs == ours:
        memory.strange = 0
        return
    memory.strange += 1
    row.due = True  # to be asked once more
    if memory.strange >= TWICE:
        memory.strange, memory.reload_at = 0, 0
        row.drift(row.acked)
