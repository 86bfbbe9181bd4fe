"""The entities we know by name: loaded from the tables and packages, loaded again when a table changes, checked.

The tables' format is told in `entities.py`; analysts edit them in `mappings/gazetteer`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Final

from tasks.enrich.entities import (
    COLUMNS,
    LANGUAGES,
    TAKEN_AWAY,
    Entity,
    list_tables,
    name_key,
    read_entity,
    read_rows,
    read_table,
)
from tasks.enrich.places import add_package_places
from tasks.errors import Misconfigured
from tasks.text.tables import load_words

_ORGANIZATION_TYPES: Final = {"armed-group", "body", "club", "company", "government", "media", "party"}
_PLACE_TYPES: Final = {"capital", "city", "country", "island", "place", "province", "region", "water"}
TYPES: Final[Mapping[str, set[str]]] = {
    "people.tsv": {""},
    "organizations.tsv": _ORGANIZATION_TYPES,
    "places.tsv": _PLACE_TYPES,
}


class Gazetteer:
    """All entities by id, in the order of the tables. `load_gazetteer` keeps one for the process."""

    def __init__(self, entities: Mapping[str, Entity]) -> None:
        self._entities = entities
        self._spellings: dict[str, tuple[str, ...]] = {}

    def __len__(self) -> int:
        return len(self._entities)

    def __iter__(self) -> Iterator[Entity]:
        return iter(self._entities.values())

    def __contains__(self, entity_id: object) -> bool:
        return entity_id in self._entities

    def entity(self, entity_id: str) -> Entity:
        """Return the entity; raises KeyError when none is listed. `entity("tehran").label_in("fa")` is تهران."""
        return self._entities[entity_id]

    def spellings(self, entity_id: str) -> tuple[str, ...]:
        """Return all spellings, Persian, Arabic, English, each once; none for an id that is not listed.

        `spellings("vladimir-putin")` holds پوتین, بوتين and Putin; the field `names` is filled with these.
        """
        if entity_id not in self._entities:
            return ()
        if entity_id not in self._spellings:
            # News names few of all that are listed, again and again.
            self._spellings[entity_id] = self._entities[entity_id].list_spellings()
        return self._spellings[entity_id]

    def find(self, spelling: str) -> frozenset[str]:
        """Return the ids of the entities with a spelling, whatever its spaces: `find("بوتين")` has vladimir-putin."""
        return self._by_key.get(name_key(spelling).casefold(), frozenset())

    @cached_property
    def _by_key(self) -> dict[str, frozenset[str]]:
        ids: dict[str, set[str]] = defaultdict(set)
        for entity in self:
            for spelling in entity.list_spellings():
                ids[name_key(spelling).casefold()].add(entity.id)
        return {key: frozenset(found) for key, found in ids.items()}


_loaded: dict[Path | None, tuple[object, Gazetteer]] = {}


def load_gazetteer(folder: Path | None = None) -> Gazetteer:
    """Return the gazetteer, with the tables of a further `folder` (same names, same columns) read after ours.

    Kept for the process; read again when a table's time of change differs. A further row takes the place of
    ours with the same id. Raises Misconfigured when a table cannot be read.
    """
    state = tuple(_find_times(place) for place in (own_folder(), folder) if place is not None)
    known = _loaded.get(folder)
    if known is None or known[0] != state:
        listed = {entity.id: entity for times in state for path, _ in times for entity in read_table(path)}
        known = _loaded[folder] = (state, Gazetteer(add_package_places(listed.values())))
    return known[1]


def _find_times(folder: Path) -> tuple[tuple[Path, int], ...]:
    """Return the tables that lie in a folder, and when each was changed: asked for several times a document."""
    times = []
    for path in _list_places(folder):
        try:
            times.append((path, path.stat().st_mtime_ns))
        except FileNotFoundError:
            continue
    return tuple(times)


@cache
def _list_places(folder: Path) -> tuple[Path, ...]:
    return tuple(folder / name for name in COLUMNS)


@cache
def own_folder() -> Path:
    """Return the folder of the project's own tables."""
    return Path(str(files("mappings") / "gazetteer"))


def check_gazetteer(folder: Path) -> list[str]:
    """Return what is wrong with the tables of a folder, a sentence each, naming table and line; none if sound.

    Looked for: rows with other columns than `COLUMNS`, ids that occur twice, a language without a spelling, a
    spelling that two entities claim for sure, one that is a common word and claimed for sure, types and
    coordinates that do not exist.
    """
    problems: list[str] = []
    places: dict[str, str] = {}
    entities: list[tuple[str, Entity]] = []
    for path in list_tables(folder):
        try:
            rows = list(read_rows(path))
        except Misconfigured as error:
            problems.append(str(error))
            continue
        for number, columns in rows:
            where = f"{path.name}, line {number}"
            try:
                entity = read_entity(path.name, columns)
            except ValueError as error:
                problems.append(f"{where}: {error}; the columns are {', '.join(COLUMNS[path.name])}")
                continue
            if entity.id in places:
                problems.append(f"{where}: the id {entity.id} is in {places[entity.id]} already")
            places.setdefault(entity.id, where)
            entities.append((where, entity))
            problems += (f"{where}: {fault}" for fault in _check_entity(path.name, entity))
    return problems + list(_check_claims(entities))


def _check_entity(table: str, entity: Entity) -> Iterator[str]:
    if not entity.id or name_key(entity.id) != entity.id:
        yield f"the id «{entity.id}» is not of small Latin letters, digits and hyphens"
    if entity.type not in TYPES[table]:
        yield f"there is no type «{entity.type}»; there are {', '.join(sorted(TYPES[table]))}"
    if entity.country and not (len(entity.country) == 2 and entity.country.isupper()):
        yield f"«{entity.country}» is not a country's code"
    if entity.location and not (abs(entity.location[0]) <= 90 and abs(entity.location[1]) <= 180):
        yield f"there is no place at {entity.location}"
    for language in LANGUAGES:
        if not entity.spellings[language] and entity.type != "country":
            yield f"{entity.id} has no spelling in {language}"
        keys = Counter(name_key(s.text) for s in entity.spellings[language])
        if "" in keys:
            yield f"{entity.id} has an empty spelling in {language}"


def _check_claims(entities: Iterable[tuple[str, Entity]]) -> Iterator[str]:
    common = {language: {name_key(word) for word in load_words(language, "not_names.txt")} for language in ("fa", "ar")}
    claims: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for where, entity in entities:
        for language in LANGUAGES:
            for spelling in entity.spellings[language]:
                if not spelling.sure or not spelling.sought or spelling.text.startswith(TAKEN_AWAY):
                    continue
                key = name_key(spelling.text)
                claims[language, key].setdefault(entity.id, where)
                if key in common.get(language, ()):
                    yield f"{where}: «{spelling.text}» is a common word; write «{spelling.text}?»"
    for (_, key), of in claims.items():
        if len(of) > 1:
            yield f"{', '.join(of.values())}: {' and '.join(of)} all claim «{key}»; mark all but one with ?"
