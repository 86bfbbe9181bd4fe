"""Related coverage as the document page lists it: what is in another language first."""

from typing import Any, Final

from daftar.search.related import related
from tasks.cluster import Target

Json = dict[str, Any]


#: What is not a quarter as near as the nearest shares a country with the page, and no story.
_LEAST_SHARE: Final = 0.25


def list_related(target: Target, document: Json) -> list[Json]:
    """Return what is related to a document in the shape that documents have in a list."""
    found = related(target, document["document_id"], size=8)
    found = [other for other in found if other.score >= found[0].score * _LEAST_SHARE]
    found.sort(key=lambda other: other.language == document.get("language"))
    return [
        {
            "document_id": other.document_id,
            "language": other.language,
            "title": other.title,
            "published": other.published,
            "published_method": other.published_method,
            "file": {"path": other.path},
        }
        for other in found
    ]
