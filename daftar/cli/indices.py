"""Commands about the indices: a new version of them beside the one that serves, and the way back."""

from typing import TYPE_CHECKING

import click

from daftar.cli.output import make_table, notices, print_json, results
from daftar.installation import Installation
from flows.settings import load_settings

if TYPE_CHECKING:
    from flows.rebuild import Turn

_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object.")


@click.command()
@click.option("--accept-losses", is_flag=True, help="Swap although sample searches find less than before.")
@_JSON
def rebuild(accept_losses: bool, as_json: bool) -> None:
    """Make all indices anew from the stored documents, with the mappings and chains of this daftar.

    Searches and ingests go on; the indices of before are kept for `daftar rollback`.
    """
    _turn("rebuild", as_json, accept_losses=accept_losses)


@click.command()
@_JSON
def rollback(as_json: bool) -> None:
    """Go back to the indices before the last rebuild, with everything that has been written since."""
    _turn("rollback", as_json)


def _turn(flow_name: str, as_json: bool, **parameters: bool) -> None:
    from daftar.turns import turn_indices

    installation = Installation(load_settings())
    with notices.status("making sure that Elasticsearch and Prefect run"):
        _, prefect = installation.start_services()
    done = turn_indices(installation, prefect, flow_name, **parameters)
    if as_json:
        print_json(done.to_json())
    else:
        show(done)


def show(done: "Turn") -> None:
    """Print what serves now, and how it compares."""
    swapped, samples = done.swapped, done.swapped.samples
    table = make_table("index", "documents", "replaces")
    for index, (former, documents) in swapped.indices.items():
        table.add_row(index, str(documents), former)
    results.print(table)
    results.print(
        f"of {samples.asked} documents looked for by their titles {samples.found_before} were found before, "
        f"{samples.found_after} are now; {samples.hits_before} hits before, {samples.hits_after} now"
    )
    if swapped.left_out:
        results.print(f"fields that the new indices do not have: {', '.join(swapped.left_out)}")
    if done.pruned:
        results.print(f"deleted: {', '.join(done.pruned)}")
    results.print(f"{done.seconds:.1f} s, of which nothing could be written for {swapped.held:.1f} s")


COMMANDS = (rebuild, rollback)
