"""What operators and monitors see of an installation: speed, waiting, schedule, disk, versions; whether to act."""

from pathlib import Path
from typing import Any

import click
from rich.filesize import decimal

from daftar.cli.output import print_json, results
from daftar.installation import Installation
from daftar.measures import find_problems
from daftar.state import read_status
from flows.settings import load_settings
from tasks.errors import DaftarError

#: The exit codes of monitoring plugins.
_WARNING, _CRITICAL = 1, 2


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), help="The folder (DAFTAR_FOLDER).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def monitor(context: click.Context, folder: Path | None, as_json: bool) -> None:
    """Say in one line whether an operator is needed. Exit 0: no, 1: files are in quarantine, 2: yes."""
    settings = load_settings(**({"folder": folder} if folder else {}))
    quarantined = 0
    try:
        state = read_status(Installation(settings))
        problems = find_problems(state, settings.interval)
        quarantined = state["ledger"]["quarantined"]
        summary = f"{state['documents']} documents, {state['files_on_disk']} files, {quarantined} in quarantine"
    except DaftarError as error:
        problems, summary = [str(error)], ""
    code = _CRITICAL if problems else _WARNING if quarantined else 0
    word = {0: "OK", _WARNING: "WARNING", _CRITICAL: "CRITICAL"}[code]
    if as_json:
        print_json({"status": word, "problems": problems, "quarantined": quarantined})
    else:
        click.echo(f"{word}: {'; '.join([*problems, summary] if summary else problems)}")
    if code:
        context.exit(code)


def show_measures(state: dict[str, Any]) -> None:
    """Print speed, waiting, schedule, disk and versions."""
    if speed := state["throughput"]:
        results.print(f"               {speed['files']} files at {speed['files_per_second']} a second")
    if (waiting := state["oldest_waiting_seconds"]) is not None:
        results.print(f"oldest waiting {waiting:.0f} s")
    if schedule := state["schedule"]:
        running = f"every {schedule['interval']:g} s, next {schedule['next']}" if schedule["served"] else "does not run"
        results.print(f"schedule       {running}")
    disk = {name: decimal(number) for name, number in state["disk"].items()}
    results.print(
        f"disk           indices {disk['indices']}, free {disk['elasticsearch_free']}, home {disk['home_free']}"
    )
    versions = ", ".join(f"{name} {number}" for name, number in state["versions"].items())
    results.print(f"versions       {versions}")


COMMANDS = (monitor,)
