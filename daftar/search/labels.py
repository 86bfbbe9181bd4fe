"""The fields of a document as people see them: their names in three languages, and which of them are facets.

One definition for the search page, the command line and Kibana. The words lie in `labels.tsv`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

#: The languages that fields have names in; the order of the columns.
LABEL_LANGUAGES: Final = ("fa", "ar", "en")

#: Every field that a text is searched in is shown under one of these.
TITLE: Final = "title"
TEXT: Final = "body"
TIME: Final = "@timestamp"


@dataclass(frozen=True, slots=True)
class Facet:
    """A field whose values narrow a search.

    `name` is the parameter and the prefix it goes by (`person:`), `field` where it lies. A document has one
    value of the field, or, if `several`, any number: then two chosen values must both be there; of a field
    with one value, either. A value that fewer than `minimum` documents share is not offered.
    """

    name: str
    field: str
    several: bool = True
    minimum: int = 1


FACETS: Final = (
    Facet("language", "language", several=False),
    Facet("person", "people"),
    Facet("place", "places"),
    Facet("organization", "organizations"),
    Facet("keyphrase", "keyphrases"),
    Facet("directory", "file.directory", several=False),
    Facet("story", "story_id", several=False, minimum=2),
)

#: Kinds of entity mentions, and the facet that lists them.
ENTITY_FACETS: Final[Mapping[str, str]] = MappingProxyType(
    {"person": "person", "place": "place", "organization": "organization"}
)


@cache
def _labels() -> Mapping[str, tuple[str, ...]]:
    lines = (files("daftar.search") / "labels.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return MappingProxyType({name: tuple(labels) for name, *labels in rows})


def list_labelled() -> frozenset[str]:
    """Return the fields that have names: those of `mappings.DOCUMENT_FIELDS`, sub-fields excepted."""
    return frozenset(_labels())


def label_field(field: str, language: str) -> str:
    """Return a field's name in `fa`, `ar` or `en`: `label_field("people", "fa")` is اشخاص.

    Raises KeyError for a field that documents do not have, ValueError for another language.
    """
    return _labels()[field][LABEL_LANGUAGES.index(language)]


def find_facet(name: str) -> Facet:
    """Return the facet of a name; raises KeyError when there is none."""
    for facet in FACETS:
        if facet.name == name:
            return facet
    raise KeyError(name)
