"""A reader who asks the application without a network."""

from collections.abc import Callable
from typing import Any

import anyio
import httpx
from starlette.types import ASGIApp

from daftar.web.app import build_app
from tasks.cluster import Target


class Reader:
    """Asks an application for pages; with `strict`, a fault of the application is raised here."""

    def __init__(self, app: ASGIApp, strict: bool = True, language: str = "en") -> None:
        self._app, self._strict = app, strict
        self._headers = {"accept-language": language}

    def get(self, url: str, method: str = "GET", **options: Any) -> httpx.Response:
        return self.get_all([url], method, **options)[0]

    def get_all(self, urls: list[str], method: str = "GET", **options: Any) -> list[httpx.Response]:
        """Ask for all at the same time; the answers are in the order of the addresses."""

        async def ask() -> list[httpx.Response]:
            transport = httpx.ASGITransport(self._app, raise_app_exceptions=self._strict)
            answers: dict[int, httpx.Response] = {}
            async with httpx.AsyncClient(
                transport=transport, base_url="http://127.0.0.1", headers=self._headers
            ) as client:

                async def ask_one(place: int, url: str) -> None:
                    answers[place] = await client.request(method, url, **options)

                async with anyio.create_task_group() as group:
                    for place, url in enumerate(urls):
                        group.start_soon(ask_one, place, url)
            return [answers[place] for place in range(len(urls))]

        return anyio.run(ask)


def read_from(target: Target | Callable[[], Target], **options: Any) -> Reader:
    """Return a reader of the page over an Elasticsearch."""
    return Reader(build_app(target if callable(target) else lambda: target), **options)
