"""Charts and tables of Lens, Kibana's editor, each over one layer of one data view."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mappings.kibana.saved_objects import DATA_VIEW, Json, Reference, TimeRange

_LAYER: Final = "layer"
_LAYER_REFERENCE: Final = f"indexpattern-datasource-layer-{_LAYER}"

#: What Lens counts when it counts documents.
_RECORDS: Final = "___records___"

_NUMBER: Final = "lnsMetric"

#: Values that a ranking shows.
RANKED: Final = 15


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a layer: a way to divide the documents, or a number about each part."""

    id: str
    definition: Json

    @property
    def is_bucket(self) -> bool:
        """Whether it divides."""
        return bool(self.definition["isBucketed"])


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: `view` is the id of its data view, `query` limits it, `time_range` is its own if it has one."""

    title: str
    view: str
    kind: str
    visualization: Json
    columns: tuple[Column, ...]
    query: str = ""
    time_range: TimeRange | None = None

    @property
    def has_title(self) -> bool:
        """Whether the panel's title is shown; a number has a label that says the same."""
        return self.kind != _NUMBER

    @property
    def references(self) -> tuple[Reference, ...]:
        """What the chart needs, by the names its state uses."""
        return (Reference(_LAYER_REFERENCE, DATA_VIEW, self.view),)

    def to_attributes(self) -> Json:
        """The chart as a dashboard holds it by value."""
        layer = {
            "columns": {column.id: column.definition for column in self.columns},
            "columnOrder": [column.id for column in self.columns],
            "sampling": 1,
            "ignoreGlobalFilters": False,
            "incompleteColumns": {},
        }
        return {
            "title": self.title,
            "visualizationType": self.kind,
            "type": "lens",
            "references": [{"type": DATA_VIEW, "id": self.view, "name": _LAYER_REFERENCE}],
            "state": {
                "visualization": self.visualization,
                "query": {"query": self.query, "language": "kuery"},
                "filters": [],
                "datasourceStates": {"formBased": {"layers": {_LAYER: layer}}},
                "internalReferences": [],
                "adHocDataViews": {},
            },
        }


def _column(name: str, label: str, kind: str, operation: str, field: str, *, bucket: bool, **params: object) -> Column:
    definition: Json = {"label": label, "dataType": kind, "operationType": operation, "sourceField": field}
    return Column(name, definition | {"isBucketed": bucket, "customLabel": True, "params": params})


def count(label: str) -> Column:
    """How many documents."""
    return _column("count", label, "number", "count", _RECORDS, bucket=False, emptyAsNull=True)


def measure(operation: str, field: str, label: str, *, kind: str = "number") -> Column:
    """A number about a field: `operation` is unique_count, max, min, sum, average or median.

    `kind` is date for the first or last of a field of times.
    """
    empty = {"emptyAsNull": True} if operation in {"unique_count", "sum"} else {}
    return _column(operation, label, kind, operation, field, bucket=False, **empty)


def percentile(percent: int, field: str, label: str) -> Column:
    """The value that `percent` of a hundred documents do not exceed."""
    return _column(f"p{percent}", label, "number", "percentile", field, bucket=False, percentile=percent)


def by_time(field: str, label: str) -> Column:
    """Divide by time, into steps that suit the range looked at."""
    params = {"interval": "auto", "includeEmptyRows": True, "dropPartials": False}
    return _column("time", label, "date", "date_histogram", field, bucket=True, **params)


def by_value(field: str, label: str, size: int, order: Column | None, *, name: str = "value") -> Column:
    """Divide by the values of a field: those with most of the number `order`, or, without it, the last by name.

    `name` tells two such columns of one chart apart.
    """
    by: Json = {"type": "column", "columnId": order.id} if order else {"type": "alphabetical", "fallback": False}
    params: Json = {
        "size": size,
        "orderBy": by,
        "orderDirection": "desc",
        "otherBucket": False,
        "missingBucket": False,
        "parentFormat": {"id": "terms"},
        "include": [],
        "exclude": [],
        "includeIsRegex": False,
        "excludeIsRegex": False,
    }
    return _column(name, label, "string", "terms", field, bucket=True, **params)


def draw_series(
    title: str,
    view: str,
    x: Column,
    numbers: Sequence[Column],
    *,
    shape: str = "bar_stacked",
    split: Column | None = None,
    query: str = "",
    time_range: TimeRange | None = None,
) -> Chart:
    """Draw numbers along `x`, divided by `split`; `shape` is bar_stacked, bar_horizontal or line."""
    layer: Json = {
        "layerId": _LAYER,
        "layerType": "data",
        "seriesType": shape,
        "xAccessor": x.id,
        "accessors": [number.id for number in numbers],
    }
    if split:
        layer["splitAccessor"] = split.id
    several = split is not None or len(numbers) > 1
    visualization = {
        "legend": {"isVisible": several, "position": "bottom"},
        "valueLabels": "hide",
        "preferredSeriesType": shape,
        "axisTitlesVisibilitySettings": {"x": False, "yLeft": False, "yRight": False},
        "layers": [layer],
    }
    # The split comes before the time, so that it is the same few values in every step.
    buckets = (split, x) if split else (x,)
    return Chart(title, view, "lnsXY", visualization, (*buckets, *numbers), query, time_range)


def rank_values(view: str, field: str, label: str, number: Column) -> Chart:
    """Draw the values of a field with most of a number, one bar each."""
    values = by_value(field, label, RANKED, number)
    return draw_series(label, view, values, [number], shape="bar_horizontal")


def draw_cloud(title: str, view: str, words: Column, number: Column) -> Chart:
    """Draw values as words, the larger the higher their number."""
    visualization = {
        "layerId": _LAYER,
        "layerType": "data",
        "tagAccessor": words.id,
        "valueAccessor": number.id,
        "minFontSize": 14,
        "maxFontSize": 48,
        # Words of connected letters are hard to read in any other direction.
        "orientation": "single",
        "showLabel": False,
    }
    return Chart(title, view, "lnsTagcloud", visualization, (words, number))


def draw_shares(title: str, view: str, parts: Column, number: Column, query: str = "") -> Chart:
    """Draw the parts of a whole as a ring."""
    layer = {
        "layerId": _LAYER,
        "layerType": "data",
        "primaryGroups": [parts.id],
        "metrics": [number.id],
        "numberDisplay": "percent",
        "categoryDisplay": "default",
        "legendDisplay": "default",
        "nestedLegend": False,
    }
    return Chart(title, view, "lnsPie", {"shape": "donut", "layers": [layer]}, (parts, number), query)


def list_rows(title: str, view: str, columns: Sequence[Column], query: str = "") -> Chart:
    """List parts and their numbers as a table, the dividing columns first."""
    shown = [{"columnId": column.id} for column in columns]
    visualization = {"layerId": _LAYER, "layerType": "data", "columns": shown}
    return Chart(title, view, "lnsDatatable", visualization, tuple(columns), query)


def show_number(title: str, view: str, number: Column, query: str = "") -> Chart:
    """Show one number in large figures, with its label; the panel's own title is not shown."""
    visualization = {"layerId": _LAYER, "layerType": "data", "metricAccessor": number.id}
    return Chart(title, view, _NUMBER, visualization, (number,), query)
