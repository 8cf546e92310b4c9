"""What this app announces to those above it. Ids only; emitted in the transaction of the change."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RightsAsked:
    """Rights of a site are owed in the background; the row says it, this only hurries a worker."""

    site_id: int
