"""temporary: see /tmp/brief/wiring.py"""
from importlib.util import find_spec
from access.services import listeners as access
from devices import events as devices
from sites import events as sites
from smartplus.kernel.events import on

on(sites.BuildingsAdded, access.buildings_added)
on(sites.BuildingRemoved, access.building_removed)
on(sites.SiteChanged, access.site_changed)
on(sites.UnitsChanged, access.units_changed)
on(sites.ResidentsAdded, access.residents_added)
on(sites.ResidentsChanged, access.residents_changed)
on(sites.ResidentsRemoved, access.residents_removed)
on(devices.DevicesAdded, access.devices_added)
on(devices.DevicesMoved, access.devices_moved)
on(devices.DevicesRemoved, access.devices_removed)
on(devices.RelaysChanged, access.relays_changed)
