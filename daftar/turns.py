"""Rebuilds and rollbacks that the command line begins and waits for."""

from typing import TYPE_CHECKING

from daftar.cli.output import Bar
from daftar.installation import Installation
from tasks.errors import Misconfigured

if TYPE_CHECKING:
    from flows.rebuild import Turn


def turn_indices(installation: Installation, prefect_url: str, flow_name: str, **parameters: bool) -> "Turn":
    """Run the flow `rebuild` or `rollback` in this process, under the Prefect server's eyes.

    Raises Misconfigured with the message of a run that failed.
    """
    installation.enter(prefect_url)
    from prefect import tags

    from flows import rebuild
    from flows.progress import watching
    from flows.runs import close_abandoned, process_tag

    close_abandoned("the process that worked on it is gone", served=True)
    with tags(process_tag()), Bar() as bar, watching(bar.show):
        state = getattr(rebuild, flow_name)(**parameters, return_state=True)
    result = state.result(raise_on_failure=False)
    if not isinstance(result, rebuild.Turn):
        raise Misconfigured((state.message or f"The run ended as {state.name}").removesuffix("."))
    return result
