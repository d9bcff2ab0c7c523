"""How an address is reached: on this machine, straight, or through a proxy."""

import ipaddress
import urllib.request
from urllib.parse import urlsplit

from toolbox_cli.core.errors import ConfigurationError


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine by its very name."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def proxy_of(url: str) -> str | None:
    """Give the HTTP proxy that the environment (`HTTPS_PROXY`, `NO_PROXY` and so on) names for an address.

    Raises:
        ConfigurationError: it names something else.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_loopback(host) or urllib.request.proxy_bypass(host):
        return None
    proxies = urllib.request.getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if proxy and urlsplit(proxy).scheme not in {"http", "https"}:
        raise ConfigurationError(
            f"The proxy for {parts.scheme} addresses, which the environment names, is no HTTP proxy.",
            remedy=f"Give {parts.scheme.upper()}_PROXY as http://host:port, or except {host} by NO_PROXY.",
        )
    return proxy
