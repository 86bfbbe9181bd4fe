"""What Kibana gets from daftar: data views, Discover sessions and dashboards, built here and pushed as one file.

The builders know the fields by `mappings`; what the documents' fields are called comes from the caller, who
shares it with the search page. Nothing here talks to Kibana.
"""

from collections.abc import Mapping

from mappings.kibana.data_views import build_document_view, build_ledger_view
from mappings.kibana.ingest import build_ingest
from mappings.kibana.names import join_names
from mappings.kibana.news import build_news
from mappings.kibana.saved_objects import SavedObject, to_ndjson
from mappings.kibana.sessions import build_sessions

__all__ = ["SavedObject", "build_objects", "join_names", "to_ndjson"]


def build_objects(prefix: str, page_url: str, labels: Mapping[str, str]) -> list[SavedObject]:
    """Build every object for the indices under `prefix`, those that others need before those that need them.

    `page_url` is the address of the search page, without a slash at its end. `labels` are the names that the
    documents' fields go by (`{"people": "People · اشخاص · الأشخاص"}`). The same arguments give the same objects,
    ids included.
    """
    return [
        build_document_view(prefix, page_url, labels),
        build_ledger_view(prefix, page_url),
        *build_sessions(prefix),
        build_news(prefix, labels),
        build_ingest(prefix, labels),
    ]
