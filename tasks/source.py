"""A finished document in the shape the index takes: the names here are those of `mappings`."""

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any, Final

from tasks.document import Article, DateMention, Enrichment, File, Language, Page

#: Mentions below this confidence are kept, but a search by date does not find the document by them.
_SURE: Final = 0.3


def to_file_source(file: File, sha256: str, encoding: str) -> dict[str, Any]:
    """The `file` object of a document: where its text was found, and the file's own facts."""
    directory, _, name = file.path.rpartition("/")
    return {
        "path": file.path,
        "name": name,
        "directory": directory,
        "size": file.size,
        "mtime": to_time(file.mtime_ns),
        "hash": {"sha256": sha256},
        "encoding": encoding,
    }


def to_day(nanoseconds: int) -> date:
    """The day of a file's time, in UTC."""
    return date.fromisoformat(to_time(nanoseconds)[:10])


def to_time(nanoseconds: int) -> str:
    """A file's time as ISO 8601 in UTC, milliseconds: what dates in the index are written in."""
    seconds = min(max(nanoseconds // 1_000_000, _EARLIEST), _LATEST) / 1000
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


_EARLIEST = int(datetime(1, 1, 2, tzinfo=UTC).timestamp() * 1000)
_LATEST = int(datetime(9999, 12, 30, tzinfo=UTC).timestamp() * 1000)


def to_source(
    page: Page,
    language: Language,
    article: Article,
    enrichment: Enrichment,
    run_id: str,
    pipeline_version: int,
) -> dict[str, Any]:
    """Build the document that Elasticsearch stores. It is current, and its first version until told otherwise."""
    file = to_file_source(page.file, page.sha256, page.encoding)
    return {
        "@timestamp": file["mtime"] if enrichment.published.method == "file" else enrichment.published.date.isoformat(),
        "document_id": page.document_id,
        "current": True,
        "version": 1,
        "language": language.code,
        "language_confidence": round(language.confidence, 4),
        "languages": [code for code, _ in language.shares] or [language.code],
        "title": article.title,
        "body": article.body,
        "removed_text": article.removed_text or None,
        "file": file,
        "paths": [page.file.path],
        **_to_dates(enrichment),
        "word_count": enrichment.word_count,
        "repairs": [*page.repairs, *article.repairs],
        "pipeline_version": pipeline_version,
        "run_id": run_id,
        "event": {"ingested": datetime.now(UTC).isoformat(timespec="milliseconds")},
    }


def _to_dates(enrichment: Enrichment) -> dict[str, Any]:
    published = enrichment.published
    year, month, day = published.jalali
    sure = [mention for mention in enrichment.dates if mention.confidence >= _SURE]
    return {
        "published": published.date.isoformat(),
        "published_text": published.text or None,
        "published_method": published.method,
        "published_jalali": f"{year:04}-{month:02}-{day:02}",
        "published_jalali_month": f"{year:04}-{month:02}",
        "dates": [{"gte": mention.start.isoformat(), "lte": mention.end.isoformat()} for mention in sure],
        "date_mentions": [_to_mention(mention) for mention in enrichment.dates],
    }


def _to_mention(mention: DateMention) -> dict[str, Any]:
    fields = asdict(mention)
    return fields | {"start": mention.start.isoformat(), "end": mention.end.isoformat()}
