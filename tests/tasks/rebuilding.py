"""A rebuild and a rollback as the flows do them; as a programme: one that is killed around a certain request.

`python rebuilding.py URL PREFIX rebuild|rollback before|after REQUEST`, where a request is named by any part of
its method and path.
"""

import os
import signal
import sys
from typing import Any

from elastic_transport import Transport

from tasks.cluster import Target, connect
from tasks.indices import list_versions
from tasks.rebuild import Swapped, begin_rebuild, begin_rollback, compare, fill, prune, swap

#: Files that stay as they are while others come, change and go.
STABLE = 40


def rebuild(target: Target, shards: int = 1) -> Swapped:
    """Make a new version of every index and let it serve."""
    passages = begin_rebuild(target, shards)
    for passage in passages:
        fill(passage)
    swapped = swap(target, passages, compare(target, passages))
    prune(target)
    return swapped


def roll_back(target: Target) -> Swapped:
    """Let the version before serve again."""
    passages = begin_rollback(target)
    for passage in passages:
        fill(passage)
    return swap(target, passages, compare(target, passages, accept=True))


def serving(target: Target) -> dict[str, int]:
    """The number of the version that serves, by alias; there is just one of each."""
    found = {}
    for versions in list_versions(target):
        assert versions.serving
        for alias, options in versions.series.aliases.items():
            held = connect(target).indices.get_alias(name=alias).body
            assert held[versions.serving.index]["aliases"][alias] == options
        assert set(connect(target).indices.get_alias(name=versions.series.alias).body) == {versions.serving.index}
        found[versions.series.alias.removeprefix(f"{target.prefix}-")] = versions.serving.number
    return found


def all_serve(number: int) -> dict[str, int]:
    return dict.fromkeys(("documents-fa", "documents-ar", "documents-other", "files"), number)


def list_indices(target: Target) -> set[str]:
    return set(connect(target).indices.get(index=f"{target.prefix}-*", features="aliases"))


def die(moment: str, request: str) -> None:
    """Make this process kill itself before or after it sends the first such request."""
    send = Transport.perform_request

    def send_or_die(self: Transport, method: str, path: str, **options: Any) -> Any:
        if request not in f"{method} {path}":
            return send(self, method, path, **options)
        if moment == "after":
            send(self, method, path, **options)
        os.kill(os.getpid(), signal.SIGKILL)
        return None

    Transport.perform_request = send_or_die  # type: ignore[method-assign,assignment]


if __name__ == "__main__":
    url, prefix, work, moment, request = sys.argv[1:]
    die(moment, request)
    {"rebuild": rebuild, "rollback": roll_back}[work](Target(url, prefix))
