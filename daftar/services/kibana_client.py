"""Talking to a Kibana over HTTP: waiting for it, its version, and its refusals in our words."""

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self

import httpx

from tasks.errors import Misconfigured, Unavailable

Json = dict[str, Any]

#: The oldest Kibana that knows all that daftar's objects use; a later major may read them otherwise.
MAJOR: Final = 9
MINOR: Final = 4

#: Seconds between two tries, and those that one request may take.
_PAUSE: Final = 2.0
_PATIENCE: Final = 60.0

_BUSY: Final = frozenset({408, 429, 502, 503, 504})
_HEADERS: Final = {
    # Kibana takes no change without the first, and no change of settings without the second.
    "kbn-xsrf": "daftar",
    "x-elastic-internal-origin": "daftar",
}


class Refused(Exception):
    """Kibana understood a request and does not do it; the text is its reason."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """How to sign in: with an API key, or with a name and a password; without either, as Kibana is open."""

    api_key: str | None = field(default=None, repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_certs: str | None = None


class Kibana:
    """One Kibana, or one space of it, for as long as `wait` seconds; what may pass is tried again until then."""

    def __init__(self, url: str, credentials: Credentials, wait: float) -> None:
        self.url = url.rstrip("/")
        self._deadline = time.monotonic() + wait
        self._wait = wait
        headers = dict(_HEADERS)
        if credentials.api_key:
            headers["Authorization"] = f"ApiKey {credentials.api_key}"
        basic = None
        if credentials.username and not credentials.api_key:
            basic = httpx.BasicAuth(credentials.username, credentials.password or "")
        # No proxy from the environment, as with Elasticsearch.
        self._client = httpx.Client(
            headers=headers, auth=basic, timeout=_PATIENCE, verify=_trust(credentials.ca_certs), trust_env=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def wait_until_ready(self) -> str:
        """Wait until Kibana can take objects; returns its version.

        Raises Unavailable when it does not come up in time, Misconfigured when it is something else or too old.
        """
        while True:
            try:
                status = self.get("/api/status")
            except Refused as error:
                raise self._not_kibana(str(error)) from error
            overall = status.get("status")
            if not isinstance(overall, dict) or "overall" not in overall:
                raise self._not_kibana("its status is of another form")
            self._check_version(status)
            if _is_ready(overall):
                return str(status["version"]["number"]) if "version" in status else "unknown"
            self._pause(f"Kibana at {self.url} is still starting ({overall['overall'].get('level')})")

    def _check_version(self, status: Json) -> None:
        # To a stranger Kibana does not tell its version; the import will be refused all the same.
        if "version" not in status:
            return
        version = str(status["version"].get("number"))
        major, minor = (int(part) if part.isdigit() else 0 for part in f"{version}.0".split(".")[:2])
        if major != MAJOR or minor < MINOR:
            raise Misconfigured(
                f"daftar needs Kibana {MAJOR}.{MINOR} or a later {MAJOR}, but {self.url} is version {version}",
                f"Point DAFTAR_KIBANA_URL at a Kibana of {MAJOR}.{MINOR} or later.",
            )

    def _not_kibana(self, found: str) -> Misconfigured:
        return Misconfigured(
            f"{self.url} does not answer as a Kibana does: {found}",
            "Correct DAFTAR_KIBANA_URL; a base path, as in http://host:5601/kibana, belongs to it.",
        )

    def get(self, path: str) -> Json:
        """Return the object at `path`. Raises Refused, Misconfigured (credentials) or Unavailable."""
        return self._ask("GET", path)

    def post(self, path: str, body: Json) -> Json:
        """Send an object to `path`, and return the answer. Raises as `get`."""
        return self._ask("POST", path, json=body)

    def upload(self, path: str, name: str, content: bytes, params: Mapping[str, str]) -> Json:
        """Send a file to `path`, and return the answer. Raises as `get`."""
        file = {"file": (name, content, "application/ndjson")}
        return self._ask("POST", path, files=file, params=params)

    def _ask(self, method: str, path: str, **content: Any) -> Json:
        """Ask until there is an answer that is final: all that is asked here may be done twice."""
        while True:
            try:
                response = self._client.request(method, f"{self.url}{path}", **content)
            except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
                raise self._not_kibana(str(error)) from error
            except httpx.TransportError as error:
                if "CERTIFICATE_VERIFY_FAILED" in str(error):
                    raise Misconfigured(
                        f"The certificate of Kibana at {self.url} is not trusted",
                        "Set DAFTAR_KIBANA_CA_CERTS to the authority that signed it, a file of certificates.",
                    ) from error
                self._pause(f"Kibana at {self.url} does not answer ({type(error).__name__})")
                continue
            if response.status_code not in _BUSY:
                return self._read(response)
            self._pause(f"Kibana at {self.url} is not ready ({response.status_code})")

    def _pause(self, reason: str) -> None:
        if time.monotonic() + _PAUSE > self._deadline:
            raise Unavailable(reason, f"Waited {self._wait:.0f} seconds. See Kibana's log, then push again.")
        time.sleep(_PAUSE)

    def _read(self, response: httpx.Response) -> Json:
        if response.status_code in (401, 403):
            raise Misconfigured(
                f"Kibana at {self.url} refused daftar's credentials ({response.status_code})",
                "Check DAFTAR_KIBANA_API_KEY, or _USERNAME and _PASSWORD, and the rights of their role.",
            )
        if response.is_redirect:
            raise self._not_kibana(f"it sends elsewhere ({response.headers.get('location')})")
        try:
            body = response.json()
        except ValueError as error:
            raise self._not_kibana(f"its answer is no JSON ({response.status_code})") from error
        if not isinstance(body, dict):
            raise self._not_kibana("its answer is no object")
        if response.is_error:
            raise Refused(f"{body.get('message') or body.get('error') or response.reason_phrase}")
        return body


def _trust(ca_certs: str | None) -> ssl.SSLContext | bool:
    if ca_certs is None:
        return True
    try:
        return ssl.create_default_context(cafile=ca_certs)
    except (OSError, ssl.SSLError) as error:
        raise Misconfigured(
            f"The certificates in {ca_certs} cannot be read", "Name a file of certificates in PEM."
        ) from error


def _is_ready(status: Json) -> bool:
    """Say whether Kibana can take objects: all is available, or all that they need.

    Some plugins want the internet, and say for ever that they are degraded where there is none.
    """
    level = status["overall"].get("level")
    core = status.get("core") or {}
    needed = [(core.get(name) or {}).get("level") for name in ("elasticsearch", "savedObjects")]
    return bool(level == "available" or (level == "degraded" and needed == ["available", "available"]))
