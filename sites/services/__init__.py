"""Every change to places and to the people in them."""

from .activation import activate_residents
from .buildings import add_building, add_buildings, remove_building, rename_building
from .factors import remove_factors
from .houses import add_house, change_house
from .managers import set_managers, set_sites_of, set_sub_installers
from .numbers import draw_sip
from .resetting import reset_residents, reset_units
from .residents import add_resident, add_residents, change_resident, change_residents, remove_residents
from .sites import add_site, change_site, remove_site
from .tidying import NewResident
from .units import NewUnit, add_units, change_unit, change_units, remove_units
from .welcome import recipient_of, send_login_details

__all__ = [
    "NewResident", "NewUnit", "activate_residents", "add_building", "add_buildings", "add_house",
    "add_resident", "add_residents", "add_site", "add_units", "change_house", "change_resident",
    "change_residents", "change_site", "change_unit", "change_units", "draw_sip", "recipient_of",
    "remove_building", "remove_factors", "remove_residents", "remove_site", "remove_units", "rename_building",
    "reset_residents", "reset_units", "send_login_details", "set_managers", "set_sites_of",
    "set_sub_installers",
]  # fmt: skip
