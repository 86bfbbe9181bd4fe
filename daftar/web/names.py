"""The usual name of a person, place or organization in the language of the interface."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from daftar.search.labels import ENTITY_FACETS
from tasks.enrich.gazetteer import Gazetteer, load_gazetteer

_KINDS: Final = {facet: kind for kind, facet in ENTITY_FACETS.items()}


@dataclass(frozen=True, eq=False)
class Names:
    """The names as the tables have them while one page is made."""

    gazetteer: Gazetteer

    def name_value(self, facet: str, value: str, language: str) -> str:
        """Return how a value of a facet is called in `language`; the value itself where no name is known.

        `load_names().name_value("place", "Tehran", "fa")` is تهران.
        """
        kind = _KINDS.get(facet)
        entity_id = _ids(self.gazetteer).get((kind, value)) if kind else None
        return self.gazetteer.entity(entity_id).label_in(language) if entity_id else value

    def share_label(self, entity_id: str, label: str) -> str:
        """Return the label that both languages share, by which the facets go; `label` where the id is not known."""
        return self.gazetteer.entity(entity_id).label if entity_id in self.gazetteer else label


def load_names() -> Names:
    """Return the names for one page. It looks whether a table has changed, so not to be asked for every name."""
    return Names(load_gazetteer())


@lru_cache(maxsize=1)
def _ids(gazetteer: Gazetteer) -> dict[tuple[str, str], str]:
    return {(entity.kind, entity.label): entity.id for entity in gazetteer}
