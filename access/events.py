"""What this app announces to those above it. Ids only; emitted in the transaction of the change."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RightsAsked:
    """Rights of a site are owed in the background; the row says it, this only hurries a worker."""

    site_id: int


@dataclass(frozen=True)
class PersonErased:
    """A person's name leaves this site: what other apps keep of them is to be made nameless.

    The number stays as the proof. `login_ids` are the logins behind it, as far as they are known;
    emitted before anything is deleted.
    """

    site_id: int
    subject_id: int
    residency_ids: tuple[int, ...]
    login_ids: tuple[int, ...]
