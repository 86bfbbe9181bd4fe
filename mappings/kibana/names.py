"""What people read in Kibana: names in English, Persian and Arabic side by side, and the help for the search bar."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

_FOLDER: Final = files("mappings.kibana")

#: The parts of the help, in this order.
HELP_LANGUAGES: Final = ("fa", "ar", "en")


def join_names(persian: str, arabic: str, english: str) -> str:
    """Put a thing's names on one line: `join_names("متن", "النص", "Text") == "Text · متن · النص"`."""
    return " · ".join(dict.fromkeys((english, persian, arabic)))


@cache
def load_names(table: str) -> Mapping[str, str]:
    """Return the names of a table beside this module (`titles`, `ledger`, `languages`, `statuses`) by their keys.

    Its columns are the key, then the name in Persian, Arabic and English.
    """
    lines = (_FOLDER / f"{table}.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return MappingProxyType({key: join_names(*names) for key, *names in rows})


@cache
def load_help() -> str:
    """Return the help for the search bar in Markdown, Persian first."""
    texts = ((_FOLDER / "help" / f"{language}.txt").read_text(encoding="utf-8") for language in HELP_LANGUAGES)
    # The first line of a data file says where it comes from.
    return "\n\n".join(text.partition("\n")[2].strip() for text in texts)
