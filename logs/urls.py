"""Addresses of the logs."""

from django.urls import path

from .views import doors, openings, operations

app_name = "logs"
urlpatterns = [
    path("operations/", operations.OperationList.as_view(), name="operations"),
    path("operations/<int:pk>/", operations.OperationDetail.as_view(), name="operation"),
    path("switches/<int:switch>/", operations.StayOperationList.as_view(), name="stay"),
    path("<int:site>/doors/", doors.DoorLogList.as_view(), name="doors"),
    path("<int:site>/doors/openings/", openings.OpeningsPanel.as_view(), name="openings"),
    path("<int:site>/doors/recent/", doors.SiteLogPanel.as_view(), name="site_panel"),
    path("<int:site>/operations/", operations.SiteOperationList.as_view(), name="site_operations"),
    path("devices/<int:pk>/", doors.DeviceLogPanel.as_view(), name="device_panel"),
]
