"""The dashboard *News*, for analysts: when, in which language, about whom and where; what was copied most."""

from collections.abc import Mapping
from typing import Final

from mappings.kibana.conditions import exceeds
from mappings.kibana.layout import Control, Note, Place, SessionList, build_dashboard
from mappings.kibana.lens import (
    Chart,
    by_time,
    by_value,
    count,
    draw_cloud,
    draw_series,
    draw_shares,
    list_rows,
    measure,
    rank_values,
    show_number,
)
from mappings.kibana.names import load_help, load_names
from mappings.kibana.saved_objects import ARCHIVE, SavedObject

Labels = Mapping[str, str]

_LANGUAGES: Final = 8
_MONTHS: Final = 36
_WORDS: Final = 50
_STORIES: Final = 15

#: Fields with a list to choose values from, by the name of the control.
_CHOICES: Final = {
    "language": "language",
    "person": "people",
    "place": "places",
    "month": "published_jalali_month",
}


def build_news(prefix: str, labels: Labels) -> SavedObject:
    """Build the dashboard over the view `{prefix}-documents`; `labels` are the names of the documents' fields."""
    view, titles = f"{prefix}-documents", load_names("titles")
    places = [
        Place("over_time", _draw_time(view, labels), 0, 0, 33, 13),
        Place("help", Note(titles["help"], load_help()), 33, 0, 15, 27),
        Place("documents", show_number(titles["documents"], view, count(titles["documents"])), 0, 13, 9, 7),
        Place("stories", _count_stories(view, labels), 0, 20, 9, 7),
        Place("languages", _draw_languages(view, labels), 9, 13, 11, 14),
        Place("months", _list_months(view, labels), 20, 13, 13, 14),
        Place("people", _rank(view, labels, "people"), 0, 27, 16, 16),
        Place("places", _rank(view, labels, "places"), 16, 27, 16, 16),
        Place("organizations", _rank(view, labels, "organizations"), 32, 27, 16, 16),
        Place("keyphrases", _draw_keyphrases(view, labels), 0, 43, 30, 15),
        Place("sources", _rank(view, labels, "file.directory"), 30, 43, 18, 15),
        Place("most_copied", _list_most_copied(view, labels), 0, 58, 48, 14),
        Place("newest", SessionList(titles["newest"], f"{prefix}-all"), 0, 72, 48, 20),
    ]
    controls = [Control(name, labels[field], field, view) for name, field in _CHOICES.items()]
    description = "What the archive tells: when, in which language, about whom and where."
    return build_dashboard(f"{prefix}-news", f"{prefix}: {titles['news']}", description, places, controls, ARCHIVE)


def _rank(view: str, labels: Labels, field: str) -> Chart:
    return rank_values(view, field, labels[field], count(load_names("titles")["documents"]))


def _draw_time(view: str, labels: Labels) -> Chart:
    titles = load_names("titles")
    documents = count(titles["documents"])
    languages = by_value("language", labels["language"], _LANGUAGES, documents)
    return draw_series(
        titles["over_time"], view, by_time("@timestamp", labels["@timestamp"]), [documents], split=languages
    )


def _count_stories(view: str, labels: Labels) -> Chart:
    label = labels["story_id"]
    return show_number(label, view, measure("unique_count", "story_id", label))


def _draw_languages(view: str, labels: Labels) -> Chart:
    documents = count(load_names("titles")["documents"])
    return draw_shares(
        labels["language"], view, by_value("language", labels["language"], _LANGUAGES, documents), documents
    )


def _list_months(view: str, labels: Labels) -> Chart:
    label = labels["published_jalali_month"]
    months = by_value("published_jalali_month", label, _MONTHS, None)
    return list_rows(label, view, [months, count(load_names("titles")["documents"])])


def _draw_keyphrases(view: str, labels: Labels) -> Chart:
    documents = count(load_names("titles")["documents"])
    words = by_value("keyphrases", labels["keyphrases"], _WORDS, documents)
    return draw_cloud(labels["keyphrases"], view, words, documents)


def _list_most_copied(view: str, labels: Labels) -> Chart:
    titles = load_names("titles")
    copies = measure("max", "copies", labels["copies"])
    columns = [
        by_value("document_id", labels["document_id"], _STORIES, copies, name="document"),
        by_value("title.raw", labels["title"], 1, copies, name="title"),
        copies,
        measure("min", "@timestamp", titles["first"], kind="date"),
    ]
    # Only the first of a story's documents counts its copies, so that each story has one row.
    return list_rows(titles["most_copied"], view, columns, exceeds("copies", 0))
