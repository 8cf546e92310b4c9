"""Who listens to what, and whose chapters one person's data has: the complete lists.

Handlers run in the transaction of the change.
"""

from access import events as rights
from access.queries import chapters as access_chapters
from access.services import listeners as access
from access.services import resets
from accounts import events as accounts
from devices import events as devices
from devices.services import listeners as inventory
from logs import chapters as log_chapters
from logs.services import forgetting
from provisioning.services import listeners as provisioning
from sites import chapters
from sites import events as sites
from sites.services.registered import registered
from smartplus.kernel.events import on

on(sites.BuildingsAdded, access.buildings_added)
on(sites.BuildingRenamed, access.building_renamed)
on(sites.BuildingRemoved, access.building_removed)
on(sites.SiteChanged, access.site_changed)
on(sites.SiteChanged, provisioning.site_changed)
on(sites.UnitsChanged, access.units_changed)
on(sites.UnitsChanged, provisioning.units_changed)
on(sites.MonitoredUnitsLeaving, inventory.monitored_units_leaving)
on(sites.ResidentsAdded, access.residents_added)
on(sites.ResidentsAdded, provisioning.residents_changed)
on(sites.ResidentsChanged, access.residents_changed)
on(sites.ResidentsChanged, provisioning.residents_changed)
on(sites.ResidentsRemoved, access.residents_removed)
on(sites.ResidentsRemoved, provisioning.residents_changed)
on(sites.ResidentsReset, resets.residents_reset)
on(sites.ResidentsReset, forgetting.residents_reset)
on(devices.DevicesAdded, access.devices_added)
on(devices.DevicesAdded, provisioning.devices_added)
on(devices.DevicesMoved, access.devices_moved)
on(devices.DevicesMoved, provisioning.devices_moved)
on(devices.DevicesRemoved, access.devices_removed)
on(devices.DevicesRemoved, provisioning.devices_removed)
on(devices.RelaysChanged, access.relays_changed)
on(rights.RightsAsked, provisioning.rights_asked)
on(accounts.PasswordSet, registered)
on(accounts.OrganisationChanged, provisioning.organisation_changed)
on(devices.SyncMarked, provisioning.sync_marked)
on(devices.CommandsOrdered, provisioning.commands_ordered)
on(rights.PersonErased, forgetting.person_erased)

chapters.tell(*access_chapters.CHAPTERS, *log_chapters.CHAPTERS)
