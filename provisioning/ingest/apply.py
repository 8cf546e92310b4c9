"""A batch into the tables: set by set, each its own transaction, each right when repeated."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from devices.models import Part

from .acks import hear_access_acks, hear_part_acks
from .batch import Batch
from .events import hear_events, hear_results
from .hellos import hear_hellos
from .sequences import SeenUpTo
from .statuses import hear_statuses


@dataclass(slots=True)
class Outcome:
    """What a committed batch leads to: `seen` to be told, and whether more is to be sent at once."""

    seen: list[SeenUpTo] = field(default_factory=list)
    access: bool = False
    states: bool = False
    commands: bool = False

    def joined(self, other: Outcome) -> Outcome:
        """Both together."""
        return Outcome(
            self.seen + other.seen,
            self.access or other.access,
            self.states or other.states,
            self.commands or other.commands,
        )

    def parts(self) -> list[str]:
        """The parts somebody may be told of at once."""
        return [Part.ACCESS.value] * self.access + [Part.CONFIG.value, Part.CONTACTS.value] * self.states


def apply(batch: Batch, counts: Counter[str]) -> Outcome:
    """Write a batch. Raises `DatabaseError`; then it may be applied again, whole or in pieces.

    Hellos come before answers: they say which memory the answers are of.
    """
    outcome = Outcome()
    outcome.commands = hear_statuses(batch.statuses)
    outcome.states = hear_hellos(batch.hellos)
    hear_part_acks(batch.part_acks)
    outcome.access = hear_access_acks(batch.access_acks) or outcome.states
    hear_results(batch.events)
    outcome.seen = hear_events(batch.events, counts)
    return outcome
