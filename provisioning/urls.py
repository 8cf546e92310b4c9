"""Addresses of the pushing machinery: panels for people, files for devices."""

from django.urls import path, register_converter

from .addresses import MacConverter
from .views import device_api, parts, simulator

register_converter(MacConverter, "mac")

app_name = "provisioning"
urlpatterns = [
    path("d/autop/<mac:mac>.cfg", device_api.autop_config, name="autop"),
    path("d/state/<mac:mac>/<slug:part>", device_api.state_body, name="state_body"),
    path("d/simulator/fleet", device_api.simulator_fleet, name="fleet"),
    path("devices/<int:pk>/sync/", parts.SyncPanel.as_view(), name="sync_panel"),
    path("devices/<int:pk>/push/", parts.PushAgain.as_view(), name="push_again"),
    path("devices/<int:pk>/connection/", parts.ConnectionPanel.as_view(), name="connection_panel"),
    path("devices/<int:pk>/password/new/", parts.SecretNew.as_view(), name="secret_new"),
    path("devices/<int:pk>/password/", parts.SecretShown.as_view(), name="secret"),
    path("simulator/", simulator.SimulatorList.as_view(), name="simulator"),
    path("simulator/<int:pk>/", simulator.FrontPanel.as_view(), name="panel"),
    path("simulator/<int:pk>/act/", simulator.FrontPanelAct.as_view(), name="act"),
    path("simulator/<int:pk>/face/", simulator.FacePanel.as_view(), name="face_panel"),
    path("simulator/<int:pk>/knows/", simulator.KnowsPanel.as_view(), name="knows_panel"),
    path("simulator/<int:pk>/wire/", simulator.WirePanel.as_view(), name="wire_panel"),
]
