"""What narrows a search besides its words: facet values, a span of days, first copies only.

Values of a facet with one value a document (language, folder) are alternatives, and its counts stay those of
all its values; values of the others must all be there. The request therefore has filters before and after the
aggregations.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
_EXAMPLE: Final = "example"

#: Of the documents of a story, the one that the others are copies of (`tasks.stories`).
_ORIGINAL_FIRST: Final = [{TIME: "asc"}, {"word_count": "desc"}, {"document_id": "asc"}]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the documents must have: values by the facet's name, days (both included), no copies."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    start: date | None = None
    end: date | None = None
    first_only: bool = False


@dataclass(frozen=True, slots=True)
class Bucket:
    """One value of a facet and how many documents have it; `example` is a title, where values are ids."""

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
    return {"filter": {"bool": {"filter": clauses}}, "aggs": {_VALUES: aggregation}}


def _count_values(facet: Facet) -> Json:
    order = [{"_count": "desc"}, {"_key": "asc"}]
    counted: Json = {
        "terms": {"field": facet.field, "size": FACET_SIZE, "min_doc_count": facet.minimum, "order": order}
    }
    if facet.name == "story":
        counted["aggs"] = {_EXAMPLE: {"top_hits": {"size": 1, "_source": ["title"], "sort": _ORIGINAL_FIRST}}}
    return counted


def read_facets(aggregations: Mapping[str, Any]) -> dict[str, list[Bucket]]:
    """Return the values of every facet, most frequent first; a field that nobody has gives an empty list."""
    return {
        facet.name: [_read_bucket(bucket) for bucket in aggregations[facet.name][_VALUES]["buckets"]]
        for facet in FACETS
    }


def _read_bucket(bucket: Mapping[str, Any]) -> Bucket:
    examples = bucket.get(_EXAMPLE, {}).get("hits", {}).get("hits", [])
    title = str(examples[0]["_source"].get("title") or "") if examples else ""
    return Bucket(str(bucket["key"]), int(bucket["doc_count"]), title)


def read_histogram(aggregations: Mapping[str, Any], narrowing: Narrowing) -> list[Bar]:
    """Return the bars over time, in order, each with its first and its last day.

    The bars of a narrowed search end where it ends.
    """
    found = aggregations[_HISTOGRAM][_VALUES]
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
