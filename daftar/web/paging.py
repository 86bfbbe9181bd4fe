"""Where a page of results begins, as a token in the address: the sort values of the result before it.

So there is no last page that cannot be reached, and nothing is kept between two requests.
"""

import base64
import binascii
import json
import math
from typing import Any, Final

Json = dict[str, Any]
Position = tuple[float | int | str, ...]

#: The orders of results; each ends with the document's id, so that no two results share a position.
ORDERS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "relevance": (("_score", "desc"), ("@timestamp", "desc"), ("document_id", "asc")),
    "newest": (("@timestamp", "desc"), ("document_id", "asc")),
    "oldest": (("@timestamp", "asc"), ("document_id", "asc")),
}

_LONGEST: Final = 400
_LONGEST_ID: Final = 128
_LARGEST: Final = 2**63
_OPPOSITE: Final = {"asc": "desc", "desc": "asc"}


def build_sort(order: str, *, backwards: bool = False) -> list[Json]:
    """Return the sort clauses of an order, or of its reverse."""
    return [{field: _OPPOSITE[way] if backwards else way} for field, way in ORDERS[order]]


def write_token(position: list[Any]) -> str:
    """Return a position as a token of letters, digits, `-` and `_`."""
    written = json.dumps(position, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(written).decode().rstrip("=")


def read_token(token: str, order: str) -> Position | None:
    """Return the position of a token; None if it is none of this order. Total, whatever the token."""
    if not token or len(token) > _LONGEST:
        return None
    try:
        padded = token.encode("ascii") + b"=" * (-len(token) % 4)
        position = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (UnicodeError, binascii.Error, ValueError, RecursionError):
        return None
    fields = [field for field, _ in ORDERS[order]]
    if not isinstance(position, list) or len(position) != len(fields):
        return None
    if not all(_fits(field, value) for field, value in zip(fields, position, strict=True)):
        return None
    return tuple(position)


def _fits(field: str, value: object) -> bool:
    if field == "document_id":
        return isinstance(value, str) and len(value) <= _LONGEST_ID
    if field == "@timestamp":
        return type(value) is int and -_LARGEST <= value < _LARGEST
    return type(value) in (int, float) and isinstance(value, int | float) and abs(value) < 1e30 and math.isfinite(value)
