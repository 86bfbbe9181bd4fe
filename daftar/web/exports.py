"""All results of a search as a table (CSV) or as whole documents (JSON Lines), written while they are read."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any, Final

import orjson

Json = dict[str, Any]

#: Columns of the table; a document's values of one field stand in one cell, parted by ` | `.
COLUMNS: Final = (
    *("document_id", "title", "language", "published", "published_jalali", "file.path"),
    *("people", "places", "organizations", "keyphrases", "story_id", "copy_of", "copies", "word_count"),
)
#: Fields that say nothing outside the index.
INTERNAL: Final = frozenset({"holders", "signature", "sketch"})

#: By it a spreadsheet knows the file to be UTF-8.
_MARK: Final = "\ufeff"

#: A spreadsheet would run a cell that begins with one of these as a formula (OWASP, CSV injection).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def write_csv(pages: Iterable[list[Json]]) -> Iterator[bytes]:
    """Yield the table: a line of names, then a line a document. Formulas get a `'` before them."""
    buffer = io.StringIO()
    table = csv.writer(buffer)
    buffer.write(_MARK)
    table.writerow(COLUMNS)
    for page in pages:
        table.writerows([_write_cell(_find(hit["_source"], column)) for column in COLUMNS] for hit in page)
        yield _take(buffer)
    if rest := _take(buffer):
        yield rest


def write_lines(pages: Iterable[list[Json]]) -> Iterator[bytes]:
    """Yield one JSON object a line: the documents as they are stored, without what only the index needs."""
    for page in pages:
        sources = ({k: v for k, v in hit["_source"].items() if k not in INTERNAL} for hit in page)
        yield b"".join(orjson.dumps(source, option=orjson.OPT_APPEND_NEWLINE) for source in sources)


def _take(buffer: io.StringIO) -> bytes:
    written = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return written


def _find(source: Json, column: str) -> Any:
    value: Any = source
    for part in column.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _write_cell(value: Any) -> str:
    if value is None:
        return ""
    text = " | ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
