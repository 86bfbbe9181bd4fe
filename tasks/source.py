"""A finished document in the shape the index takes: the names here are those of `mappings`."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from mappings.letters import fold
from tasks.document import Article, DateMention, Enrichment, EntityMention, Language, Page
from tasks.enrich.copies import pack_sketch
from tasks.enrich.gazetteer import load_gazetteer
from tasks.file_source import to_file_source

#: Mentions below this confidence are kept, but a search by date does not find the document by them.
_SURE: Final = 0.3

#: The repair that only search sees: words of the text are also found by the spelling with their half-spaces.
_HALF_SPACES: Final = "half-spaces"

_FACETS: Final = {"person": "people", "place": "places", "organization": "organizations"}


def to_source(
    page: Page,
    language: Language,
    article: Article,
    enrichment: Enrichment,
    run_id: str,
    pipeline_version: int,
) -> dict[str, Any]:
    """Build the document that Elasticsearch stores.

    It is current, its first version and a story of its own until told otherwise.
    """
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
        "restored": " ".join(enrichment.restored) or None,
        "removed_text": article.removed_text or None,
        "file": file,
        "paths": [page.file.path],
        **_to_dates(enrichment),
        **to_entities(enrichment.entities),
        "keyphrases": list(enrichment.keyphrases),
        "signature": list(enrichment.signature),
        "sketch": pack_sketch(enrichment.signature) or None,
        "story_id": page.document_id,
        "copies": 0,
        "word_count": enrichment.word_count,
        "repairs": [*page.repairs, *article.repairs, *([_HALF_SPACES] if enrichment.restored else [])],
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
    return _to_fields(mention) | {"start": mention.start.isoformat(), "end": mention.end.isoformat()}


def _to_fields(mention: DateMention | EntityMention) -> dict[str, Any]:
    """Return the fields of a mention by name; `dataclasses.asdict` copies every value, in ten times the time."""
    return {name: getattr(mention, name) for name in mention.__slots__}


def to_entities(mentions: tuple[EntityMention, ...]) -> dict[str, Any]:
    """The fields of a document that its names fill.

    Facets have the English label, so that one entity is one value whichever language the page is in.

    People known by their title alone (candidates) have no label in the other script and are not in the facets;
    they are found by their id and by their name as written.
    """
    gazetteer = load_gazetteer()
    ids = list(dict.fromkeys(mention.id for mention in mentions))
    known = [gazetteer.entity(entity_id) for entity_id in ids if entity_id in gazetteer]
    names = [spelling for entity in known for spelling in gazetteer.spellings(entity.id)]
    names += [mention.text for mention in mentions if mention.id not in gazetteer]
    labels = {kind: [entity.label_in("en") for entity in known if entity.kind == kind] for kind in _FACETS}
    places = [entity.location for entity in known if entity.location]
    return {
        **{_FACETS[kind]: found for kind, found in labels.items()},
        "entity_ids": ids,
        "names": _drop_equal(names),
        "entity_mentions": [_to_fields(mention) for mention in mentions],
        "location": [{"lat": lat, "lon": lon} for lat, lon in places],
    }


def _drop_equal(names: list[str]) -> list[str]:
    """Keep the first of the spellings that the analysis makes equal: each costs the server two analyses."""
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(_analyse(name), name)
    return list(first.values())


@lru_cache(maxsize=1 << 14)
def _analyse(name: str) -> str:
    return fold(name).casefold()
