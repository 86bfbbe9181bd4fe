"""Related coverage as the document page lists it: what is in another language first."""

from typing import Any

from daftar.search.related import related
from tasks.cluster import Target

Json = dict[str, Any]


def list_related(target: Target, document: Json) -> list[Json]:
    """Return what is related to a document in the shape that documents have in a list."""
    found = sorted(
        related(target, document["document_id"], size=8), key=lambda other: other.language == document.get("language")
    )
    return [
        {
            "document_id": other.document_id,
            "language": other.language,
            "title": other.title,
            "published": other.published,
            "file": {"path": other.path},
        }
        for other in found
    ]
