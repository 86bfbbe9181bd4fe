"""The connection to Elasticsearch: one client a process, its errors in our words, daftar's indices in place."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from elasticsearch import (
    ApiError,
    AuthenticationException,
    AuthorizationException,
    Elasticsearch,
    SSLError,
    TransportError,
    UnsupportedProductError,
)

import mappings
from tasks.errors import Misconfigured, Unavailable
from tasks.refusals import explain_distrust, explain_refusal

#: The index a language goes to; every other language shares `other`.
INDEX_LANGUAGES: Final = ("fa", "ar", "other")

_MAJOR: Final = 9
_PAGE: Final = 5_000
_BUSY: Final = frozenset({408, 429, 502, 503, 504})

#: Errors that say nothing about a document: an index is closed, or gone until `install` puts it back; a restart
#: has ended a search over several pages; the disk takes no more, after which the shard is closed for a while.
_PASSING: Final = frozenset(
    {
        "index_closed_exception",
        "index_not_found_exception",
        "search_context_missing_exception",
        "i_o_exception",
        "translog_exception",
        "already_closed_exception",
    }
)


@dataclass(frozen=True, slots=True)
class Target:
    """Which Elasticsearch, and under which prefix daftar's indices and aliases lie in it."""

    url: str
    prefix: str = "daftar"
    api_key: str | None = field(default=None, repr=False)
    ca_certs: str | None = None
    basic_auth: tuple[str, str] | None = field(default=None, repr=False)

    def documents(self, language: str | None = None) -> str:
        """The alias of the current documents, or the one a language's documents are written to."""
        return f"{self.prefix}-documents" if language is None else f"{self.prefix}-documents-{index_language(language)}"

    @property
    def all_documents(self) -> str:
        """The alias of every version of every document."""
        return f"{self.prefix}-documents-all"

    @property
    def files(self) -> str:
        """The alias of the ledger."""
        return f"{self.prefix}-files"


def index_language(language: str | None) -> str:
    """Name the index of a language: `index_language("fa") == "fa"`, `index_language("ur") == "other"`."""
    return language if language in INDEX_LANGUAGES else "other"


@cache
def connect(target: Target) -> Elasticsearch:
    """Return this process's client. Nothing is sent yet; retries are the callers' (one layer, not two)."""
    certificates: dict[str, Any] = {"ca_certs": target.ca_certs} if target.ca_certs else {}
    return Elasticsearch(
        target.url,
        api_key=target.api_key,
        basic_auth=target.basic_auth,
        request_timeout=60,
        max_retries=0,
        retry_on_timeout=False,
        opaque_id="daftar",
        **certificates,
    )


@contextmanager
def speaking_plainly(target: Target) -> Iterator[None]:
    """Turn the client's errors into ours: Unavailable for what may pass, Misconfigured for what will not."""
    try:
        yield
    except (AuthenticationException, AuthorizationException) as error:
        if is_blocked(error.body):
            raise Unavailable(*(_HELD if "index write (api)" in str(error.body) else _DISK_FULL)) from error
        refusal = explain_refusal(error.status_code, error.body)
        raise Misconfigured(
            f"Elasticsearch at {target.url} refused daftar's credentials ({refusal})",
            "Check DAFTAR_ELASTICSEARCH_API_KEY, or _USERNAME and _PASSWORD, and the rights of their role.",
        ) from error
    except ApiError as error:
        if error.status_code in _BUSY:
            raise Unavailable(
                f"Elasticsearch at {target.url} is too busy ({error.status_code})",
                "It is asked again by itself.",
            ) from error
        if is_passing(error.status_code, error.body):
            raise Unavailable(
                f"Elasticsearch at {target.url} was restarted meanwhile, or has closed or lost indices of daftar's",
                "Open closed ones; the next run puts back what is missing.",
            ) from error
        raise
    except SSLError as error:
        raise Misconfigured(*explain_distrust(target.url, target.ca_certs, error.__cause__)) from error
    except TransportError as error:
        raise Unavailable(
            f"Elasticsearch at {target.url} does not answer ({type(error).__name__})",
            "Start it with `daftar up`, or correct DAFTAR_ELASTICSEARCH_URL.",
        ) from error


_DISK_FULL: Final = (
    "Elasticsearch has made its indices read-only because its disk is nearly full",
    "Free space on its data disk; the next run carries on by itself.",
)

_HELD: Final = (
    "Elasticsearch takes no documents while a rebuild puts new indices in place",
    "That takes seconds; the next run carries on by itself.",
)


def is_blocked(body: Any) -> bool:
    """Say whether an error body is a cluster block, which a full disk causes."""
    return isinstance(body, dict) and "cluster_block_exception" in str(body.get("error", body))


def is_passing(status: int, error: Any) -> bool:
    """Say whether an error (of a bulk item, or a body) may pass: overload, a full disk, an index closed or gone."""
    return status in _BUSY or is_blocked({"error": error}) or not _PASSING.isdisjoint(_types(error))


