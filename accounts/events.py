"""What this app announces to the apps above it, in the transaction of the change."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PasswordSet:
    """A person has set a password by a link: from now on the account can be used."""

    user_id: int
    first: bool
    """Whether the account had none before."""


@dataclass(frozen=True)
class OrganisationChanged:
    """Some `fields` of a company have other values than before."""

    organisation_id: int
    fields: frozenset[str]
