"""What devices and the simulator fetch over HTTP. Nobody signs in here as a person."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.addresses import client_address
from provisioning.services import autop, device_login, fleet

View = Callable[..., HttpResponse]


def for_devices(view: Callable[..., HttpResponse]) -> View:
    """A view for the device that its address names by `mac`, proven by HTTP Basic; given as `device_id`."""

    @wraps(view)
    def signed_in(request: HttpRequest, mac: str, **kwargs: str) -> HttpResponse:
        authorization = request.headers.get("Authorization", "")
        try:
            device_id = device_login.sign_in(
                mac=mac, authorization=authorization, address=client_address(request)
            )
        except device_login.NotThere:
            return HttpResponseNotFound()
        except device_login.NotSignedIn:
            return HttpResponse(status=401, headers={"WWW-Authenticate": 'Basic realm="device"'})
        except device_login.TooOften:
            return HttpResponse(status=429, headers={"Retry-After": "60"})
        return view(request, device_id=device_id, **kwargs)

    return login_not_required(require_safe(cache_control(private=True, no_store=True)(signed_in)))


@for_devices
def autop_config(request: HttpRequest, *, device_id: int) -> HttpResponse:
    """`GET /d/autop/<mac>.cfg`: the configuration as AutoP lines. HEAD takes no one-time commands."""
    file = autop.autop_file(device_id=device_id, take_once=request.method == "GET")
    if file is None:
        return HttpResponseNotFound()
    tag = f'"{file.tag}"'
    if not file.once and request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    return HttpResponse(file.whole, content_type="text/plain; charset=utf-8", headers={"ETag": tag})


@for_devices
def state_body(request: HttpRequest, *, device_id: int, part: str) -> HttpResponse:
    """`GET /d/state/<mac>/<part>?rev=`: a body too large for a message, never older than `rev`."""
    body = autop.part_body(device_id=device_id, part=part)
    return HttpResponseNotFound() if body is None else JsonResponse(body)


@login_not_required
@require_safe
@cache_control(private=True, no_store=True)
def simulator_fleet(request: HttpRequest) -> HttpResponse:
    """`GET /d/simulator/fleet`: all devices with their secrets, for the simulator of this installation."""
    allowed = fleet.may_read_fleet(request.headers.get("Authorization", ""))
    if allowed is None:
        return HttpResponseNotFound()
    if not allowed:
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    tag = f'"{fleet.fleet_tag()}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    return JsonResponse({"devices": fleet.fleet()}, headers={"ETag": tag})
