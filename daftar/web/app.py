"""The application: its addresses, its headers, and a page for everything that can go wrong."""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, Final

from elasticsearch import ApiError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from daftar.search.documents import read_document
from daftar.web.comparison import compare_texts
from daftar.web.document_page import fetch_bundle, show_document
from daftar.web.explain_page import analyse, show_explanation
from daftar.web.exports import write_csv, write_lines
from daftar.web.feeds import write_feed
from daftar.web.gate import EXPORTS, SEARCHES, Busy, Gate
from daftar.web.headers import SecurityHeaders
from daftar.web.interface import Interface, choose_language
from daftar.web.listing import find_listing, find_newest, list_all
from daftar.web.metrics import build_metrics
from daftar.web.parameters import Asked, read_parameters
from daftar.web.rendering import render
from daftar.web.search_page import show_item, show_listing
from tasks.cluster import Target
from tasks.errors import DaftarError, Misconfigured, Unavailable

#: Names the page is asked for by; another one is a foreign site that had a name point here.
LOOPBACK: Final = ("127.0.0.1", "localhost")

#: Seconds after which a page that could not be made asks again.
_RETRY: Final = 5
_PLAIN: Final = (".xml", ".csv", ".jsonl")

_log = logging.getLogger("daftar.web")


class Pages:
    """The handlers; `find_target` is asked at every request, so that a node that moved is found again."""

    def __init__(self, find_target: Callable[[], Target]) -> None:
        self._target = find_target
        self._searches = Gate(SEARCHES)
        self._exports = Gate(EXPORTS)

    async def search(self, request: Request) -> Response:
        """The search page, which without a search shows the newest documents."""
        asked, interface = read_request(request)
        listing = await self._searches.run(find_listing, self._target(), asked)
        return answer("search.html", request, asked, interface, **show_listing(listing, asked, interface))

    async def document(self, request: Request) -> Response:
        """The page of one document."""
        asked, interface = read_request(request)
        document = await self._read(request.path_params["document_id"])
        bundle = await self._searches.run(fetch_bundle, self._target(), document, asked.text)
        return answer("document.html", request, asked, interface, **show_document(bundle, asked, interface))

    async def compare(self, request: Request) -> Response:
        """What one document has and another has not."""
        asked, interface = read_request(request)
        new, old = [await self._read(request.path_params[name]) for name in ("document_id", "other_id")]
        texts = [f"{document.get('title') or ''}\n\n{document.get('body') or ''}" for document in (old, new)]
        comparison = await self._searches.run(compare_texts, *texts)
        items = [
            show_item({"_source": document}, Asked(interface=asked.interface, theme=asked.theme), interface)
            for document in (old, new)
        ]
        return answer(
            "compare.html",
            request,
            asked,
            interface,
            old=items[0],
            new=items[1],
            comparison=comparison,
        )

    async def explain(self, request: Request) -> Response:
        """What the analysis makes of a text."""
        pairs = [("q" if name == "text" else name, value) for name, value in request.query_params.multi_items()]
        asked, interface = read_request(request, pairs)
        found = await self._searches.run(analyse, self._target(), asked.text) if asked.text else None
        return answer("explain.html", request, asked, interface, **show_explanation(found, interface))

    async def feed(self, request: Request) -> Response:
        """A search as an Atom feed."""
        asked, interface = read_request(request)
        hits = await self._searches.run(find_newest, self._target(), asked)
        base = str(request.base_url).rstrip("/")
        return Response(write_feed(hits, asked, interface, base), media_type="application/atom+xml")

    async def table(self, request: Request) -> Response:
        """All results as CSV."""
        return await self._export(request, write_csv, "csv", "text/csv")

    async def lines(self, request: Request) -> Response:
        """All results as JSON Lines."""
        return await self._export(request, write_lines, "jsonl", "application/x-ndjson")

    async def _export(
        self, request: Request, write: Callable[[Iterator[list[Any]]], Iterator[bytes]], suffix: str, kind: str
    ) -> Response:
        asked, _ = read_request(request)
        name = f"daftar-{datetime.now(UTC):%Y-%m-%d}.{suffix}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        if request.method == "HEAD":
            return Response(media_type=kind, headers=headers)
        parts = await self._exports.stream(write(list_all(self._target(), asked)))
        return StreamingResponse(parts, media_type=kind, headers=headers)

    async def _read(self, document_id: str) -> dict[str, Any]:
        if len(document_id) > 128:
            raise HTTPException(404)
        document = await self._searches.run(read_document, self._target(), document_id)
        if document is None:
            raise HTTPException(404)
        return document


