"""What daftar sees in a text: its language, its tokens in each chain, the dates and names in it."""

from datetime import date
from typing import Any, Final

from tasks.cluster import Target, connect, speaking_plainly
from tasks.detect import detect
from tasks.document import DateMention, EntityMention
from tasks.enrich.dates import find_dates
from tasks.enrich.names import find_names
from tasks.text.clean import clean

#: The languages with a chain of their own.
CHAINS: Final = ("fa", "ar")

#: The analyzer that documents and words are matched by.
_ANALYZER: Final = "precise"


def explain(target: Target, text: str, published: date | None = None) -> dict[str, Any]:
    """Build the object that `daftar explain --json` prints; offsets count in characters of `text` as it is shown.

    `published` resolves dates without a year. Raises Unavailable when Elasticsearch, which has the chains, does
    not answer.
    """
    text = clean(text)
    language = detect(text)
    return {
        "text": text,
        "language": language.code,
        "language_confidence": round(language.confidence, 4),
        "tokens": {chain: list_tokens(target, chain, text) for chain in CHAINS},
        "dates": [_to_date(mention) for mention in find_dates(text, language.code, published)],
        "names": [_to_name(mention) for mention in find_names(text, language.code)],
    }


def list_tokens(target: Target, language: str, text: str, analyzer: str = _ANALYZER) -> list[str]:
    """Return the tokens that a document's text has in the index of a language."""
    if not text.strip():
        return []
    with speaking_plainly(target):
        answer = connect(target).indices.analyze(index=target.documents(language), analyzer=analyzer, text=text)
    return [token["token"] for token in answer["tokens"]]


def _to_date(mention: DateMention) -> dict[str, Any]:
    return {
        "text": mention.text,
        "start": mention.start.isoformat(),
        "end": mention.end.isoformat(),
        "calendar": mention.calendar,
        "precision": mention.precision,
        "confidence": round(mention.confidence, 3),
        "offset": list(mention.offset),
    }


def _to_name(mention: EntityMention) -> dict[str, Any]:
    return {
        "id": mention.id,
        "label": mention.label,
        "kind": mention.kind,
        "text": mention.text,
        "offset": list(mention.offset),
    }
