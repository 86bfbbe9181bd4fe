"""Bulk requests: bounded in size, answered item by item, in order. One way of failing for documents and ledger."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final, TypeVar

import orjson

from tasks.cluster import Target, connect, is_blocked, is_passing, speaking_plainly
from tasks.errors import Misconfigured, Unavailable

#: A bulk request holds at most so many operations or bytes, whichever comes first.
_OPERATIONS: Final = 500
_BYTES: Final = 2 * 1024 * 1024

#: A version conflict on an update is tried again so often; two batches may hold copies of one text.
_CONFLICT_RETRIES: Final = 10

Item = TypeVar("Item")
Operation = tuple[dict[str, Any], dict[str, Any]]


def divide(items: Iterable[Item], size: int = _OPERATIONS) -> Iterator[list[Item]]:
    """Yield items in lists of `size`, by default as many as one request takes."""
    stream = iter(items)
    while chunk := list(islice(stream, size)):
        yield chunk


def create(alias: str, identity: str, source: dict[str, Any]) -> Operation:
    """The operation that writes a document unless there is one of that id (its result is then status 409)."""
    return {"create": {"_index": alias, "_id": identity, "require_alias": True}}, source


def replace(alias: str, identity: str, source: dict[str, Any]) -> Operation:
    """The operation that writes a document in place of the one there."""
    return {"index": {"_index": alias, "_id": identity, "require_alias": True}}, source


def update(alias: str, identity: str, body: dict[str, Any]) -> Operation:
    """The operation that changes a document: `body` as the update API takes it."""
    action = {"_index": alias, "_id": identity, "require_alias": True, "retry_on_conflict": _CONFLICT_RETRIES}
    return {"update": action}, body


def send(target: Target, operations: Iterable[Operation]) -> Iterator[dict[str, Any]]:
    """Send operations in requests of bounded size and yield the result of each, in order.

    Raises Unavailable for an item that failed for a passing reason, Misconfigured for one that was not allowed;
    other failures are the caller's. A result may stand for an operation that was done before: see to it that
    doing it again is safe.
    """
    client = connect(target)
    for request in _chunk(operations):
        with speaking_plainly(target):
            answer = client.bulk(operations=request)  # type: ignore[arg-type]  # serialised lines are taken as well
        for item in answer["items"]:
            ((action, result),) = item.items()
            if "error" in result:
                _check(action, result["status"], result["error"])
            yield result


def _check(action: str, status: int, error: dict[str, Any]) -> None:
    if is_passing(status, error) or (action == "update" and status == 409):
        raise Unavailable(
            f"Elasticsearch cannot take documents now ({error.get('type')}: {error.get('reason')})",
            "The run tries again by itself; the next one carries on. See to its disk if that is full.",
        )
    if status in (401, 403) and not is_blocked({"error": error}):
        raise Misconfigured(
            f"Elasticsearch does not let daftar write ({error.get('type')})",
            "Check DAFTAR_ELASTICSEARCH_API_KEY and the rights of its role.",
        )


def _chunk(operations: Iterable[Operation]) -> Iterator[list[bytes]]:
    request: list[bytes] = []
    size = 0
    for operation in operations:
        lines = [orjson.dumps(part) for part in operation]
        weight = sum(map(len, lines))
        if request and (size + weight > _BYTES or len(request) >= 2 * _OPERATIONS):
            yield request
            request, size = [], 0
        request.extend(lines)
        size += weight
    if request:
        yield request
