"""Part `config`: a device's name, clock, relays and regular AutoP commands, and how it carries calls."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from devices.models import AutopLine, Device, Relay
from provisioning.protocol import Config, RelayConfig
from provisioning.protocol.checks import Json
from sites.models import Site

# What the site shows and what a device is told to write.
DATE_FORMATS = {
    Site.DateFormat.YMD.value: "YYYY-MM-DD",
    Site.DateFormat.MDY.value: "MM/DD/YYYY",
    Site.DateFormat.DMY.value: "DD/MM/YYYY",
}


def render_config(device_ids: Collection[int]) -> Mapping[int, Json]:
    """The config of each device that hangs at a site; three queries."""
    relays = _relays(device_ids)
    autop = autop_lines(device_ids)
    devices = (
        Device.objects.filter(pk__in=device_ids, site__isnull=False)
        .select_related("site__organisation")
        .defer("secret")
    )
    return {device.pk: _config(device, relays[device.pk], autop[device.pk]).json() for device in devices}


def _config(device: Device, relays: list[RelayConfig], autop: list[str]) -> Config:
    site = device.site
    assert site is not None
    return Config(
        name=device.name,
        site=site.name,
        zone=site.time_zone,
        time_format="24" if site.hours_24 else "12",
        date_format=DATE_FORMATS[site.date_format],
        pin_mode=site.pin_mode,
        relays=tuple(relays),
        autop=tuple(autop),
        monitor=device.monitor_allowed,
        call=device.call_allowed,
        transport=site.organisation.connect_type,
        rtp_confusion=site.organisation.rtp_confusion,
        rtsps=site.organisation.rtsps,
    )


def _relays(device_ids: Collection[int]) -> defaultdict[int, list[RelayConfig]]:
    found: defaultdict[int, list[RelayConfig]] = defaultdict(list)
    for relay in Relay.objects.filter(device__in=device_ids).order_by("device", "number"):
        found[relay.device_id].append(
            RelayConfig(
                number=relay.number,
                name=relay.name,
                dtmf=relay.dtmf,
                enabled=relay.enabled,
                methods=tuple(relay.methods),
                hold=relay.hold_seconds,
            )
        )
    return found


def autop_lines(device_ids: Collection[int]) -> defaultdict[int, list[str]]:
    """The regular AutoP commands of each device, one line each, oldest first."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    rows = AutopLine.objects.filter(device__in=device_ids).order_by("device", "pk")
    for device_id, key, value in rows.values_list("device_id", "key", "value"):
        found[device_id].append(f"{key} = {value}")
    return found
