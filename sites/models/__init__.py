"""Where people live and work, and who they are."""

from .people import Residency
from .places import Building, Site, Unit

__all__ = ["Building", "Residency", "Site", "Unit"]
