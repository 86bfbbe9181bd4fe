"""What narrows a search besides its words: facet values, a span of days, first copies only.

Values of a facet with one value a document (language, folder) are alternatives, and its counts stay those of
all its values; values of the others must all be there. The request therefore has filters before and after the
aggregations.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final

from daftar.search.labels import FACETS, TIME, Facet

Json = dict[str, Any]

#: Values that a facet offers, and about as many bars as the histogram has at the most.
FACET_SIZE: Final = 30
HISTOGRAM_BARS: Final = 40

_HISTOGRAM: Final = "histogram"
_VALUES: Final = "values"


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the documents must have: values by the facet's name, days (both included), no copies."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    start: date | None = None
    end: date | None = None
    first_only: bool = False


@dataclass(frozen=True, slots=True)
class Bucket:
    """One value of a facet and how many documents have it; `example` is a title, where the value is a story's id."""

    value: str
    count: int
    example: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """The documents of some days, both included."""

    start: date
    end: date
    count: int


def filter_all(narrowing: Narrowing) -> list[Json]:
    """Return the clauses that every result and every count obeys."""
    clauses: list[Json] = []
    if narrowing.start or narrowing.end:
        clauses.append({"range": {TIME: _day_range(narrowing.start, narrowing.end)}})
    if narrowing.first_only:
        clauses.append({"bool": {"must_not": {"exists": {"field": "copy_of"}}}})
    for facet in FACETS:
        if facet.several:
            clauses += ({"term": {facet.field: value}} for value in narrowing.values.get(facet.name, ()))
    return clauses


def _day_range(start: date | None, end: date | None) -> Json:
    span: Json = {"time_zone": "UTC"}
    if start:
        span["gte"] = start.isoformat()
    if end:
        span["lte"] = f"{end.isoformat()}||/d"
    return span


def filter_results(narrowing: Narrowing, besides: Facet | None = None) -> list[Json]:
    """Return the clauses of the facets with alternatives, without those of `besides`."""
    return [
        {"terms": {facet.field: list(chosen)}}
        for facet in FACETS
        if not facet.several and facet != besides and (chosen := narrowing.values.get(facet.name))
    ]


def build_aggregations(narrowing: Narrowing) -> Json:
    """Return the counts to ask for: every facet, and the documents over time."""
    wanted = {facet.name: _filtered(_count_values(facet), filter_results(narrowing, facet)) for facet in FACETS}
    bars = {"auto_date_histogram": {"field": TIME, "buckets": HISTOGRAM_BARS, "minimum_interval": "day"}}
    return wanted | {_HISTOGRAM: _filtered(bars, filter_results(narrowing))}


def _filtered(aggregation: Json, clauses: list[Json]) -> Json:
    # A filter that lets everything pass would be asked about every document all the same.
    return {"filter": {"bool": {"filter": clauses}}, "aggs": {_VALUES: aggregation}} if clauses else aggregation


def _count_values(facet: Facet) -> Json:
    order = [{"_count": "desc"}, {"_key": "asc"}]
    return {"terms": {"field": facet.field, "size": FACET_SIZE, "min_doc_count": facet.minimum, "order": order}}


def read_facets(aggregations: Mapping[str, Any]) -> dict[str, list[Bucket]]:
    """Return the values of every facet, most frequent first; a field that nobody has gives an empty list."""
    return {
        facet.name: [
            Bucket(str(bucket["key"]), int(bucket["doc_count"]))
            for bucket in _read_counts(aggregations, facet.name)["buckets"]
        ]
        for facet in FACETS
    }


def _read_counts(aggregations: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = aggregations[name]
    counts: Mapping[str, Any] = found.get(_VALUES, found)
    return counts


def build_originals(stories: Sequence[Bucket]) -> Json:
    """Return the request for the titles of stories, which are those of their originals.

    Asked afterwards for the few stories that are shown: among the counts it would be done for every story there is,
    which took longer than all the rest of a page.
    """
    chosen = {"filter": {"terms": {"story_id": [story.value for story in stories]}}}
    original = {"must_not": {"exists": {"field": "copy_of"}}}
    return {
        "query": {"bool": chosen | original},
        "collapse": {"field": "story_id"},
        "sort": [{TIME: "asc"}, {"document_id": "asc"}],
        "size": len(stories),
        "_source": ["story_id", "title"],
    }


def name_stories(stories: Iterable[Bucket], originals: Iterable[Mapping[str, Any]]) -> list[Bucket]:
    """Return the stories with the titles that `build_originals` found."""
    titles = {hit["_source"]["story_id"]: str(hit["_source"].get("title") or "") for hit in originals}
    return [replace(story, example=titles.get(story.value, "")) for story in stories]


def read_histogram(aggregations: Mapping[str, Any], narrowing: Narrowing) -> list[Bar]:
    """Return the bars over time, in order, each with its first and its last day.

    The bars of a narrowed search end where it ends.
    """
    found = _read_counts(aggregations, _HISTOGRAM)
    buckets: Sequence[Mapping[str, Any]] = found["buckets"]
    if not buckets:
        return []
    starts = [_to_day(bucket["key"]) for bucket in buckets]
    ends = [max(start, following - timedelta(1)) for start, following in pairwise(starts)]
    ends.append(_add_interval(starts[-1], str(found.get("interval", "1d"))))
    bars = []
    for start, end, bucket in zip(starts, ends, buckets, strict=True):
        first = max(start, narrowing.start) if narrowing.start else start
        last = min(end, narrowing.end) if narrowing.end else end
        if first <= last:
            bars.append(Bar(first, last, int(bucket["doc_count"])))
    return bars


def _to_day(milliseconds: float) -> date:
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)).date()
    except OverflowError:
        # A file's time may be written as a year that dates do not have.
        return date.min if milliseconds < 0 else date.max


def _add_interval(start: date, interval: str) -> date:
    """Return the last day of an interval as Elasticsearch writes it: 1y, 3M, 7d, 12h."""
    number, unit = int(interval[:-1] or 1), interval[-1]
    months = {"y": 12 * number, "M": number}.get(unit)
    try:
        if months is None:
            return start + timedelta(max(number, 1) - 1 if unit == "d" else 0)
        year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
        return date(year, month + 1, 1) - timedelta(1)
    except (ValueError, OverflowError):
        return date.max
