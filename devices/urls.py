"""Addresses of the inventory."""

from django.urls import path

from smartplus.kernel.pages import import_urls

from .views import inventory, macs, orders, relays, sites, units

app_name = "devices"
urlpatterns = [
    path("", inventory.DeviceList.as_view(), name="list"),
    path("project/", inventory.ProjectDeviceList.as_view(), name="project_list"),
    path("personal/", inventory.PersonalDeviceList.as_view(), name="personal_list"),
    path("remove/", inventory.DeviceRemove.as_view(), name="remove_many"),
    path("<int:pk>/", inventory.DeviceDetail.as_view(), name="detail"),
    path("<int:pk>/state/", inventory.DeviceStatePanel.as_view(), name="state_panel"),
    path("<int:pk>/edit/", inventory.DeviceChange.as_view(), name="change"),
    path("<int:pk>/adjust/", inventory.DeviceAdjust.as_view(), name="adjust"),
    path("<int:pk>/remove/", inventory.DeviceRemove.as_view(), name="remove"),
    path("<int:pk>/reboot/", orders.DeviceReboot.as_view(), name="reboot"),
    path("<int:pk>/reset/", orders.DeviceReset.as_view(), name="reset"),
    path("<int:pk>/commands/", orders.CommandsPanel.as_view(), name="commands_panel"),
    path("<int:pk>/autop/", orders.DeviceAutop.as_view(), name="autop"),
    path("<int:pk>/autop/once/", orders.DeviceAutopOnce.as_view(), name="autop_once"),
    path("<int:pk>/relays/", relays.RelaysPanel.as_view(), name="relays_panel"),
    path("<int:device>/relays/add/", relays.RelayEdit.as_view(), name="relay_add"),
    path("<int:device>/relays/<int:pk>/", relays.RelayEdit.as_view(), name="relay_change"),
    path("<int:device>/relays/<int:pk>/adjust/", relays.RelayAdjust.as_view(), name="relay_adjust"),
    path("<int:device>/relays/<int:pk>/remove/", relays.RelayRemove.as_view(), name="relay_remove"),
    path("site/<int:site>/", inventory.SiteDeviceList.as_view(), name="site_list"),
    path("site/<int:site>/panel/", inventory.SiteDevicesPanel.as_view(), name="site_panel"),
    path("site/<int:site>/units/<int:pk>/", inventory.UnitDevicesPanel.as_view(), name="unit_panel"),
    path("site/<int:site>/add/", inventory.DeviceAdd.as_view(), name="add"),
    path("site/<int:site>/units/add/", units.MonitoredUnitAdd.as_view(), name="unit_add"),
    *import_urls("site/<int:site>/import/", sites.SiteImport, "import"),
    path("macs/", macs.MacList.as_view(), name="macs"),
    path("macs/add/", macs.MacAdd.as_view(), name="mac_add"),
    path("macs/remove/", macs.MacRemove.as_view(), name="mac_remove_many"),
    path("macs/hand-over/", macs.MacHandOver.as_view(), name="mac_hand_over"),
    path("macs/<int:pk>/remove/", macs.MacRemove.as_view(), name="mac_remove"),
    *import_urls("macs/import/", macs.MacImport, "mac_import"),
    *import_urls("macs/of/<int:organisation>/import/", macs.MacImportOf, "mac_import_of"),
]
