"""Entities and their spellings, and the tables in `mappings/gazetteer` that name them.

A table is tab-separated text; `COLUMNS` names its columns; lines that begin with `#` are comments. Spellings
are parted by `|`. A spelling that ends in `?` is a common word or another entity's name as well, and counts
only with evidence: فتح is the party in a page that says حركة فتح. One that ends in `!` is shown and can be
searched for, but is too common a word to be read as the name: دوشنبه, Monday. One that begins with `-` is not
taken from the packages in `places.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from tasks.errors import Misconfigured
from tasks.text.characters import ZWNJ
from tasks.text.folding import fold

LANGUAGES: Final = ("fa", "ar", "en")
COLUMNS: Final = {
    "people.tsv": ("id", "label", "fa", "ar", "en", "country"),
    "organizations.tsv": ("id", "label", "fa", "ar", "en", "country", "type"),
    "places.tsv": ("id", "label", "fa", "ar", "en", "country", "type", "latitude", "longitude"),
}
KINDS: Final = {"people.tsv": "person", "organizations.tsv": "organization", "places.tsv": "place"}

UNSURE: Final = "?"
NEVER_SOUGHT: Final = "!"
TAKEN_AWAY: Final = "-"


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to write a name; one that is not `sure` needs evidence, one not `sought` is never looked for."""

    text: str
    sure: bool = True
    sought: bool = True


@dataclass(frozen=True, slots=True)
class Entity:
    """A person, place or organization, with its spellings by language, the usual one first.

    `country` is an ISO 3166-1 code or empty, `location` latitude and longitude in degrees.
    """

    id: str
    kind: str
    label: str
    country: str
    type: str
    location: tuple[float, float] | None
    spellings: Mapping[str, tuple[Spelling, ...]]

    def label_in(self, language: str) -> str:
        """Return the usual name in `fa`, `ar` or `en`; the English label where there is none."""
        listed = self.spellings.get(language, ())
        return self.label if language == "en" or not listed else listed[0].text

    def list_spellings(self) -> tuple[str, ...]:
        """Return all spellings, Persian, Arabic, English, each once."""
        listed = (spelling.text for language in LANGUAGES for spelling in self.spellings[language])
        return tuple(dict.fromkeys(listed))


def list_tables(folder: Path) -> list[Path]:
    """Return the tables that lie in the folder."""
    return [path for name in COLUMNS if (path := folder / name).is_file()]


def read_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the line number and the columns of every row. Raises Misconfigured when it is not UTF-8 text."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"cannot read {path.name}: {error}", "save the table as UTF-8 text") from error
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            yield number, [column.strip(" ") for column in line.split("\t")]


def read_table(path: Path) -> Iterator[Entity]:
    """Yield the entities of a table. Raises Misconfigured at the first row that cannot be read."""
    for number, columns in read_rows(path):
        try:
            yield read_entity(path.name, columns)
        except ValueError as error:
            advice = f"the columns are {', '.join(COLUMNS[path.name])}, parted by tabs"
            raise Misconfigured(f"{path.name}, line {number}: {error}", advice) from error


def read_entity(table: str, columns: list[str]) -> Entity:
    """Return the entity of a row. Raises ValueError when a column is missing or a coordinate is no number."""
    if len(columns) != len(COLUMNS[table]):
        raise ValueError(f"{len(columns)} columns, not {len(COLUMNS[table])}")
    row = dict(zip(COLUMNS[table], columns, strict=True))
    location = (float(row["latitude"]), float(row["longitude"])) if row.get("latitude") else None
    spellings = {language: parse_spellings(row[language]) for language in LANGUAGES}
    if all(spelling.text != row["label"] for spelling in spellings["en"]):
        spellings["en"] = (Spelling(row["label"]), *spellings["en"])
    kind = KINDS[table]
    return Entity(row["id"], kind, row["label"], row["country"], row.get("type", ""), location, spellings)


def parse_spellings(cell: str) -> tuple[Spelling, ...]:
    """Return the spellings of a cell: `parse_spellings("حركة فتح|فتح?")` has a sure and an unsure one."""
    return tuple(
        Spelling(part.rstrip(UNSURE + NEVER_SOUGHT), part[-1] != UNSURE, part[-1] != NEVER_SOUGHT)
        for part in cell.split("|")
        if part
    )


@cache
def name_key(text: str) -> str:
    """Return the folded name without spaces: two spellings with one key are one spelling."""
    return fold(text.replace(ZWNJ, "").replace(" ", ""))
