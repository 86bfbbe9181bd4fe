"""Dashboards: panels on a grid of 48 columns, and controls above them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mappings.kibana.lens import Chart
from mappings.kibana.saved_objects import (
    DASHBOARD,
    DATA_VIEW,
    SEARCH_SOURCE,
    SESSION,
    Json,
    Reference,
    SavedObject,
    TimeRange,
    encode,
)

#: Columns of a dashboard's grid.
WIDTH: Final = 48

#: The panel that shows Markdown.
MARKDOWN: Final = "DASHBOARD_MARKDOWN"


@dataclass(frozen=True, slots=True)
class Note:
    """A panel of text in Markdown."""

    title: str
    content: str


@dataclass(frozen=True, slots=True)
class SessionList:
    """A panel that lists what a Discover session finds."""

    title: str
    session: str


@dataclass(frozen=True, slots=True)
class Place:
    """A panel and where it stands: columns from the left, rows from the top, width, height."""

    name: str
    panel: Chart | Note | SessionList
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Control:
    """A list above a dashboard to choose values of a field from."""

    name: str
    title: str
    field: str
    view: str


def build_dashboard(
    dashboard_id: str,
    title: str,
    description: str,
    places: Sequence[Place],
    controls: Sequence[Control],
    time_range: TimeRange,
) -> SavedObject:
    """Build a dashboard that opens on `time_range`; its charts lie in it by value, sessions by reference."""
    attributes = {
        "title": title,
        "description": description,
        "panelsJSON": encode([_to_panel(place) for place in places]),
        "optionsJSON": encode(
            {
                "useMargins": True,
                "syncColors": False,
                "syncCursor": True,
                "syncTooltips": False,
                "hidePanelTitles": False,
            }
        ),
        "timeRestore": True,
        "timeFrom": time_range.start,
        "timeTo": time_range.end,
        "refreshInterval": {"pause": True, "value": 60_000},
        SEARCH_SOURCE: {"searchSourceJSON": encode({"query": {"query": "", "language": "kuery"}, "filter": []})},
    }
    if controls:
        attributes["controlGroupInput"] = _to_control_group(controls)
    references = [reference for place in places for reference in _list_references(place)]
    references += [
        Reference(f"controlGroup_{control.name}:optionsListDataView", DATA_VIEW, control.view) for control in controls
    ]
    return SavedObject(DASHBOARD, dashboard_id, attributes, tuple(references))


def _to_panel(place: Place) -> Json:
    panel: Json = {
        "panelIndex": place.name,
        "gridData": {"i": place.name, "x": place.x, "y": place.y, "w": place.width, "h": place.height},
    }
    config: Json = {"title": place.panel.title}
    match place.panel:
        case Note(content=content):
            return panel | {"type": MARKDOWN, "embeddableConfig": config | {"content": content}}
        case SessionList():
            return panel | {"type": SESSION, "panelRefName": f"panel_{place.name}", "embeddableConfig": config}
        case Chart() as chart:
            config["attributes"] = chart.to_attributes()
            if not chart.has_title:
                config["hidePanelTitles"] = True
            if chart.time_range:
                config["timeRange"] = chart.time_range.to_json()
            return panel | {"type": "lens", "embeddableConfig": config}


def _list_references(place: Place) -> list[Reference]:
    match place.panel:
        case Note():
            return []
        case SessionList(session=session):
            return [Reference(f"{place.name}:panel_{place.name}", SESSION, session)]
        case Chart(references=references):
            return [Reference(f"{place.name}:{needed.name}", needed.type, needed.id) for needed in references]


def _to_control_group(controls: Sequence[Control]) -> Json:
    panels = {
        control.name: {
            "order": order,
            "width": "medium",
            "grow": True,
            "type": "optionsListControl",
            "explicitInput": {"id": control.name, "fieldName": control.field, "title": control.title},
        }
        for order, control in enumerate(controls)
    }
    obeyed = {"ignoreFilters": False, "ignoreQuery": False, "ignoreTimerange": False, "ignoreValidations": False}
    return {
        "controlStyle": "oneLine",
        # What is chosen in one list narrows those after it.
        "chainingSystem": "HIERARCHICAL",
        "showApplySelections": False,
        "ignoreParentSettingsJSON": encode(obeyed),
        "panelsJSON": encode(panels),
    }
