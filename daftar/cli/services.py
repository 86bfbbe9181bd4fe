"""Commands about the installation: start, stop, check, show the settings."""

import json
from pathlib import Path
from typing import Any

import click
from pydantic import SecretStr

from daftar.cli.output import make_table, notices, print_json, results
from daftar.doctor import examine
from daftar.installation import Installation
from daftar.search.archive import Hit, list_documents, search
from daftar.services import workers
from flows.settings import Settings, load_settings
from tasks.cluster import Target, check_server

_FOLDER = click.option("--folder", type=click.Path(path_type=Path), help="The folder to watch (DAFTAR_FOLDER).")

#: Seconds a busy Prefect server has to answer before its runs are left to the next `daftar up` to close.
_PATIENCE = 60.0

_EXAMPLES = {"fa": "ایران", "ar": "إيران"}


@click.command()
@_FOLDER
def up(folder: Path | None) -> None:
    """Start what is missing, make the folder searchable, keep the schedule running; returns when all is ready."""
    from daftar.runs import ingest_folder, keep_watching

    installation = Installation(load_settings(**({"folder": folder} if folder else {})))
    with notices.status("starting Elasticsearch and Prefect"):
        elasticsearch, prefect = installation.start_services()
    report = ingest_folder(installation, installation.settings.folder, prefect)
    with notices.status("starting the schedule and the search page"):
        keep_watching(installation, prefect)
        page = installation.page.start(installation.environment(prefect))
    target = installation.settings.target(elasticsearch)
    show_documents(target)
    results.print(f"\n{report.message}")
    show_example(target)
    results.print(f"\nElasticsearch {check_server(target)}  {elasticsearch}")
    results.print(f"Prefect              {prefect}")
    results.print(f"search page          {page}")
    results.print(f"watching             {installation.settings.folder}")


def show_documents(target: Target) -> None:
    """Print the current documents with their language and title; of many, the first."""
    found = list_documents(target, size=50)
    table = make_table("file", "language", "title")
    for hit in found.hits:
        table.add_row(hit.path, hit.language, hit.title)
    results.print(table)
    if found.total > len(found.hits):
        results.print(f"… and {found.total - len(found.hits)} more")


def show_example(target: Target) -> None:
    """Print one search that finds something, as a start."""
    for word in _EXAMPLES.values():
        found = search(target, word, size=3)
        if found.hits:
            results.print(f"\ndaftar search {word}: {found.total} documents")
            for hit in found.hits:
                show_title(hit)
            return


def show_title(hit: Hit) -> None:
    """Print one line of an example."""
    results.print(f"  {hit.language}  {hit.title}")


@click.command()
def down() -> None:
    """Stop what `up` started; no run stays RUNNING, no process is left behind."""
    from daftar.runs import close_runs

    installation = Installation(load_settings())
    home = installation.settings.home
    with notices.status("stopping"), workers.kept_out(home):
        installation.schedule.stop()
        if ours := not installation.server.given():
            workers.end(home)
        if url := installation.server.reach(_PATIENCE):
            close_runs(installation, url, ended=ours)
        elif installation.server.lives():
            notices.print("Prefect's server did not answer; runs shown as running are closed by the next `daftar up`")
        installation.stop_services()
    notices.print("everything is stopped")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def settings(as_json: bool) -> None:
    """Show every setting with its value; secrets are masked."""
    current = load_settings()
    values = {f"DAFTAR_{name.upper()}": _shown(value) for name, value in current}
    if as_json:
        print_json(values)
        return
    table = make_table("setting", "value", "meaning")
    for name, field in Settings.model_fields.items():
        value = values[f"DAFTAR_{name.upper()}"]
        table.add_row(f"DAFTAR_{name.upper()}", "" if value is None else str(value), field.description or "")
    results.print(table)


def _shown(value: Any) -> Any:
    if isinstance(value, SecretStr):
        return "********"
    return str(value) if isinstance(value, Path) else json.loads(json.dumps(value))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Check what daftar needs of this machine, and say how to mend what is missing."""
    findings = examine(Installation(load_settings()))
    if as_json:
        print_json([{"what": f.what, "ok": f.ok, "found": f.found, "advice": f.advice} for f in findings])
    else:
        table = make_table("", "what", "found")
        for finding in findings:
            sign = "[green]ok[/]" if finding.ok else "[red]no[/]"
            table.add_row(sign, finding.what, finding.found + (f"\n{finding.advice}" if finding.advice else ""))
        results.print(table)
    if not all(finding.ok for finding in findings):
        context.exit(1)


COMMANDS = (up, down, settings, doctor)
