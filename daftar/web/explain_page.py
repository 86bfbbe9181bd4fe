"""What daftar sees in a text: its language, its tokens in both chains, the dates and names in it."""

from dataclasses import dataclass
from typing import Any, Final

from daftar.search.explain import CHAINS, explain, list_tokens
from daftar.search.labels import ENTITY_FACETS
from daftar.web.dates import write_days
from daftar.web.interface import Interface
from daftar.web.names import Names, load_names
from mappings.chains import WHOLE
from tasks.cluster import Target

Json = dict[str, Any]

#: Ways a text is analysed, the plainest first; the words of a search are found by all but the first.
ANALYZERS: Final = ("exact", "precise", "stem")


@dataclass(frozen=True, slots=True)
class Explanation:
    """What `daftar explain` says of a text, and its tokens by chain (`fa`, `ar`) and analyzer."""

    found: Json
    tokens: dict[str, dict[str, list[str]]]


def analyse(target: Target, text: str) -> Explanation:
    """Explain a text with the analyzers of the real indices. Raises Unavailable when Elasticsearch does not answer."""
    found = explain(target, text)
    cleaned = found["text"]
    tokens = {
        chain: {
            name: found["tokens"][chain] if name == "precise" else list_tokens(target, chain, cleaned, name)
            for name in ANALYZERS
        }
        for chain in CHAINS
    }
    return Explanation(found, tokens)


def show_explanation(explanation: Explanation | None, interface: Interface) -> Json:
    """Return everything the template shows."""
    if explanation is None:
        return {"found": None}
    found, names = explanation.found, load_names()
    dates = [(date["text"], write_days(date["start"], date["end"], interface)) for date in found["dates"]]
    return {
        "found": found,
        "chains": [_show_chain(chain, explanation.tokens[chain], interface) for chain in CHAINS],
        "analyzers": ANALYZERS,
        "dates": dates,
        "names": [(name["text"], _describe(name, interface, names)) for name in found["names"]],
    }


def _show_chain(chain: str, tokens: dict[str, list[str]], interface: Interface) -> Json:
    """Return one chain's tokens by analyzer, each with whether it has the mark of a whole word."""
    shown = {name: [(token.replace(WHOLE, ""), WHOLE in token) for token in found] for name, found in tokens.items()}
    whole = any(marked for found in shown.values() for _, marked in found)
    return {"name": interface.language_name(chain), "language": chain, "tokens": shown, "whole": whole}


def _describe(name: Json, interface: Interface, names: Names) -> str:
    facet = ENTITY_FACETS[name["kind"]]
    label = names.name_value(facet, names.share_label(name["id"], name["label"]), interface.language)
    return f"{interface.say('kind.' + name['kind'])}: {label}"
