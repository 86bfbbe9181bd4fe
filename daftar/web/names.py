"""The usual name of a person, place or organization in the language of the interface."""

from typing import Final

from daftar.search.labels import ENTITY_FACETS
from tasks.enrich.gazetteer import Gazetteer, load_gazetteer

_KINDS: Final = {facet: kind for kind, facet in ENTITY_FACETS.items()}

_labels: dict[int, tuple[Gazetteer, dict[tuple[str, str], str]]] = {}


def name_value(facet: str, value: str, language: str) -> str:
    """Return how a value of a facet is called in `language`; the value itself where no name is known.

    `name_value("place", "Tehran", "fa")` is تهران.
    """
    kind = _KINDS.get(facet)
    if kind is None:
        return value
    gazetteer = load_gazetteer()
    known = _labels.get(0)
    if known is None or known[0] is not gazetteer:
        known = _labels[0] = (gazetteer, {(entity.kind, entity.label): entity.id for entity in gazetteer})
    entity_id = known[1].get((kind, value))
    return gazetteer.entity(entity_id).label_in(language) if entity_id else value


def share_label(entity_id: str, label: str) -> str:
    """Return the label that both languages share, by which the facets go; `label` where the id is not known."""
    gazetteer = load_gazetteer()
    return gazetteer.entity(entity_id).label if entity_id in gazetteer else label