def read_request(request: Request, pairs: Sequence[tuple[str, str]] | None = None) -> tuple[Asked, Interface]:
    """Return what a request asks for, and the interface it is answered in."""
    asked = read_parameters(request.query_params.multi_items() if pairs is None else pairs)
    return asked, Interface(choose_language(asked.interface, request.headers.get("accept-language", "")))


def answer(
    template: str, request: Request, asked: Asked, interface: Interface, status: int = 200, **values: Any
) -> Response:
    """Return a page made from a template."""
    page = render(template, asked, interface, request.url.path, **values)
    headers = {"Content-Language": interface.language, "Vary": "Accept-Language", "Cache-Control": "no-cache"}
    return HTMLResponse(page, status, headers)


def answer_error(request: Request, status: int, message: str = "") -> Response:
    """Return the page of an error; `message` names its words where they are not those of the status."""
    asked, interface = read_request(request)
    key = f"error.{message or status}"
    if not interface.knows(key):
        key = "error.400"
    if request.url.path.endswith(_PLAIN):
        response: Response = PlainTextResponse(f"{interface.say(key)}\n", status)
    else:
        response = answer("error.html", request, asked, interface, status, key=key)
    if status == 503:
        response.headers["Retry-After"] = response.headers["Refresh"] = str(_RETRY)
    return response


async def handle_http(request: Request, error: Exception) -> Response:
    """No such page, or no such method."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    response = answer_error(request, status)
    response.headers.update((error.headers or {}) if isinstance(error, HTTPException) else {})
    return response


async def handle_fault(request: Request, error: Exception) -> Response:
    """Elasticsearch does not answer, is not known, or holds no archive yet: all of it may pass."""
    if isinstance(error, ApiError):
        if error.status_code == 400:
            _log.warning("Elasticsearch refused a request: %s", error)
            return answer_error(request, 400)
        if error.status_code != 404:
            return await handle_bug(request, error)
    _log.warning("no answer: %s", error if isinstance(error, DaftarError) else type(error).__name__)
    return answer_error(request, 503)


async def handle_busy(request: Request, _: Exception) -> Response:
    """Too many are searching."""
    return answer_error(request, 503, "429")


async def handle_bug(request: Request, error: Exception) -> Response:
    """A fault of ours: written down, and a page that says so."""
    _log.error("cannot answer %s", request.url.path, exc_info=error)
    return answer_error(request, 500)


async def answer_health(_: Request) -> Response:
    """Say that the page is there; whether Elasticsearch is, the pages say."""
    return JSONResponse({"ok": True, "service": "daftar"})


class Static(StaticFiles):
    """Static files, which browsers may keep: their addresses change with their content."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """Return a file, to be kept for a day."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=86400"
        return response


def build_app(find_target: Callable[[], Target], hosts: Sequence[str] = LOOPBACK) -> ASGIApp:
    """Return the application over the Elasticsearch that `find_target` names; `hosts` are the names it answers to."""
    pages = Pages(find_target)
    handlers: dict[Any, Any] = {
        HTTPException: handle_http,
        Unavailable: handle_fault,
        Misconfigured: handle_fault,
        ApiError: handle_fault,
        Busy: handle_busy,
        Exception: handle_bug,
    }
    routes = [
        Route("/", pages.search),
        Route("/documents/{document_id}", pages.document),
        Route("/documents/{document_id}/compare/{other_id}", pages.compare),
        Route("/explain", pages.explain),
        Route("/feed.xml", pages.feed),
        Route("/results.csv", pages.table),
        Route("/results.jsonl", pages.lines),
        Route("/health", answer_health),
        Route("/metrics", build_metrics(find_target)),
        Mount("/static", Static(directory=str(files("daftar.web") / "static"))),
    ]
    middleware = [Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)]
    return SecurityHeaders(Starlette(routes=routes, exception_handlers=handlers, middleware=middleware))