def check_found(docs: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the documents that a multi-get found.

    Raises Unavailable when one could not be looked for, which must not be taken for its absence.
    """
    for doc in docs:
        if "error" in doc:
            raise Unavailable(
                f"Elasticsearch cannot read {doc['_index']} now ({doc['error'].get('type')})",
                "The run tries again by itself; the next one carries on.",
            )
        if doc["found"]:
            yield doc


def read_sorted(
    target: Target, index: str, query: dict[str, Any], sort: list[str], fields: list[str], page: int = _PAGE
) -> Iterator[dict[str, Any]]:
    """Yield the named fields of everything in `index` that `query` finds, sorted ascending by unique `sort`.

    `page` at a time, from one point in time: what is written meanwhile does not disturb it.
    """
    client = connect(target)
    with speaking_plainly(target):
        client.indices.refresh(index=index)
        pit = client.open_point_in_time(index=index, keep_alive="5m")["id"]
        after: list[Any] | None = None
        try:
            while True:
                found = client.search(
                    pit={"id": pit, "keep_alive": "5m"},
                    query=query,
                    sort=[{name: "asc"} for name in sort],
                    size=page,
                    source_includes=fields,
                    search_after=after,
                    allow_partial_search_results=False,
                    track_total_hits=False,
                )
                pit = found["pit_id"]
                hits = found["hits"]["hits"]
                for hit in hits:
                    yield hit["_source"]
                if len(hits) < page:
                    return
                after = hits[-1]["sort"]
        finally:
            # One that a restart has closed already is not there any more.
            client.options(ignore_status=404).close_point_in_time(id=pit)


def _types(error: Any) -> Iterator[str]:
    """Yield the types named in an item's error or in an error body, with their root causes."""
    if isinstance(error, dict):
        yield str(error.get("type"))
        for cause in (error.get("error"), *error.get("root_cause", ())):
            yield from _types(cause)


def check_server(target: Target) -> str:
    """Return the version of the server.

    Raises Unavailable when nothing answers, Misconfigured when it is no Elasticsearch of major 9.
    """
    with speaking_plainly(target):
        try:
            version = str(connect(target).info()["version"]["number"])
        except (KeyError, TypeError, ValueError) as error:
            raise _wrong_server(target, "something else") from error
        except UnsupportedProductError as error:
            raise _wrong_server(target, "something else") from error
        except ApiError as error:
            if error.status_code in (400, 406):
                raise _wrong_server(target, "an older version") from error
            raise
    if version.partition(".")[0] != str(_MAJOR):
        raise _wrong_server(target, f"version {version}")
    return version


def _wrong_server(target: Target, found: str) -> Misconfigured:
    return Misconfigured(
        f"daftar needs Elasticsearch {_MAJOR}, but {target.url} is {found}",
        f"Point DAFTAR_ELASTICSEARCH_URL at a cluster of major {_MAJOR}, or unset it to use the embedded one.",
    )


def install(target: Target, shards: int = 1, replicas: str = "0-1", refresh: str = mappings.REFRESH) -> None:
    """Put templates, first indices and aliases in place; what is there already is left alone."""
    client = connect(target)
    with speaking_plainly(target):
        for series in list_series(target):
            client.indices.put_index_template(name=series.alias, **series.template(shards, replicas, refresh))
            _create(client, series.alias, series.aliases)


@dataclass(frozen=True, slots=True)
class Series:
    """The versions of one index, `{alias}-000001` and on: of a language's documents, or of the ledger.

    `aliases` are those of the version that serves; `alias` is the one it is written by.
    """

    prefix: str
    alias: str
    language: str | None
    aliases: dict[str, dict[str, Any]]

    def template(self, shards: int = 1, replicas: str = "0-1", refresh: str = mappings.REFRESH) -> dict[str, Any]:
        """The index template of today."""
        if self.language is None:
            return mappings.ledger_template(self.prefix, shards, replicas, refresh)
        return mappings.document_template(self.prefix, self.language, shards, replicas, refresh)


def list_series(target: Target) -> list[Series]:
    """Return the series of every language, and that of the ledger last."""
    shared = {target.documents(): {"filter": {"term": {"current": True}}}, target.all_documents: {}}
    aliases = {language: target.documents(language) for language in INDEX_LANGUAGES}
    documents = [
        Series(target.prefix, alias, language, {alias: {"is_write_index": True}, **shared})
        for language, alias in aliases.items()
    ]
    return [*documents, Series(target.prefix, target.files, None, {target.files: {"is_write_index": True}})]


def _create(client: Elasticsearch, alias: str, aliases: dict[str, Any]) -> None:
    if client.indices.exists_alias(name=alias):
        return
    try:
        client.indices.create(index=f"{alias}-000001", aliases=aliases)
    except ApiError as error:
        if "resource_already_exists_exception" not in str(error):
            raise
