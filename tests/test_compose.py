"""The production set-up: valid, of the versions in the code, its secrets from outside, nothing open to the world."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from daftar.services.download import SERVER
from flows.settings import Settings

PROJECT = Path(__file__).resolve().parents[1]
TEXT = (PROJECT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, Any] = COMPOSE["services"]

STAYING = ["elasticsearch", "kibana", "postgres", "prefect", "app", "page"]


def test_the_services() -> None:
    assert set(SERVICES) == {
        "certificates",
        "elasticsearch",
        "users",
        "kibana",
        "postgres",
        "prefect",
        "app",
        "page",
        "dashboards",
    }


def test_elasticsearch_and_kibana_are_of_the_version_of_the_embedded_node() -> None:
    version = SERVER.target.removeprefix("elasticsearch-")
    images = {SERVICES[name]["image"] for name in ("certificates", "elasticsearch", "users", "kibana")}
    assert images == {f"elasticsearch:{version}", f"kibana:{version}"}


def test_prefect_is_of_the_pinned_version() -> None:
    pins = (PROJECT / "constraints.txt").read_text(encoding="utf-8")
    pinned = re.search(r"^prefect==(.+)$", pins, re.MULTILINE)
    assert pinned
    assert SERVICES["prefect"]["image"] == f"prefecthq/prefect:{pinned[1]}-python3.11"


def test_the_app_is_of_the_version_of_the_project() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {SERVICES[name]["image"] for name in ("app", "page", "dashboards")} == {f"daftar:{project['version']}"}


def test_every_secret_comes_from_outside_and_stands_in_the_example() -> None:
    wanted = set(re.findall(r"\$\{([A-Z_]+)", TEXT))
    example = (PROJECT / ".env.example").read_text(encoding="utf-8")
    offered = dict(line.split("=", 1) for line in example.splitlines() if line and not line.startswith("#"))
    assert wanted <= set(offered)
    secrets = {name for name in offered if name.endswith(("_PASSWORD", "_KEY"))}
    assert all(offered[name] == "" for name in secrets)
    assert all(f"${{{name}:?" in TEXT for name in secrets)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_nothing_is_published_beyond_loopback(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", []))


@pytest.mark.parametrize("name", STAYING)
def test_services_that_stay_have_limits_and_come_back(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert service["init"] is True
    assert "mem_limit" in service


@pytest.mark.parametrize("name", STAYING)
def test_services_that_stay_say_when_they_are_ready(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


def test_the_volumes_that_are_used_are_declared() -> None:
    mounts = [mount for service in SERVICES.values() for mount in service.get("volumes", [])]
    named = {mount.split(":")[0] for mount in mounts if not mount.startswith(("$", ".", "/"))}
    assert named == set(COMPOSE["volumes"])


def test_security_and_tls_are_on() -> None:
    environment = SERVICES["elasticsearch"]["environment"]
    assert environment["xpack.security.enabled"] == "true"
    assert environment["xpack.security.http.ssl.enabled"] == "true"
    assert SERVICES["kibana"]["environment"]["SERVER_SSL_ENABLED"] == "true"
    addresses = [
        value
        for service in SERVICES.values()
        for name, value in service.get("environment", {}).items()
        if name in ("DAFTAR_ELASTICSEARCH_URL", "DAFTAR_KIBANA_URL", "ELASTICSEARCH_HOSTS")
    ]
    assert len(addresses) == 4
    assert all(address.startswith("https://") for address in addresses)


def test_the_settings_of_the_app_are_settings() -> None:
    names = {name for service in SERVICES.values() for name in service.get("environment", {})}
    ours = {name for name in names if name.startswith("DAFTAR_")}
    assert ours
    assert ours <= {f"DAFTAR_{name.upper()}" for name in Settings.model_fields}
