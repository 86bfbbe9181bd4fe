"""Commands about the archive: ingest, search, and where every file is."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from rich.markup import escape
from rich.padding import Padding
from rich.text import Text

from daftar.cli.monitor import show_measures
from daftar.cli.output import make_table, mark, notices, print_json, results
from daftar.installation import Installation
from daftar.search.archive import Hit, search
from daftar.search.related import Related
from daftar.search.related import related as find_related
from daftar.state import list_failures, read_status
from daftar.state import trace as read_trace
from flows.settings import load_settings
from tasks.errors import Misconfigured, Unavailable
from tasks.paths import display_path

if TYPE_CHECKING:
    from flows.audit import Audit
    from flows.report import Report

#: Differences that are printed by name; `--json` has them all.
_SHOWN: Final = 50

_FOLDER = click.option("--folder", type=click.Path(path_type=Path), help="The folder (DAFTAR_FOLDER).")
_INDENT = (0, 0, 0, 4)
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object.")


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--confirm-removals", is_flag=True, help="Believe it when very many files are gone.")
@_JSON
@click.pass_context
def ingest(context: click.Context, folder: Path | None, confirm_removals: bool, as_json: bool) -> None:
    """Make FOLDER searchable, once, to the end. Exit 0: all is well, 3: some files are quarantined, 1: failed."""
    from daftar.runs import ingest_folder

    installation = Installation(load_settings(**({"folder": folder} if folder else {})))
    with notices.status("making sure that Elasticsearch and Prefect run"):
        _, prefect = installation.start_services()
    finished = ingest_folder(installation, installation.settings.folder, prefect, confirm_removals)
    if finished.report is None:
        raise Misconfigured(finished.message.rstrip("."))
    if as_json:
        print_json(finished.report.to_json())
    else:
        results.print(f"{finished.message} ({finished.name}, {finished.report.seconds:.1f} s)")
        for outcome in finished.report.failures:
            results.print(f"  {display_path(outcome.path)}: {outcome.step}: {outcome.reason}. {outcome.advice}")
    if finished.failed:
        context.exit(1)
    if finished.report.sums.quarantined:
        context.exit(3)


@click.command(name="search")
@click.argument("query")
@click.option("--language", type=click.Choice(["fa", "ar"]), help="Only documents in this language.")
@click.option("--size", default=10, show_default=True, type=click.IntRange(0, 1000), help="Hits to show.")
@click.option("--sort", type=click.Choice(["score", "date"]), default="score", show_default=True)
@_JSON
def search_command(query: str, language: str | None, size: int, sort: str, as_json: bool) -> None:
    """Search the archive: words, "phrases", + - OR, field:word."""
    found = search(Installation(load_settings()).target(), query, language=language, size=size, sort=sort)
    if as_json:
        print_json(found.to_json())
        return
    results.print(f"{found.total} documents, {found.took_ms} ms")
    for number, hit in enumerate(found.hits, start=1):
        show_hit(number, hit)


def show_hit(number: int, hit: Hit) -> None:
    """Print one hit: where it is, its title, and where it matches."""
    published = hit.published or "no date"
    results.print(f"\n{number:>2}. [bold]{hit.language}[/]  {published}  [dim]{display_path(hit.path)}[/]")
    results.print(mark(hit.marked_title or hit.title))
    for highlight in hit.highlights:
        results.print(mark(f"  … {highlight} …"))


@click.command()
@_FOLDER
@click.option("--audit", is_flag=True, help="Compare folder, ledger and documents in full before, and mend them.")
@click.option("--dry-run", is_flag=True, help="With --audit: only list what differs.")
@_JSON
@click.pass_context
def status(context: click.Context, folder: Path | None, audit: bool, dry_run: bool, as_json: bool) -> None:
    """Say where every file of the folder is, what runs, and how the last run ended. Exit 1 if it does not add up."""
    installation = Installation(load_settings(**({"folder": folder} if folder else {})))
    audited = run_audit(installation, mend=not dry_run) if audit else None
    state = read_status(installation) | ({} if audited is None else {"audit": audited.to_json()})
    if as_json:
        print_json(state)
    else:
        show_status(state)
        if audited:
            show_audit(state["audit"])
    if not state["adds_up"] or (audited and audited.remaining):
        context.exit(1)


def run_audit(installation: Installation, mend: bool) -> "Audit":
    """Audit the folder, with the services it takes."""
    from daftar.runs import audit_folder

    with notices.status("making sure that Elasticsearch and Prefect run"):
        _, prefect = installation.start_services()
    with notices.status("comparing folder, ledger and documents in full"):
        return audit_folder(installation, installation.settings.folder, prefect, mend)


def show_audit(found: dict[str, Any]) -> None:
    """Print what differed, the first of it by name."""
    if not found["total"]:
        results.print("\nthe audit found nothing: folder, ledger and documents agree")
        return
    results.print(f"\nthe audit found {found['total']} differences, {found['mended']} are mended")
    table = make_table("", "difference", "document", "file")
    for difference in found["differences"][:_SHOWN]:
        sign = "[green]mended[/]" if difference["mended"] else "[red]open[/]"
        file = escape(display_path(difference["path"]))
        detail = f"\n{escape(difference['detail'])}" if difference["detail"] else ""
        table.add_row(sign, difference["kind"].replace("_", " "), difference["document_id"][:8], file + detail)
    results.print(table)
    if found["total"] > _SHOWN:
        results.print(f"… and {found['total'] - _SHOWN} more")


def show_status(state: dict[str, Any]) -> None:
    """Print the sums and the services."""
    table = make_table("", "files")
    for name, number in state["ledger"].items():
        table.add_row(name, str(number))
    table.add_row("on disk", str(state["files_on_disk"]))
    results.print(table)
    results.print(
        "the ledger adds up" if state["adds_up"] else "[red]the ledger does not add up: run `daftar ingest`[/]"
    )
    for name, service in state["services"].items():
        answer = "ok" if service["ok"] else "does not run"
        results.print(f"{name:<14} {service['url'] or '-'}  {service.get('version') or ''} {answer}")
    if last := state["last_run"]:
        results.print(
            f"last run       {last['name']}: {last['state']}, {last['message']} ({last['ended'] or 'running'})"
        )
    show_measures(state)


@click.command()
@click.argument("path")
@_FOLDER
@click.option("--copies", is_flag=True, help="Show too what its copies have otherwise.")
@_JSON
def trace(path: str, folder: Path | None, copies: bool, as_json: bool) -> None:
    """Tell what happened to the file PATH (relative to the folder), step by step."""
    story = read_trace(Installation(load_settings(**({"folder": folder} if folder else {}))), path, copies)
    if as_json:
        print_json(story)
        return
    results.print(f"{display_path(story['path'])}: {story['status']}  {story['document_id'] or ''}")
    table = make_table("time", "run", "step", "outcome", "why")
    for event in story["events"]:
        why = ". ".join(part for part in (event["reason"], event["advice"]) if part)
        table.add_row(event["time"], event["run_id"][:8], event["step"], event["outcome"], why)
    results.print(table)
    if copies:
        show_copies(story["copies"])


def show_copies(copies: list[dict[str, Any]]) -> None:
    """Print for each copy the words that only one of the two texts has, in their order."""
    if not copies:
        results.print("\nno other document has nearly this text")
    for copy in copies:
        results.print(f"\ncopy [bold]{escape(display_path(copy['path']))}[/]  {copy['document_id']}")
        results.print(Padding(Text(copy["title"]), _INDENT))
        for difference in copy["differences"]:
            for sign, words, style in (("-", difference["removed"], "red"), ("+", difference["added"], "green")):
                if words:
                    results.print(Padding(Text(f"{sign} {words}", style=style), _INDENT))
        if not copy["differences"]:
            results.print(Padding(Text("the same words", style="dim"), _INDENT))


@click.command()
@_FOLDER
@click.option("--retry", is_flag=True, help="Try these files again, and no others, before they are listed.")
@_JSON
@click.pass_context
def failures(context: click.Context, folder: Path | None, retry: bool, as_json: bool) -> None:
    """List the files in quarantine: step, reason, what to do. Exit 0: none, 3: some, 1: the retry failed."""
    installation = Installation(load_settings(**({"folder": folder} if folder else {})))
    run = retry_failures(installation) if retry else None
    found = list_failures(installation) | ({} if run is None else {"run": run.to_json()})
    if as_json:
        print_json(found)
    else:
        if run:
            results.print(f"tried again: {run.tried} files, {run.tried - len(run.failures)} of them well now")
        show_failures(found)
    if found["total"]:
        context.exit(3)


def retry_failures(installation: Installation) -> "Report":
    """Run the flow over the files in quarantine; raises Unavailable when it came to no end."""
    from daftar.runs import ingest_folder

    with notices.status("making sure that Elasticsearch and Prefect run"):
        _, prefect = installation.start_services()
    finished = ingest_folder(installation, installation.settings.folder, prefect, only_failed=True)
    if finished.report is None or finished.failed:
        raise Unavailable(finished.message, "What was done is in the ledger; mend the cause and try again.")
    return finished.report


def show_failures(found: dict[str, Any]) -> None:
    """Print one paragraph a file: where it failed, why, and what to do."""
    results.print(f"{found['total']} files in quarantine")
    for failure in found["failures"]:
        tries = "once" if failure["attempts"] == 1 else f"{failure['attempts']} times"
        results.print(f"\n[bold]{escape(display_path(failure['path']))}[/]  {failure['time'][:19]}, tried {tries}")
        results.print(Text(f"  {failure['step']}: {failure['reason']}"))
        results.print(Text(f"  {failure['advice']}"))


@click.command()
@click.argument("document_id", metavar="ID")
@_JSON
def related(document_id: str, as_json: bool) -> None:
    """List what was written about the same people and places at the same time as document ID, in both languages."""
    found = find_related(Installation(load_settings()).target(), document_id)
    if as_json:
        print_json({"document_id": document_id, "related": [other.to_json() for other in found]})
        return
    for number, other in enumerate(found, start=1):
        show_related(number, other)
    if not found:
        results.print("nothing is related to it")


def show_related(number: int, other: Related) -> None:
    """Print one related document: where it is, its title, and the names that both have."""
    published = other.published or "no date"
    results.print(f"{number:>2}. [bold]{other.language}[/]  {published}  [dim]{display_path(other.path)}[/]")
    results.print(Padding(Text(other.title), _INDENT))
    results.print(Padding(Text(", ".join(other.shared), style="dim"), _INDENT))


COMMANDS = (ingest, search_command, status, trace, failures, related)
