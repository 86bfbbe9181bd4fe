"""A real browser before the real page over a real Elasticsearch."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from daftar.web.app import build_app
from tasks.cluster import Target
from tests.web.archive import DOCUMENTS, ingest, new_archive, store
from tests.web.conftest import SAMPLES


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: the one DAFTAR_CHROMIUM names, else the one of the system. A missing one is a failure."""
    path = os.environ.get("DAFTAR_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "These tests need Chromium: install it, or name one in DAFTAR_CHROMIUM"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address(elasticsearch_url: str) -> Iterator[str]:
    """The page over the sample pages and the documents with every field."""
    with new_archive(elasticsearch_url) as target:
        ingest(target, SAMPLES)
        store(target, DOCUMENTS)
        with Server(target) as address:
            yield address


class Server:
    """Serve the page in a thread, on a free port."""

    def __init__(self, target: Target) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        config = uvicorn.Config(build_app(lambda: target), host="127.0.0.1", port=self._port, log_level="warning")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        deadline = time.monotonic() + 30
        while not self._server.started and time.monotonic() < deadline:
            time.sleep(0.05)
        assert self._server.started
        return f"http://127.0.0.1:{self._port}"

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=30)


class Watch:
    """What a page said and asked for, from its opening on."""

    def __init__(self, context: BrowserContext) -> None:
        self.messages: list[str] = []
        self.requests: list[str] = []
        context.on("console", lambda message: self.messages.append(f"{message.type}: {message.text}"))
        context.on("weberror", lambda error: self.messages.append(f"error: {error.error}"))
        context.on("request", lambda request: self.requests.append(request.url))


@pytest.fixture(params=[True, False], ids=["with-script", "without-script"])
def either(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    """A page of a browser with or without JavaScript; afterwards, nothing was said and nobody else asked."""
    yield from open_page(browser, address, java_script_enabled=request.param)


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page of a browser with JavaScript; afterwards, nothing was said and nobody else asked."""
    yield from open_page(browser, address)


def open_page(browser: Browser, address: str, **options: object) -> Iterator[Page]:
    context = browser.new_context(base_url=address, locale="en", **options)  # type: ignore[arg-type]  # playwright's own
    watch = Watch(context)
    yield context.new_page()
    assert watch.messages == []
    assert {url for url in watch.requests if not url.startswith(f"{address}/")} == set()
    assert watch.requests
    context.close()
