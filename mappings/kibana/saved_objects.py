"""Kibana's saved objects as values, and the file its import route takes: one object a line."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Final

Json = dict[str, Any]

#: The format each type is written in. Kibana brings older formats up to its own when it imports, and refuses
#: newer ones, so these are old enough for every Kibana 9 from 9.4 on. Source: the saved-object types registered in
#: elastic/kibana at 9.4.
FORMATS: Final[Mapping[str, str]] = MappingProxyType(
    {"index-pattern": "8.0.0", "search": "10.5.0", "dashboard": "10.2.0"}
)

#: The format of what all types share.
CORE_FORMAT: Final = "8.8.0"

DATA_VIEW: Final = "index-pattern"
SESSION: Final = "search"
DASHBOARD: Final = "dashboard"

#: Where an object that searches keeps its query, and the name of the reference to what it searches.
SEARCH_SOURCE: Final = "kibanaSavedObjectMeta"
INDEX_REFERENCE: Final = f"{SEARCH_SOURCE}.searchSourceJSON.index"


@dataclass(frozen=True, slots=True)
class Reference:
    """A link from an object to another; `name` is what the object's attributes call it."""

    name: str
    type: str
    id: str


@dataclass(frozen=True, slots=True)
class SavedObject:
    """One object: what Kibana knows it by, what it says, and what it needs."""

    type: str
    id: str
    attributes: Json
    references: tuple[Reference, ...] = ()

    def to_json(self) -> Json:
        """The object as a line of an export has it."""
        return {
            "type": self.type,
            "id": self.id,
            "attributes": self.attributes,
            "references": [asdict(reference) for reference in self.references],
            "coreMigrationVersion": CORE_FORMAT,
            "typeMigrationVersion": FORMATS[self.type],
        }


@dataclass(frozen=True, slots=True)
class TimeRange:
    """From when to when, in Kibana's words: `TimeRange("now-7d", "now")`."""

    start: str
    end: str = "now"

    def to_json(self) -> Json:
        """The range as panels and sessions keep it."""
        return {"from": self.start, "to": self.end}


#: The years that a dashboard opens on, all in which pages of news have stood on the web; Kibana's own fifteen
#: minutes would show an archive as empty.
ARCHIVE: Final = TimeRange("1995-01-01T00:00:00.000Z")

#: What operators look at first.
LATELY: Final = TimeRange("now-7d")


def encode(value: Any) -> str:
    """Write a value as the JSON text that several attributes hold."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def to_ndjson(objects: Iterable[SavedObject]) -> bytes:
    """Write objects as the file that Kibana imports, UTF-8."""
    return "".join(f"{encode(saved.to_json())}\n" for saved in objects).encode()
