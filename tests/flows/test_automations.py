"""The automations: installed once however often, and a call that arrives."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.sorting import AutomationSort
from prefect.events import emit_event
from pydantic import SecretStr

from flows.automations import MANY, QUARANTINED, build_call, install_automations

pytestmark = pytest.mark.flows


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[bytes]]]:
    """A local server that keeps what is posted to it."""
    posted: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/calls", posted
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def read_automations() -> dict[str, str]:
    """Our automations on the server, each with its description."""
    with get_client(sync_client=True) as client:
        automations = client.read_automations(sort=AutomationSort.NAME_ASC, limit=200)
    return {one.name: one.description for one in automations if one.name.startswith("daftar")}


def test_installing_again_changes_nothing() -> None:
    names = sorted(install_automations(300, None))
    assert len(names) == 3
    install_automations(300, None)
    assert [*read_automations()] == names


def test_an_automation_that_calls_nobody_says_so(receiver: tuple[str, list[bytes]]) -> None:
    install_automations(300, None)
    silent = "Nobody is called: DAFTAR_WEBHOOK is not set."
    assert [name for name, description in read_automations().items() if description.endswith(silent)] == [
        "daftar: many files in quarantine",
        "daftar: no watch has succeeded",
    ]
    install_automations(300, SecretStr(receiver[0]))
    assert not any("Nobody" in description for description in read_automations().values())
    install_automations(300, None)


def test_many_quarantined_files_call_the_operator(receiver: tuple[str, list[bytes]]) -> None:
    url, posted = receiver
    install_automations(300, SecretStr(url))
    deadline = time.monotonic() + 60
    sent = 0
    while not posted and time.monotonic() < deadline:
        # The server takes up a new automation a moment after it was made.
        for _ in range(MANY):
            sent += 1
            emit_event(QUARANTINED, resource={"prefect.resource.id": f"daftar.file.{sent}"})
        time.sleep(2)
    install_automations(300, None)
    assert json.loads(posted[0])["automation"] == "daftar: many files in quarantine"


def test_the_address_is_a_secret() -> None:
    assert "example" not in repr(build_call(SecretStr("http://127.0.0.1:9/example")))
