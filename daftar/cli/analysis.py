"""Commands about texts: what daftar sees in one."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from daftar.cli.output import make_table, print_json, results
from daftar.installation import Installation
from flows.settings import load_settings
from tasks.errors import Misconfigured


@click.command()
@click.argument("text", required=False)
@click.option(
    "--lines", type=click.Path(path_type=Path), help="Explain every line of this file (- for standard input)."
)
@click.option(
    "--date", "published", type=click.DateTime(["%Y-%m-%d"]), help="The publication date, for dates without a year."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object; with --lines one a line.")
def explain(text: str | None, lines: Path | None, published: datetime | None, as_json: bool) -> None:
    """Show what daftar sees in TEXT: language, tokens of both chains, dates, names."""
    from daftar.search.explain import explain as look

    if (text is None) == (lines is None):
        raise click.UsageError("Give either a TEXT or --lines FILE.")
    target = Installation(load_settings()).target()
    day: date | None = published.date() if published else None
    for line in read_lines(lines) if lines else iter([text or ""]):
        seen = look(target, line, day)
        if as_json:
            print_json(seen)
        else:
            show(seen)


def read_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a file, or of standard input."""
    try:
        with click.open_file(str(path), encoding="utf-8") as file:
            yield from (line.rstrip("\r\n") for line in file)
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path} cannot be read: {error}", "Name a text file in UTF-8.") from error


def show(seen: dict[str, Any]) -> None:
    """Print the parts for a reader."""
    results.print(f"{seen['text']}\nlanguage {seen['language']} ({seen['language_confidence']:.2f})")
    for chain, tokens in seen["tokens"].items():
        results.print(f"{chain}  {' · '.join(tokens)}")
    table = make_table("from", "to", "calendar", "precision", "sure", "date")
    for found in seen["dates"]:
        sure = f"{found['confidence']:.2f}"
        table.add_row(found["start"], found["end"], found["calendar"], found["precision"], sure, found["text"])
    if seen["dates"]:
        results.print(table)
    table = make_table("kind", "id", "label", "name")
    for found in seen["names"]:
        table.add_row(found["kind"], found["id"], found["label"], found["text"])
    if seen["names"]:
        results.print(table)


COMMANDS = (explain,)
