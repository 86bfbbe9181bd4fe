"""Short questions to a service over HTTP, asked many times while it starts or works."""

import ssl
from functools import cache

import httpx


def get(url: str, seconds: float = 5.0) -> httpx.Response:
    """Ask for `url` past all proxies; raises httpx.HTTPError. Certificates are verified.

    Reading the authorities' certificates takes 30 ms of a core, so it is done once, and not at all without TLS.
    """
    verify = _read_authorities() if url.startswith("https:") else False
    return httpx.get(url, timeout=seconds, trust_env=False, verify=verify)


@cache
def _read_authorities() -> ssl.SSLContext:
    return httpx.create_ssl_context()
