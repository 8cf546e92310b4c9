"""Where a request really came from."""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

Network = IPv4Network | IPv6Network


@lru_cache(maxsize=8)
def _networks(trusted: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ip_network(text, strict=False) for text in trusted)


def _plain(text: str) -> str:
    """An address in its one spelling, an IPv4 one written as IPv6 unfolded; "" when it is none."""
    try:
        address = ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


def _is_trusted(text: str) -> bool:
    address = ip_address(text)
    return any(address in network for network in _networks(tuple(settings.TRUSTED_PROXIES)))


def client_address(request: HttpRequest) -> str:
    """The client's IP address, "" when unknown (a Unix socket).

    A proxy's word counts only if the proxy is in `settings.TRUSTED_PROXIES`; of a chain of them the
    last address that is not one of ours is taken, whatever a client wrote in front of it.
    """
    address = _plain(request.META.get("REMOTE_ADDR", ""))
    told = [part for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    while told and (not address or _is_trusted(address)) and settings.TRUSTED_PROXIES:
        before = _plain(told.pop())
        if not before:
            break
        address = before
    return address


def block_of(address: str) -> str:
    """What one person is likely to hold of the address space: an IPv4 address, or a /64 of IPv6."""
    if ":" not in address:
        return address
    return str(ip_network(f"{address}/64", strict=False))
