"""What this app announces to the apps above it.

Ids only (and where a listener writes into the trail: who did it); emitted once per set, in the transaction
of the change.
"""

from dataclasses import dataclass

from smartplus.kernel.scoping import Scope


@dataclass(frozen=True)
class SiteChanged:
    """Fields of a site changed that devices may have to know: name, clock, PIN mode, access control."""

    site_id: int
    fields: frozenset[str]


@dataclass(frozen=True)
class BuildingsAdded:
    """Buildings (departments) were added."""

    site_id: int
    building_ids: tuple[int, ...]


@dataclass(frozen=True)
class BuildingRenamed:
    """A building (department) has another name now."""

    site_id: int
    building_id: int
    before: str
    after: str


@dataclass(frozen=True)
class BuildingRemoved:
    """A building is about to be deleted, its units and people are already gone."""

    site_id: int
    building_id: int


@dataclass(frozen=True)
class UnitsChanged:
    """Units were added, renamed, called differently or removed."""

    site_id: int
    building_ids: tuple[int, ...]
    unit_ids: tuple[int, ...]


@dataclass(frozen=True)
class MonitoredUnitsLeaving:
    """Units that must keep an indoor monitor each are about to be deleted, and their monitors with them."""

    site_id: int
    unit_ids: tuple[int, ...]
    scope: Scope


@dataclass(frozen=True)
class ResidentsAdded:
    """People were added; their default access follows."""

    site_id: int
    residency_ids: tuple[int, ...]


@dataclass(frozen=True)
class ResidentsChanged:
    """Names, places or call settings of people changed."""

    site_id: int
    residency_ids: tuple[int, ...]


@dataclass(frozen=True)
class ResidentsReset:
    """People are about to begin anew: what they show at doors and what is known of them goes.

    Also of family members who go with it: those are removed afterwards (`ResidentsRemoved`).
    """

    site_id: int
    residency_ids: tuple[int, ...]
    login_ids: tuple[int, ...]


@dataclass(frozen=True)
class ResidentsRemoved:
    """People are about to be deleted: whatever was issued to them opens nothing any more."""

    site_id: int
    residency_ids: tuple[int, ...]
