"""What people type about places and people."""

from .managers import PersonSitesForm, WorkersForm
from .places import BuildingForm, BuildingRemoveForm, UnitAddForm
from .residents import ResidentForm
from .sites import HouseForm, OfficeForm, SiteForm, SiteSettingsForm
from .units import UnitForm, UnitsForm

__all__ = [
    "BuildingForm", "BuildingRemoveForm", "HouseForm", "OfficeForm", "PersonSitesForm", "ResidentForm",
    "SiteForm", "SiteSettingsForm", "UnitAddForm", "UnitForm", "UnitsForm", "WorkersForm",
]  # fmt: skip
