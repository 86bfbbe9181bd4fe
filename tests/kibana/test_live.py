"""On a live Kibana, where there is one: KIBANA_URL, and KIBANA_API_KEY or KIBANA_USERNAME and KIBANA_PASSWORD.

It is not collected without KIBANA_URL. The objects stand under a prefix of their own and are removed at the end.
"""

import json
import os
import secrets
from collections.abc import Iterator

import httpx
import pytest

from daftar.services.kibana import build_pack, push
from daftar.services.kibana_client import Credentials
from tasks.cluster import Target

URL = os.environ["KIBANA_URL"].rstrip("/")
CREDENTIALS = Credentials(
    api_key=os.environ.get("KIBANA_API_KEY"),
    username=os.environ.get("KIBANA_USERNAME"),
    password=os.environ.get("KIBANA_PASSWORD"),
)
PAGE = "http://localhost:8000"


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    headers = {"kbn-xsrf": "daftar"}
    if CREDENTIALS.api_key:
        headers["Authorization"] = f"ApiKey {CREDENTIALS.api_key}"
    basic = httpx.BasicAuth(CREDENTIALS.username, CREDENTIALS.password or "") if CREDENTIALS.username else None
    with httpx.Client(base_url=URL, headers=headers, auth=basic, timeout=60, trust_env=False) as client:
        yield client


@pytest.fixture
def target(client: httpx.Client) -> Iterator[Target]:
    target = Target("http://localhost:9200", f"test-{secrets.token_hex(6)}")
    yield target
    wanted = [{"type": saved.type, "id": saved.id} for saved in build_pack(target.prefix, PAGE)]
    client.post("/api/saved_objects/_bulk_delete", params={"force": "true"}, json=wanted).raise_for_status()


def test_kibana_takes_everything_twice(target: Target) -> None:
    first = push(URL, target, PAGE, credentials=CREDENTIALS, defaults=False)
    again = push(URL, target, PAGE, credentials=CREDENTIALS, defaults=False)
    assert first.objects == again.objects == {"dashboard": 2, "index-pattern": 2, "search": 5}
    assert again.overwritten == 9


def test_kibana_gives_everything_back(target: Target, client: httpx.Client) -> None:
    push(URL, target, PAGE, credentials=CREDENTIALS, defaults=False)
    dashboards = [{"type": "dashboard", "id": f"{target.prefix}-{name}"} for name in ("news", "ingest")]
    answer = client.post(
        "/api/saved_objects/_export", json={"objects": dashboards, "includeReferencesDeep": True}
    ).raise_for_status()
    *objects, summary = [json.loads(line) for line in answer.text.splitlines()]
    # The sessions for one language stand on no dashboard.
    pack = build_pack(target.prefix, PAGE)
    apart = {f"{target.prefix}-persian", f"{target.prefix}-arabic"}
    assert {saved["id"] for saved in objects} == {saved.id for saved in pack} - apart
    assert (summary["exportedCount"], summary["missingRefCount"]) == (7, 0)


@pytest.mark.parametrize("name", ["news", "ingest"])
def test_kibana_understands_every_panel(target: Target, client: httpx.Client, name: str) -> None:
    push(URL, target, PAGE, credentials=CREDENTIALS, defaults=False)
    answer = client.get(f"/api/dashboards/{target.prefix}-{name}").raise_for_status()
    assert "dropped_panel" not in answer.text
