"""What this app announces to the apps above it, in the transaction of the change."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PasswordSet:
    """A person has set a password by a link: from now on the account can be used."""

    user_id: int
    first: bool
    """Whether the account had none before."""
